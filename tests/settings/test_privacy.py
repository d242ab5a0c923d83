"""What the operator may set about secrets."""

import msgspec
import pytest

from assist.core.redaction import STANDARD
from assist.settings.privacy import Redaction


def test_by_itself_cards_accounts_codes_and_addresses_are_masked() -> None:
    rules = Redaction().rules()

    assert rules.enabled
    assert rules.kinds == STANDARD == {"card", "iban", "code", "email"}


def test_kinds_and_patterns_are_taken_over() -> None:
    settings = msgspec.convert({"kinds": ["phone"], "patterns": {"customer": r"K\d{6}"}}, Redaction)

    rules = settings.rules()

    assert rules.kinds == {"phone"}
    assert rules.patterns[0].name == "customer"
    assert rules.patterns[0].regex.search("k123456")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"patterns": {"customer": "K("}}, "'customer' is no regular expression"),
        ({"patterns": {"customer": "K*"}}, "'customer' would match between any two letters"),
        ({"patterns": {"[card]": "K"}}, "matching regex"),
        ({"patterns": {"customer": ""}}, "length >= 1"),
        ({"kinds": ["cards"]}, "cards"),
        ({"kind": ["card"]}, "kind"),
    ],
)
def test_a_wrong_value_is_told_in_a_sentence(values: object, sentence: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=sentence.replace("(", r"\(")):
        msgspec.convert(values, Redaction)
