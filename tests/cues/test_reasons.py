"""A refusal owes its reason: before it, in it, or soon after."""

import pytest

from assist.cues.reasons import DUE_AFTER
from tests.script import Stretch, cleared, cues, heard, otherwise, script, told

CUE = "why_missing"
ASKED: Stretch = (0, 3000, "Can you pay the money back to my card today?")
FRAGT: Stretch = (0, 3000, "Können Sie mir das Geld heute zurückzahlen?")
SAID_NO = "I'm afraid we can't do that."
NO: Stretch = (4500, 6000, SAID_NO)
NEIN: Stretch = (4500, 6000, "Das können wir leider nicht machen.")
HOPED = "Oh, I really hoped for that."
WELL: Stretch = (7000, 8500, HOPED)


@pytest.mark.parametrize(("language", "asked", "no"), [("en", ASKED, NO), ("de", FRAGT, NEIN)])
def test_a_bare_refusal_lacks_its_reason(language: str, asked: Stretch, no: Stretch) -> None:
    (cue,) = cues(script(customer=[asked, WELL], agent=[no], language=language), CUE)

    assert cue.rule.startswith("why_missing.MISSING")
    assert (cue.start, cue.end) == (4500, 6000)


@pytest.mark.parametrize(
    "said",
    ["because the bank closes at noon.", "The reason is the new law.", "It's due to the weather."],
)
def test_a_reason_after_the_refusal_pays(said: str) -> None:
    call = script(customer=[ASKED], agent=[(4500, 8500, f"I'm afraid we can't do that, {said}")])

    assert not cues(call, CUE)


@pytest.mark.parametrize("said", ["weil die Bank schon zu hat.", "Das Lager prüft nämlich alles."])
def test_a_german_reason_pays(said: str) -> None:
    agent = [(4500, 8500, f"Das können wir leider nicht machen, {said}")]

    assert not cues(script(customer=[FRAGT], agent=agent, language="de"), CUE)


def test_since_monday_is_no_reason() -> None:
    agent = [(4500, 8000, "Sorry, we can't do that, I have been here since Monday.")]

    assert cues(script(customer=[ASKED, (9000, 10_500, HOPED)], agent=agent), CUE)


def test_it_falls_due_while_the_agent_goes_on() -> None:
    more = "Your card is blue and your name is here and the street is on it and the town."
    call = script(customer=[ASKED], agent=[NO, (6100, 18_000, more)], after=9000)

    (cue,) = cues(call, CUE)

    assert cue.at - 6000 >= DUE_AFTER


def test_it_ends_when_the_reason_comes() -> None:
    agent = [NO, (11_000, 13_000, "Because the bank closes at noon.")]

    events = told(script(customer=[ASKED, WELL], agent=agent))

    assert [(e.reason, e.by) for e in cleared(events, CUE)] == [("cleared", "agent")]


def test_it_falls_with_the_refusal() -> None:
    call = script(customer=[ASKED, WELL], agent=[NO], after=9000)

    events = told(call, extra=[otherwise(call, SAID_NO, "I'm sure we shall do that.", at=12_000)])

    assert len(heard(events, CUE)) == 1
    assert [e.at for e in cleared(events, CUE)] == [12_000]
