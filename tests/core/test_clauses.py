"""Where one clause ends and the next begins."""

import pytest

from assist.core.clauses import PAUSE, Clause, clauses
from assist.core.lexicon import lexicon
from assist.events import Word
from assist.settings import load_playbook


def words(text: str, *, pause_before: str = "", pause: int = 0) -> tuple[Word, ...]:
    """Lay out words of 250 ms with gaps of 50, and a pause before one of them."""
    said: list[Word] = []
    at = 0
    for part in text.split():
        at += pause if part == pause_before else 0
        said.append(Word(text=part, start=at, end=at + 250))
        at += 300
    return tuple(said)


def cut(said: tuple[Word, ...], *, language: str = "en", final: bool = True) -> list[Clause]:
    breaks = lexicon(load_playbook(language))["clause_break"]
    return list(clauses("agent", "a1", said, final=final, breaks=breaks))


def texts(text: str, *, language: str = "en", final: bool = True) -> list[str]:
    return [clause.text for clause in cut(words(text), language=language, final=final)]


@pytest.mark.parametrize("mark", [".", "!", "?", ";", "…", ".”"])
def test_a_sentence_ends_at_its_mark(mark: str) -> None:
    assert texts(f"We can{mark} Of course") == [f"We can{mark}", "Of course"]


def test_a_comma_ends_nothing() -> None:
    assert len(texts("If you like, we can do that")) == 1


def test_but_opens_a_clause() -> None:
    assert texts("we can't do that but I can call") == ["we can't do that", "but I can call"]


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("Das geht nicht aber ich kann anrufen", 2),
        ("Das geht nicht, aber am Freitag geht es", 2),
        ("Das kann ich aber nicht machen", 1),  # "aber" in the middle of one German clause
        ("Ich kann Ihnen aber einen Gutschein geben", 1),
    ],
)
def test_a_german_aber_opens_a_clause_only_before_a_new_subject(said: str, count: int) -> None:
    assert len(texts(said, language="de")) == count


def test_a_long_pause_ends_a_clause() -> None:
    assert len(cut(words("we can do that", pause_before="do", pause=PAUSE))) == 2
    assert len(cut(words("we can do that", pause_before="do", pause=PAUSE - 100))) == 1


@pytest.mark.parametrize("said", ["Mr. Knoe is here", "No. 5 is right", "Nr. 9 is right"])
def test_a_shortened_word_ends_nothing(said: str) -> None:
    assert texts(said) == [said]


def test_no_with_a_full_stop_waits_for_the_next_word() -> None:
    assert not cut(words("No."), final=False)[0].closed
    assert cut(words("No."))[0].closed
    assert texts("No. We can't.", final=False) == ["No.", "We can't."]


def test_words_without_an_end_stay_open_until_the_final() -> None:
    assert not cut(words("we can do"), final=False)[0].closed
    assert cut(words("we can do"))[0].closed


def test_a_clause_knows_where_it_stands() -> None:
    clause = cut(words("Oh dear. We can, of course."))[1]

    assert clause.first == 2
    assert (clause.start, clause.end) == (600, 1750)
    assert clause.words == ("we", "can", "of", "course")


def test_evidence_quotes_the_words_as_they_were_written() -> None:
    evidence = cut(words("No, we can't."))[0].evidence(1, 3)

    assert (evidence.text, evidence.start, evidence.end) == ("we can't.", 300, 850)


def test_a_question_is_told_by_its_mark() -> None:
    assert cut(words("Can you?"))[0].question
    assert not cut(words("You can."))[0].question
