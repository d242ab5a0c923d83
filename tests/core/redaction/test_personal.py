"""Dates of birth and passwords, where they were asked for."""

import pytest

from assist.core.redaction.rules import Rules
from tests.core.redaction.spoken import Spoken, events, last_words, parse, redacted

RULES = Rules(kinds=frozenset({"birth", "password"}))


def customer(talk: str, rules: Rules = RULES) -> str:
    """Return what the customer can be read to have said."""
    call: Spoken = parse(f"x | {talk}")
    said = last_words(redacted(events(call), rules))
    return " ".join(w.text for name, words in said.items() if name[0] == "c" for w in words)


@pytest.mark.parametrize(
    "date",
    [
        "the third of May nineteen eighty",
        "3 May 1980",
        "03.05.1980",
        "dritten Mai neunzehnhundertachtzig",
    ],
)
def test_a_date_of_birth_is_masked(date: str) -> None:
    assert customer(f"A Your date of birth? / C It's {date} okay").endswith("[date] okay")


def test_a_date_that_nobody_asked_for_is_shown() -> None:
    assert "May" in customer("A When did it break? / C On the 3 May 1980")


def test_a_password_is_masked_in_the_answer() -> None:
    assert customer("A And your password? / C blue elephant") == "[password]"


def test_a_password_is_masked_behind_its_name() -> None:
    assert customer("C Mein Passwort ist Sonnenblume") == "Mein Passwort ist [password]"


def test_neither_is_masked_unless_the_operator_wants_it() -> None:
    assert customer("A And your password? / C blue elephant", Rules()) == "blue elephant"
