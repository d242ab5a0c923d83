"""An own mistake is named, apologised for and put right; the first that lacks is told of."""

import pytest

from assist.cues.mistake import DUE, PATIENCE
from assist.events import NudgeShown
from tests.script import Stretch, cleared, cues, heard, otherwise, script, told

CUE = "mistake_structure"
ASKED: Stretch = (0, 3000, "I was told that it would be here on Monday.")


def admitted(said: str, language: str = "en", *, customer: Stretch = ASKED) -> list[str]:
    """Return the rules of the cue when the agent says this from 4000 to 8000."""
    call = script(customer=[customer], agent=[(4000, 8000, said)], language=language, after=15_000)
    return [cue.rule for cue in cues(call, CUE)]


@pytest.mark.parametrize(
    ("language", "said", "rule"),
    [
        ("en", "That was our mistake.", "APOLOGISE"),
        ("en", "That was our mistake, I'm sorry.", "FIX"),
        ("en", "We got that wrong. I'll send you a new one.", "APOLOGISE"),
        ("de", "Das war unser Fehler.", "APOLOGISE"),
        ("de", "Das war unser Fehler, das tut mir leid.", "FIX"),
    ],
)
def test_the_first_that_lacks_is_the_rule(language: str, said: str, rule: str) -> None:
    assert admitted(said, language) == [f"{CUE}.MISSING.{rule}"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "That was our mistake. I'm sorry. I'll send you a new one today."),
        ("de", "Das war unser Fehler. Das tut mir leid. Ich schicke Ihnen heute einen neuen."),
    ],
)
def test_nothing_lacks_when_all_three_were_said(language: str, said: str) -> None:
    assert admitted(said, language) == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "That's not our fault."),
        ("en", "Was that our mistake?"),
        ("de", "Das ist nicht unser Fehler."),
        ("de", "Ich schaue, was da schiefgelaufen ist."),
    ],
)
def test_who_admits_nothing_owes_nothing(language: str, said: str) -> None:
    assert admitted(said, language) == []


def test_a_yes_to_an_allegation_does_not_name_the_mistake() -> None:
    customer: Stretch = (0, 3000, "You sent me the wrong one.")

    assert admitted("Yes, you're right.", customer=customer) == [f"{CUE}.MISSING.ACKNOWLEDGE"]


def test_it_is_due_6000_ms_after_the_turn() -> None:
    call = script(customer=[ASKED], agent=[(4000, 8000, "That was our mistake.")], after=15_000)

    (cue,) = cues(call, CUE)

    assert 8000 + DUE <= cue.at <= 8000 + DUE + PATIENCE


def test_what_is_said_in_time_is_not_missing() -> None:
    agent: list[Stretch] = [
        (4000, 6000, "That was our mistake."),
        (8000, 11_000, "I'm really sorry. I'm sending you a new one."),
    ]

    assert not cues(script(customer=[ASKED], agent=agent, after=15_000), CUE)


def test_the_text_is_that_of_the_empty_slot() -> None:
    call = script(customer=[ASKED], agent=[(4000, 8000, "That was our mistake.")], after=15_000)

    (nudge,) = [e for e in told(call) if isinstance(e, NudgeShown) and e.cue == CUE]

    assert (nudge.variant, nudge.text) == ("apologise", "Add a short, sincere apology.")


def test_it_ends_when_all_three_have_been_said() -> None:
    agent: list[Stretch] = [
        (4000, 6000, "That was our mistake."),
        (16_000, 19_000, "I'm really sorry. I'm sending you a new one."),
    ]

    events = told(script(customer=[ASKED], agent=agent, after=9000))

    assert len(heard(events, CUE)) == 1
    assert [e.by for e in cleared(events, CUE)] == ["agent"]


def test_a_misheard_admission_owes_nothing() -> None:
    call = script(customer=[ASKED], agent=[(4000, 8000, "That was our mistake.")], after=15_000)
    late = otherwise(call, "our mistake.", "our parcel.", at=10_000)

    assert not heard(told(call, extra=[late]), CUE)
