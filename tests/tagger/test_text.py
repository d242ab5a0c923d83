"""The written clauses that the taggers learn from: their form, and that none stands twice."""

from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from assist.core.phrases import fold_all
from tests.tagger import load

TEXT: Any = load("text")
WRITINGS = (*TEXT.WRITINGS, "sealed")
PLACE = attrgetter("place")


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("language", TEXT.LANGUAGES)
def test_every_line_has_the_form(language: str, writing: str) -> None:
    lines = TEXT.read(language, writing)  # raises at a line that has not

    assert len(lines) >= 1000
    assert all(not line.acts & line.looks_like for line in lines)


@pytest.mark.parametrize("hand", TEXT.HANDS)
@pytest.mark.parametrize("language", TEXT.LANGUAGES)
def test_every_clause_of_a_call_knows_what_it_answers(language: str, hand: str) -> None:
    lines = TEXT.read_calls(language, hand)

    assert len(lines) >= 400
    assert all(line.place is not None for line in lines)
    assert sum(bool(line.place.answers) for line in lines) >= len(lines) // 2


def test_a_clause_stands_where_it_was_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "en" / "calls"
    folder.mkdir(parents=True)
    calls = (
        "# one\nc | request | can you\na | - | hm\na | refusal_explicit | no\n# two\na | - | hi\n"
    )
    (folder / "x.txt").write_text(calls)
    monkeypatch.setattr(TEXT, "HERE", tmp_path)

    places = [(p.answers, p.before, p.heard) for p in map(PLACE, TEXT.read_calls("en", "x"))]

    assert places == [((), 0, 0), (("request",), 0, 1), (("request",), 1, 1), ((), 0, 0)]


def test_kinds_that_are_taken_for_one_another_are_also_one() -> None:
    (line,) = [x for x in TEXT.read_calls("en", "h") if "empathy_affective" in x.acts][:1]

    assert "empathy" in line.acts


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
            apart = other.at.partition(":")[0] != line.at.partition(":")[0]
            if len(words) > 4 and apart:
                twice.append(f"{other.at} and {line.at}: {line.text}")

    assert twice == []


def test_a_line_without_the_form_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    file.write_text("a | nonsense | we can't\n")

    with pytest.raises(ValueError, match=r"x\.txt:1: unknown act nonsense"):
        list(TEXT._lines(file))
