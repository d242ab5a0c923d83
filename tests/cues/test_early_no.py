"""A refusal right after the request, or over it."""

import pytest

from assist.cues.early_no import TOO_EARLY
from assist.events import NumberEvidence
from tests.script import Stretch, cleared, cues, heard, otherwise, script, told

CUE = "early_no"
ASKED: Stretch = (0, 3000, "Can you pay the money back to my card today?")
FRAGT: Stretch = (0, 3000, "Können Sie mir das Geld heute zurückzahlen?")


def no(after: int, said: str = "No, we can't do that.") -> Stretch:
    return 3000 + after, 4500 + after, said


@pytest.mark.parametrize("after", [-400, 300])
def test_a_refusal_at_once_is_early(after: int) -> None:
    (cue,) = cues(script(customer=[ASKED], agent=[no(after)]), CUE)

    number = next(e for e in cue.evidence if isinstance(e, NumberEvidence))
    assert (number.name, number.value) == ("pause_ms", max(0, after))


def test_a_german_refusal_at_once_is_early() -> None:
    call = script(customer=[FRAGT], agent=[no(300, "Das geht nicht.")], language="de")

    assert cues(call, CUE)


def test_a_refusal_after_a_thought_is_not_early() -> None:
    assert not cues(script(customer=[ASKED], agent=[no(TOO_EARLY)]), CUE)


def test_an_implicit_refusal_is_not_early() -> None:
    assert not cues(script(customer=[ASKED], agent=[no(300, "Your warranty has expired.")]), CUE)


def test_a_correction_in_time_leaves_nothing() -> None:
    said = "No, we can't do that but I can send you a voucher."

    assert not cues(script(customer=[ASKED], agent=[no(300, said)]), CUE)


def test_it_ends_with_a_question() -> None:
    asks = (9000, 11_000, "What do you need it for?")

    events = told(script(customer=[ASKED], agent=[no(300), asks]))

    assert [e.by for e in cleared(events, CUE)] == ["agent"]


def test_it_falls_with_its_words() -> None:
    call = script(customer=[ASKED], agent=[no(300, "Sorry, we can't do that.")], after=9000)

    events = told(call, extra=[otherwise(call, "can't", "shall", at=9500)])

    assert len(heard(events, CUE)) == 1
    assert [e.reason for e in cleared(events, CUE)] == ["corrected"]
