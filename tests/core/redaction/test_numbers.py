"""Rows of digits: cards, other long numbers, telephone numbers, security codes."""

from collections.abc import Sequence

import pytest

from assist.core.redaction.atoms import atoms
from assist.core.redaction.digits import Placed, read
from assist.core.redaction.marks import marks
from assist.core.redaction.numbers import cards, chains, codes, phones, rows
from assist.core.redaction.rules import Find
from assist.events import Word
from tests.core.redaction.spoken import final


def labelled(words: Sequence[Word], finds: Sequence[Find]) -> list[tuple[str, str]]:
    return [(f.label, " ".join(w.text for w in words[f.first : f.last + 1])) for f in finds]


def found(text: str) -> list[tuple[str, str]]:
    words = final(text).words
    pieces = read([Placed(a, i) for i, w in enumerate(words) for a in atoms(w.text)])
    marked = marks("customer", words)
    row = rows(pieces, words, marked)
    finds = [*cards(row, marked), *codes(row, pieces, "customer", marked)]
    return labelled(words, finds)


def dialled(text: str) -> list[tuple[str, str]]:
    words = final(text).words
    pieces = read([Placed(a, i) for i, w in enumerate(words) for a in atoms(w.text)])
    marked = [m for m in marks("customer", words) if m.announces == "phone"]
    return labelled(words, list(phones(rows(pieces, words, marked), marked)))


def test_a_card_that_fulfils_luhn_is_a_card() -> None:
    assert found("so 4242 4242 4242 4242 it is") == [("card", "4242 4242 4242 4242")]


def test_a_card_that_was_misheard_is_a_number() -> None:
    assert found("so 4242 4242 4242 4243 it is") == [("number", "4242 4242 4242 4243")]


@pytest.mark.parametrize("count", [12, 19])
def test_twelve_to_nineteen_digits_are_hidden(count: int) -> None:
    assert found("7" * (count - 1) + "3")[0][0] in ("card", "number")


def test_eleven_digits_are_not() -> None:
    assert found("4712 4712 471") == []


def test_what_is_read_behind_a_card_goes_with_it() -> None:
    assert found("4242 4242 4242 4242 12 27 123") == [("card", "4242 4242 4242 4242 12 27 123")]


def test_one_unknown_word_may_be_a_digit() -> None:
    ((label, _),) = found("six zero one one one one one sever one one one one one one one seven")

    assert label == "number"


def test_a_number_said_twice_is_not_one_of_twice_the_length() -> None:
    assert found("47110815 47110815") == []


@pytest.mark.parametrize(
    "text",
    [
        "twelve pounds thirteen pounds fourteen pounds fifteen pounds sixteen pounds",
        "2019 2020 2021 2022",
        "one two three four five six seven eight nine ten eleven",
        "I rang 0176 12345678",
        "plus four nine one seven one two three four five six seven eight",
    ],
)
def test_amounts_years_counting_and_telephones_are_shown(text: str) -> None:
    assert found(text) == []


def test_fewer_digits_are_hidden_where_a_card_was_asked_for() -> None:
    assert found("my card number is 4788 2500 and") == [("number", "4788 2500")]


def test_a_long_number_is_shown_where_the_talk_is_of_telephoning() -> None:
    assert found("I tried to dial 1234 5678 9128 and it rang") == []


def test_a_word_of_paying_makes_it_a_card_again() -> None:
    assert found("the line is bad it is 4242 4242 4242 4243 that is my Visa")[0][0] == "number"


def test_a_whole_card_is_masked_even_there() -> None:
    assert found("the line is dead and it is 4242424242424242")[0][0] == "card"
    assert found("the line is dead and it is 456789123456789") == []


@pytest.mark.parametrize("text", ["CVV is 883", "the security code double four two", "PIN 1984"])
def test_digits_behind_the_name_of_a_code_are_one(text: str) -> None:
    assert [label for label, _ in found(text)] == ["code"]


def test_a_code_may_stand_before_its_name() -> None:
    assert found("883 is the security code") == [("code", "883")]


@pytest.mark.parametrize(
    "text",
    [
        "the CVV, it costs twenty pounds",
        "the CVV is the three digits on the card",
        "the CVV, and my postcode is 1234",
    ],
)
def test_other_digits_behind_the_name_of_a_code_are_none(text: str) -> None:
    assert found(text) == []


def test_rows_hang_together_over_one_word_but_not_over_many() -> None:
    words = final("four two four sever two four and now something else entirely 4 2 4").words
    pieces = read([Placed(a, i) for i, w in enumerate(words) for a in atoms(w.text)])

    lengths = [[row.length for row in chain] for chain in chains(rows(pieces, words, []))]

    assert lengths == [[3, 2], [3]]


@pytest.mark.parametrize(
    "text", ["oh two oh seven nine four six oh nine five eight", "+49 171 1234567"]
)
def test_a_dialled_number_is_a_telephone_number(text: str) -> None:
    assert [label for label, _ in dialled(text)] == ["phone"]


def test_any_digits_are_a_telephone_number_where_one_was_named() -> None:
    assert dialled("my phone number is 555 0100") == [("phone", "555 0100")]
    assert dialled("my order number is 555 0100") == []
