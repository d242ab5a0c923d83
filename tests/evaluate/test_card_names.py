"""The codes of a card, as people read them."""

from typing import get_args

from assist.evaluate.card_names import NAMES, said
from assist.evaluate.review_messages import CardLine
from assist.store.commands import Cause, Request, Sort


def test_every_code_has_a_name() -> None:
    codes = {"cause": Cause, "request": Request, "sort": Sort}

    assert {field: {"", *names} for field, names in NAMES.items()} == {
        field: set(get_args(kind)) for field, kind in codes.items()
    }


def test_a_card_says_what_it_says_in_either_language() -> None:
    card = CardLine(author="rita", cause="promise", request="refund", sort="")

    assert said(card, "en") == "a promise that was not kept · money back"
    assert said(card, "de") == "eine nicht gehaltene Zusage · Geld zurück"
