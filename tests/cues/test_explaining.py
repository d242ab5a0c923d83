"""An explanation without a question gets too long, or too legal."""

import pytest

from assist.cues.explaining import CUE, LONG, REASON
from assist.evaluate.calls import LabelledCall
from tests.script import Stretch, cleared, cues, script, told

TALK = (
    "the meters are read by hand and the cards go to the office where they are typed in and then "
    "the night run adds them up and the list comes back in the morning "
)
ASKED: Stretch = (0, 2500, "Why is my bill so high?")


def call_of(*agent: Stretch, customer: tuple[Stretch, ...] = ()) -> LabelledCall:
    return script(customer=[ASKED, *customer], agent=agent, after=6000)


def test_thirty_five_seconds_without_a_question_are_too_long() -> None:
    (cue,) = cues(call_of((4000, 44_000, TALK * 4)), CUE)

    assert cue.rule == "explanation_too_long.LENGTH"
    assert 4000 + LONG <= cue.at <= 4000 + LONG + 1000


def test_thirty_seconds_are_not() -> None:
    assert cues(call_of((4000, 34_000, TALK * 3)), CUE) == []


def test_the_reason_of_a_refusal_has_twenty() -> None:
    call = call_of((4000, 30_000, "I'm afraid we can't do that. " + TALK * 2))

    (cue,) = cues(call, CUE)

    assert 4000 + REASON <= cue.at <= 4000 + REASON + 1000


def test_a_question_begins_the_count_anew() -> None:
    text = TALK * 2 + ". Does that make sense so far? " + TALK * 2

    assert cues(call_of((4000, 44_000, text)), CUE) == []


def test_a_mhm_does_not_interrupt_it() -> None:
    call = call_of((4000, 44_000, TALK * 4), customer=((20_000, 20_400, "mhm"),))

    assert len(cues(call, CUE)) == 1


def test_an_answer_begins_the_count_anew() -> None:
    call = call_of(
        (4000, 24_000, TALK * 2),
        (27_000, 44_000, TALK * 2),
        customer=((24_500, 26_500, "But I was not at home that day."),),
    )

    assert cues(call, CUE) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Pursuant to clause four the statutory liability is excluded."),
        ("de", "Gemäß Paragraf sechs der Geschäftsbedingungen gilt das als Willenserklärung."),
    ],
)
def test_three_legal_terms_are_too_many(language: str, text: str) -> None:
    call = script(customer=[(0, 2000, "Hm.")], agent=[(3000, 8000, text)], language=language)

    (cue,) = cues(call, CUE)

    assert cue.rule == "explanation_too_long.LEGAL"


def test_one_legal_term_is_not() -> None:
    assert cues(call_of((4000, 8000, "The minimum term is one year, that is all.")), CUE) == []


def test_what_must_be_read_out_may_be_long() -> None:
    text = "I am required by law to read you the following statement. " + TALK * 4

    assert cues(call_of((4000, 46_000, text)), CUE) == []


def test_it_ends_when_the_customer_speaks() -> None:
    call = call_of(
        (4000, 42_000, TALK * 4), customer=((42_500, 45_000, "I did not know that at all."),)
    )

    assert [(c.reason, c.by) for c in cleared(told(call), CUE)] == [("cleared", "customer")]
