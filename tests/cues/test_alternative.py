"""Praise for saying what is possible: after a refusal, once, and not for ever."""

from assist.cues.alternative import CUE, MISSED_AFTER, OFFERED_WITHIN, PRAISED_FOR
from tests.script import Stretch, cleared, cues, heard, otherwise, script, told

ASKED: Stretch = (0, 3000, "Can you pay the money back to my card today?")
NO = "I'm afraid we can't do that."
REFUSED: Stretch = (4000, 6000, NO)
TOLD: Stretch = (0, 3000, "The parcel came on Monday and it is blue.")
OFFER = "What I can do is send you a voucher."


def test_an_offer_after_a_refusal_is_praised_with_its_words() -> None:
    (praise,) = cues(script(customer=[ASKED], agent=[REFUSED, (12_000, 14_400, OFFER)]), CUE)

    assert praise.rule == "alternative_offered.CAN_DO"
    assert [getattr(e, "text", "") for e in praise.evidence] == [OFFER]


def test_an_offer_without_a_refusal_is_not_praised() -> None:
    assert not cues(script(customer=[TOLD], agent=[(4000, 6400, OFFER)]), CUE)


def test_an_offer_that_answers_a_request_is_praised() -> None:
    assert cues(script(customer=[ASKED], agent=[(4000, 6400, OFFER)]), CUE)


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


NOTHING = "What I did was send you a voucher."


def test_praise_for_an_offer_that_was_misheard_is_cleared() -> None:
    call = script(customer=[ASKED], agent=[REFUSED, (12_000, 14_400, OFFER)], after=9000)

    events = told(call, extra=[otherwise(call, OFFER, NOTHING, at=16_000)])

    assert [(e.at, e.reason) for e in cleared(events, CUE)] == [(16_000, "corrected")]


def test_praise_falls_with_the_refusal_that_it_follows() -> None:
    agent = [REFUSED, (12_000, 14_400, OFFER)]
    call = script(customer=[TOLD], agent=agent, after=9000)

    events = told(call, extra=[otherwise(call, NO, "I'm sure we shall do that.", at=10_000)])

    assert not heard(events, CUE)


def test_an_offer_that_comes_to_light_at_once_is_praised() -> None:
    call = script(customer=[ASKED], agent=[REFUSED, (12_000, 14_400, NOTHING)], after=9000)

    (praise,) = heard(told(call, extra=[otherwise(call, NOTHING, OFFER, at=16_000)]), CUE)

    assert praise.at == 16_000


def test_an_offer_that_comes_to_light_late_is_not_praised() -> None:
    call = script(customer=[ASKED], agent=[REFUSED, (12_000, 14_400, NOTHING)], after=30_000)

    late = otherwise(call, NOTHING, OFFER, at=14_400 + PRAISED_FOR)

    assert not heard(told(call, extra=[late]), CUE)


def test_an_offer_before_the_refusal_is_not_praised_after_it() -> None:
    did = "What I did was this."
    call = script(customer=[ASKED], agent=[(4000, 6000, f"{did} I'm afraid we can't do that.")])

    events = told(call, extra=[otherwise(call, did, "What I can do is this.", at=9500)])

    assert not heard(events, CUE)


def test_an_offer_after_a_rejected_one_is_praised_again() -> None:
    no = (15_000, 17_000, "No, that doesn't help me.")
    call = script(
        customer=[ASKED, no],
        agent=[REFUSED, (12_000, 14_400, OFFER), (19_000, 21_000, "How about a credit then?")],
    )

    assert len(cues(call, CUE)) == 2


def test_a_german_offer_after_a_demand_is_praised() -> None:
    call = script(
        customer=[(0, 2500, "Ich will mein Geld zurück.")],
        agent=[(4000, 7000, "Ich könnte Ihnen einen Gutschein geben.")],
        language="de",
    )

    assert cues(call, CUE)


MISSING = "alternative_missing"
WELL: Stretch = (7500, 9000, "Oh, I really hoped for that.")


def test_a_refusal_without_an_option_is_noticed_when_the_next_turn_is_over() -> None:
    idle = (10_000, 13_000, "It is on my screen here in front of me.")

    (cue,) = cues(script(customer=[ASKED, WELL], agent=[REFUSED, idle], after=1500), MISSING)

    assert cue.at < 6000 + MISSED_AFTER


def test_a_german_refusal_without_an_option_is_noticed_in_time() -> None:
    call = script(
        customer=[(0, 3000, "Können Sie mir das Geld heute zurückzahlen?")],
        agent=[(4000, 6000, "Das können wir leider nicht machen.")],
        language="de",
        after=15_000,
    )

    (cue,) = cues(call, MISSING)

    assert MISSED_AFTER <= cue.at - 6000 < MISSED_AFTER + 1000


def test_an_option_in_time_pays() -> None:
    call = script(customer=[ASKED, WELL], agent=[REFUSED, (12_000, 14_400, OFFER)], after=9000)

    assert not cues(call, MISSING)


def test_a_customer_who_accepts_the_no_is_owed_an_option_all_the_same() -> None:
    fine = (7500, 9000, "Okay, that's fine by me.")

    assert cues(script(customer=[ASKED, fine], agent=[REFUSED], after=15_000), MISSING)


def test_a_turn_of_a_few_words_is_the_next_turn_and_a_mere_okay_is_none() -> None:
    system = (10_000, 11_500, "The system won't let me.")
    okay = (10_000, 10_400, "Okay.")

    (soon,) = cues(script(customer=[ASKED, WELL], agent=[REFUSED, system], after=2000), MISSING)

    assert soon.at < 6000 + MISSED_AFTER
    assert not cues(script(customer=[ASKED, WELL], agent=[REFUSED, okay], after=2000), MISSING)


def test_a_late_option_ends_it() -> None:
    call = script(customer=[ASKED, WELL], agent=[REFUSED, (20_000, 22_400, OFFER)], after=9000)

    assert [e.by for e in cleared(told(call), MISSING)] == ["agent"]
