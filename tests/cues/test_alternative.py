"""Praise for saying what is possible: after a refusal, once, and not for ever."""

from assist.cues.alternative import CUE, OFFERED_WITHIN, PRAISED_FOR
from tests.script import Stretch, cleared, cues, heard, script, told

ASKED: Stretch = (0, 3000, "Can you pay the money back to my card today?")
REFUSED: Stretch = (4000, 6000, "I'm afraid we can't do that.")
OFFER = "What I can do is send you a voucher."


def test_an_offer_after_a_refusal_is_praised_with_its_words() -> None:
    (praise,) = cues(script(customer=[ASKED], agent=[REFUSED, (12_000, 14_400, OFFER)]), CUE)

    assert praise.rule == "alternative_offered.CAN_DO"
    assert [getattr(e, "text", "") for e in praise.evidence] == [OFFER]


def test_an_offer_without_a_refusal_is_not_praised() -> None:
    assert not cues(script(customer=[ASKED], agent=[(4000, 6400, OFFER)]), CUE)


def test_an_offer_long_after_the_refusal_is_not_praised() -> None:
    late = 9000 + OFFERED_WITHIN

    assert not cues(script(customer=[ASKED], agent=[REFUSED, (late, late + 2400, OFFER)]), CUE)


def test_each_refusal_is_praised_once() -> None:
    call = script(
        customer=[ASKED], agent=[REFUSED, (12_000, 14_400, OFFER), (16_000, 18_400, OFFER)]
    )

    assert len(cues(call, CUE)) == 1


def test_the_praise_ends_when_the_customer_answers() -> None:
    call = script(
        customer=[ASKED, (15_000, 16_000, "That sounds good.")],
        agent=[REFUSED, (12_000, 14_400, OFFER)],
    )

    assert [e.reason for e in cleared(told(call), CUE)] == ["cleared"]


def test_the_praise_ends_by_itself() -> None:
    events = told(script(customer=[ASKED], agent=[REFUSED, (12_000, 14_400, OFFER)], after=9000))

    (praise,) = heard(events, CUE)
    (over,) = cleared(events, CUE)
    assert over.reason == "timed_out"
    assert PRAISED_FOR <= over.at - praise.at < PRAISED_FOR + 500
