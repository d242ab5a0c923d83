"""Failure cases of the specification about the issue and what is off it: F-34 to F-37."""

from assist.cues.off_track import CUE
from tests.cues.test_off_track import AGENT, DOGS, HOME, START
from tests.script import Stretch, cues, script

ISSUE_DE: list[Stretch] = [
    (3000, 8000, "mein Router ist kaputt und die Rechnung für den Vertrag stimmt auch nicht."),
    (12_500, 15_500, "der weiße Router mit den vier grünen Lampen am Fenster."),
]
AGENT_DE: list[Stretch] = [
    (0, 2500, "Hallo, wie kann ich Ihnen helfen?"),
    (8600, 12_000, "Welchen Router haben Sie denn, und welche Lampen leuchten?"),
]
COMPOUNDS = (
    "der Routerwechsel sollte damals Routerprobleme beseitigen und die Rechnungskorrektur kam nie, "
    "die Vertragsänderung auch nicht, obwohl Rechnungsstelle und Vertragsabteilung beide etwas von "
    "Rechnungskorrektur und Routertausch erzählt hatten, und das Routerpaket blieb verschwunden"
)


def test_f34_compounds_of_the_issue_are_on_it() -> None:
    call = script(customer=[*ISSUE_DE, (24_000, 40_000, COMPOUNDS)], agent=AGENT_DE, language="de")

    assert cues(call, CUE) == []


def test_f35_working_from_home_because_the_line_is_down_is_on_the_issue() -> None:
    assert cues(script(customer=[*START, (24_000, 40_000, HOME)], agent=AGENT), CUE) == []


def test_f36_the_agent_may_leave_the_issue() -> None:
    assert cues(script(customer=START, agent=[*AGENT, (24_000, 40_000, DOGS)]), CUE) == []


def test_f37_small_talk_while_the_agents_system_loads_is_no_drift() -> None:
    wait: Stretch = (16_000, 18_500, "One moment please, I will put you on hold.")
    call = script(customer=[*START, (24_000, 40_000, DOGS)], agent=[*AGENT, wait])

    assert cues(call, CUE) == []
