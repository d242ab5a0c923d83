"""What a single written word may be in a number."""

import pytest

from assist.core.phrases import fold
from assist.core.redaction.atoms import Is, atoms


def kinds(word: str) -> list[Is]:
    return [atom.kind for atom in atoms(word)]


@pytest.mark.parametrize("word", ["seven", "Sieben,", "fünf.", "zwo", "nought"])
def test_a_digit_as_a_word_is_a_unit(word: str) -> None:
    assert kinds(word) == [Is.UNIT]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("eleven", 11),
        ("zwölf", 12),
        ("vierundzwanzig", 24),
        ("Einundfünfzig", 51),
        ("zwohundert", 200),
        ("dreihundertzwölf", 312),
        ("fünftausenddreihundertneunzig", 5390),
        ("neunzehnhundertachtundneunzig", 1998),
    ],
)
def test_a_number_in_one_word_has_its_value(word: str, value: int) -> None:
    (atom,) = atoms(word)

    assert (atom.kind, atom.value) == (Is.TEEN, value)


@pytest.mark.parametrize(
    ("word", "digits"),
    [
        ("4242", "4242"),
        ("4242-4242", "42424242"),
        ("4,242,424,242,424,242", "4242424242424242"),
        ("5425.2300.0000.4415.", "5425230000004415"),
        ("vierzweivier", "424"),
        ("doppelvier", "44"),
    ],
)
def test_digits_in_one_word_stand_together(word: str, digits: str) -> None:
    (atom,) = atoms(word)

    assert (atom.kind, atom.text) == (Is.DIGITS, digits)


@pytest.mark.parametrize("word", ["£12.50", "49,99", "10:45", "12%", "3rd", "23.05.2024", "20gb"])
def test_money_times_and_dates_are_counted(word: str) -> None:
    assert kinds(word) == [Is.COUNTED]


@pytest.mark.parametrize(
    ("word", "letters"),
    [("G", "G"), ("NWBK", "NWBK"), ("d.e.", "DE"), ("Dora", "D"), ("Köln", "K"), ("whiskey", "W")],
)
def test_letters_are_known_spelled_in_any_way(word: str, letters: str) -> None:
    assert [atom.text for atom in atoms(word)] == list(letters)
    assert set(kinds(word)) == {Is.LETTER}


def test_letters_and_digits_in_one_word_come_apart() -> None:
    assert [(a.kind, a.text) for a in atoms("DE89")] == [
        (Is.LETTER, "D"),
        (Is.LETTER, "E"),
        (Is.DIGITS, "89"),
    ]


def test_a_plus_before_digits_is_kept() -> None:
    assert kinds("+49171") == [Is.PLUS, Is.DIGITS]


@pytest.mark.parametrize("word", ["forty-two", "vier-zwei"])
def test_a_hyphen_parts_words(word: str) -> None:
    assert len(kinds(word)) == 2


@pytest.mark.parametrize("word", ["IBAN", "CVV2", "hundertmal", "Tausendsassa", "weather"])
def test_other_words_are_words(word: str) -> None:
    assert kinds(word) == [Is.WORD]


@pytest.mark.parametrize("word", ["", "…", "-", "ähm", "okay"])
def test_hesitation_and_bare_punctuation_fill_a_pause(word: str) -> None:
    assert kinds(word) == [Is.FILLER]


def test_no_cache_remembers_a_word_with_digits() -> None:
    before = fold.cache_info().currsize

    atoms("9182736455")

    assert fold.cache_info().currsize == before
