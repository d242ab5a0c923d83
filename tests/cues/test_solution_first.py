"""The fix before the feelings: told of once for each venting."""

import pytest

from tests.cues.test_empathy import COMPLAINED, VENTED
from tests.script import Stretch, cleared, cues, heard, script, told

CUE = "solution_before_feelings"
ASKS: dict[str, Stretch] = {
    "en": (19_000, 21_500, "What's your customer number, please?"),
    "de": (19_000, 21_500, "Wie ist denn Ihre Kundennummer bitte?"),
}


@pytest.mark.parametrize("language", ["en", "de"])
def test_asking_for_data_right_after_venting_is_too_early(language: str) -> None:
    call = script(customer=[VENTED[language]], agent=[ASKS[language]], language=language)

    (cue,) = cues(call, CUE)

    assert cue.rule == f"{CUE}.SOLUTION_TALK"


def test_after_empathy_the_fix_is_welcome() -> None:
    said = "I can see why you're upset, what's your customer number?"

    assert not cues(script(customer=[VENTED["en"]], agent=[(19_000, 22_000, said)]), CUE)


def test_without_venting_the_fix_may_come_at_once() -> None:
    assert not cues(script(customer=[COMPLAINED], agent=[ASKS["en"]]), CUE)


def test_one_venting_is_told_of_once() -> None:
    call = script(
        customer=[VENTED["en"], (22_500, 24_000, "It is four five.")],
        agent=[ASKS["en"], (25_000, 28_000, "Have you tried restarting it?")],
    )

    assert len(cues(call, CUE)) == 1


def test_empathy_ends_it() -> None:
    call = script(
        customer=[VENTED["en"], (22_500, 24_000, "Is that all?")],
        agent=[ASKS["en"], (25_000, 28_000, "I understand how annoying that is.")],
    )

    events = told(call)

    assert len(heard(events, CUE)) == 1
    assert [e.by for e in cleared(events, CUE)] == ["agent"]
