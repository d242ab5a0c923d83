"""IBANs, written and spelled."""

import pytest

from assist.core.redaction.accounts import accounts
from assist.core.redaction.atoms import atoms
from assist.core.redaction.digits import Placed, read
from tests.core.redaction.spoken import final


def found(text: str) -> list[str]:
    words = final(text).words
    pieces = read([Placed(a, i) for i, w in enumerate(words) for a in atoms(w.text)])
    return [" ".join(w.text for w in words[f.first : f.last + 1]) for f in accounts(pieces, words)]


@pytest.mark.parametrize(
    "account",
    [
        "DE89370400440532013000",
        "GB29 NWBK 6016 1331 9268 19",
        "gb29 nwbk 6016 1331 9268 19",
        "Dora Emil acht neun drei sieben null vier null null vier vier null fünf drei zwei null"
        " eins drei null null null",
        "D wie Düsseldorf E wie Essen 89 3704 0044 0532 0130 00",
        "Golf Bravo two nine November Whiskey Bravo Kilo 6016 1331 9268 19",
        "NO93 8601 1117 947",
    ],
)
def test_an_account_is_found_to_its_last_character(account: str) -> None:
    assert found(f"it is {account} and more") == [account]


def test_one_wrong_digit_hides_no_account() -> None:
    assert len(found("DE89 3704 0044 0532 0130 01")) == 1


def test_a_word_that_is_also_a_country_needs_the_right_check_digits() -> None:
    assert found("it 60 0542 8111 0100 0000 1234 56 is the order") == []


@pytest.mark.parametrize("talk", ["AT 5 o'clock", "the DE team of 12", "be at 4 22 11 98 76"])
def test_short_numbers_behind_letters_are_none(talk: str) -> None:
    assert found(talk) == []
