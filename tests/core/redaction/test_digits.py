"""Spoken numbers become digits, and the words that hold them are known."""

import pytest

from assist.core.redaction.atoms import Is, atoms
from assist.core.redaction.digits import Piece, Placed, read


def pieces(text: str) -> list[Piece]:
    return read([Placed(a, i) for i, word in enumerate(text.split()) for a in atoms(word)])


def digits(text: str) -> list[str]:
    return [piece.text for piece in pieces(text) if piece.kind in (Is.DIGITS, Is.SOFT)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("four two oh nine", ["4", "2", "0", "9"]),
        ("forty-two twenty three", ["42", "23"]),
        ("double oh seven", ["00", "7"]),
        ("triple nine", ["999"]),
        ("three sevens", ["777"]),
        ("two hundred and five", ["205"]),
        ("a hundred", ["100"]),
        ("four thousand two hundred forty-two", ["4242"]),
        ("nineteen eighty-four", ["19", "84"]),
        ("twenty oh four", ["20", "0", "4"]),
    ],
)
def test_english_numbers_are_read(text: str, expected: list[str]) -> None:
    assert digits(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zwo fünf null", ["2", "5", "0"]),
        ("vierundzwanzig", ["24"]),
        ("vier und zwanzig", ["24"]),
        ("zwanzig vier", ["20", "4"]),
        ("doppel vier", ["44"]),
        ("dreimal die Null", ["000"]),
        ("zwei mal die fünf", ["55"]),
        ("zwei hundert fünf", ["205"]),
        ("hundert zwölf", ["112"]),
        ("zweitausendsiebenundzwanzig", ["2027"]),
    ],
)
def test_german_numbers_are_read(text: str, expected: list[str]) -> None:
    assert digits(text) == expected


def test_a_piece_knows_its_words() -> None:
    (piece,) = [p for p in pieces("about two hundred and five then") if p.kind is Is.DIGITS]

    assert (piece.first, piece.last) == (1, 4)


@pytest.mark.parametrize(
    "text", ["twenty pounds", "zwölf Euro", "drei Mal", "24 months", "vier Stellen"]
)
def test_an_amount_is_no_digit(text: str) -> None:
    assert digits(text) == []


@pytest.mark.parametrize("text", ["one moment", "zwei Minuten", "one sec"])
def test_asking_for_time_holds_no_digit(text: str) -> None:
    assert digits(text) == []


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("D wie Dora E wie Emil", "DE"),
        ("G as in golf B for bravo", "GB"),
        ("Dora Emil", "DE"),
        ("double u", "W"),
        ("D wie Donau", "D"),
    ],
)
def test_spelled_letters_are_read_once(text: str, letters: str) -> None:
    assert "".join(p.text for p in pieces(text) if p.kind is Is.LETTER) == letters


def test_a_repeat_without_a_digit_is_a_word() -> None:
    assert digits("a double room, dreimal angerufen") == []
