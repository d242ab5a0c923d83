"""Check digits, and lists that are no secret."""

import pytest

from assist.core.redaction.checks import is_harmless, is_iban, luhn


@pytest.mark.parametrize("digits", ["4242424242424242", "378282246310005"])
def test_a_card_fulfils_luhn(digits: str) -> None:
    assert luhn(digits)


@pytest.mark.parametrize("digits", ["4242424242424243", "4224242424242424", "0000000000000000"])
def test_a_slip_breaks_luhn(digits: str) -> None:
    assert not luhn(digits)


@pytest.mark.parametrize("text", ["DE89370400440532013000", "GB29NWBK60161331926819"])
def test_an_account_fulfils_its_check(text: str) -> None:
    assert is_iban(text)


@pytest.mark.parametrize(
    "text",
    [
        "DE89370400440532013001",
        "DE8937040044053201300",
        "XX89370400440532013000",
        "DEXX370400440532013000",
        "DE89370400440532?13000",
        "",
    ],
)
def test_anything_else_is_no_account(text: str) -> None:
    assert not is_iban(text)


@pytest.mark.parametrize("digits", ["123456789101", "201920202021", "199820022016"])
def test_counting_and_years_are_harmless(digits: str) -> None:
    assert is_harmless(digits)


@pytest.mark.parametrize("digits", ["234567891012", "2019202020", "424242424242"])
def test_other_digits_are_not(digits: str) -> None:
    assert not is_harmless(digits)
