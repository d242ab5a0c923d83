"""The written clauses that the taggers learn from: their form, and that none stands twice."""

from pathlib import Path
from typing import Any

import pytest

from assist.core.phrases import fold_all
from tests.tagger import load

TEXT: Any = load("text")
WRITINGS = (*TEXT.WRITINGS, "sealed")


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("language", TEXT.LANGUAGES)
def test_every_line_has_the_form(language: str, writing: str) -> None:
    lines = TEXT.read(language, writing)  # raises at a line that has not

    assert len(lines) >= 1000
    assert all(not line.acts & line.looks_like for line in lines)


@pytest.mark.parametrize("language", TEXT.LANGUAGES)
def test_there_is_enough_to_learn_from(language: str) -> None:
    assert sum(len(TEXT.read(language, writing)) for writing in TEXT.WRITINGS) >= 6000


@pytest.mark.parametrize("language", TEXT.LANGUAGES)
def test_no_line_of_more_than_four_words_stands_in_two_writings(language: str) -> None:
    """Near duplicates, too: the same words in another order, case or punctuation."""
    seen: dict[tuple[str, ...], Any] = {}
    twice = []
    for writing in WRITINGS:
        for line in TEXT.read(language, writing):
            words = tuple(sorted(fold_all(line.text)))
            other = seen.setdefault(words, line)
            apart = other.place.partition(":")[0] != line.place.partition(":")[0]
            if len(words) > 4 and apart:
                twice.append(f"{other.place} and {line.place}: {line.text}")

    assert twice == []


def test_a_line_without_the_form_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    file.write_text("a | nonsense | we can't\n")

    with pytest.raises(ValueError, match=r"x\.txt:1: unknown act nonsense"):
        list(TEXT._lines(file))
