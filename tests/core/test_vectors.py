"""Word vectors tell words of like meaning, where the operator supplies them."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from assist.core.vectors import Vectors
from assist.core.vocabulary import Vocabulary
from assist.errors import PlaybookError
from assist.settings import load_playbook, load_vectors

TINY = Vectors(["Kühlschrank", "fridge", "trumpet"], np.array([[2.0, 0.1], [1.0, 0.0], [0.0, 3.0]]))


def test_words_of_like_meaning_are_alike_in_any_length_and_spelling() -> None:
    assert TINY.likeness("kuehlschrank", "fridge") > 0.9
    assert TINY.likeness("trumpet", "fridge") == pytest.approx(0)


def test_an_unknown_word_is_like_nothing() -> None:
    assert TINY.likeness("trumpet", "oboe") == 0


def test_a_word_of_like_meaning_belongs_to_the_issue() -> None:
    plain, wise = Vocabulary(frozenset()), Vocabulary(frozenset(), TINY)
    for issue in (plain, wise):
        issue.learn("fridge")

    assert (plain.weight("kuehlschrank"), wise.weight("kuehlschrank")) == (0, 1)
    assert wise.weight("trumpet") == 0


def test_a_playbook_names_the_file(tmp_path: Path) -> None:
    np.savez(tmp_path / "tiny.npz", words=np.array(["fridge", "freezer"]), vectors=np.eye(2))
    book = tmp_path / "own.toml"
    book.write_text(
        f'language = "en"\nname = "own"\nversion = 1\nvectors = "{tmp_path / "tiny.npz"}"\n'
    )

    meaning = load_playbook(str(book)).meaning

    assert meaning is not None
    assert meaning.likeness("fridge", "fridge") == 1


def test_none_is_used_by_default() -> None:
    assert load_playbook("en").meaning is None
    assert replace(load_playbook("de"), meaning=TINY).meaning is TINY


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.npz").write_text("no vectors")

    with pytest.raises(PlaybookError, match="word vectors"):
        load_vectors(tmp_path / "no.npz")
