"""The wait before the call: thanked or not."""

import msgspec

from assist.core.engine import Engine
from assist.cues import TABLE
from assist.cues.long_wait import CUE
from assist.evaluate.calls import LabelledCall
from assist.evaluate.run import inputs
from assist.events import CallStarted, CueDetected
from assist.settings import load_playbook
from tests.script import Stretch, cleared, cues, heard, script, told

WAIT: Stretch = (0, 2500, "I've been on hold for forty minutes.")
FIRST: Stretch = (3000, 5000, "What is your customer number?")
NUMBER: Stretch = (5500, 7000, "Four four two one.")
SECOND: Stretch = (7500, 9500, "And your date of birth?")
THANKS: Stretch = (3000, 5000, "Thank you for waiting so long.")
WARTEN: Stretch = (0, 3000, "Ich hänge seit vierzig Minuten in der Warteschleife.")


def queued(call: LabelledCall, milliseconds: int) -> list[CueDetected]:
    engine = Engine(call_id="script", playbook=load_playbook("en"), table=TABLE)
    first, *rest = inputs(call)
    assert isinstance(first, CallStarted)
    first = msgspec.structs.replace(first, queue_ms=milliseconds)
    return heard([event for one in (first, *rest) for event in engine.feed(one)], CUE)


def test_two_turns_without_a_word_about_the_wait_are_noticed() -> None:
    (cue,) = cues(script(customer=[WAIT, NUMBER], agent=[FIRST, SECOND]), CUE)

    assert cue.rule == "long_wait_ack.MENTIONED"
    assert cue.at >= 9500


def test_thanks_for_the_wait_settle_it() -> None:
    assert cues(script(customer=[WAIT, NUMBER], agent=[THANKS, SECOND]), CUE) == []


def test_german_callers_wait_too() -> None:
    agent: list[Stretch] = [(3500, 5000, "Wie ist die Nummer?"), (7500, 9500, "Und der Name?")]

    call = script(customer=[WARTEN, (5500, 7000, "Vier zwei eins.")], agent=agent, language="de")

    assert len(cues(call, CUE)) == 1


def test_an_apology_for_the_wait_in_german_settles_it() -> None:
    agent: list[Stretch] = [
        (3500, 6000, "Entschuldigen Sie bitte die lange Wartezeit."),
        (7500, 9500, "Und der Name?"),
    ]

    call = script(customer=[WARTEN, (6500, 7000, "Ja.")], agent=agent, language="de")

    assert cues(call, CUE) == []


def test_waiting_for_an_engineer_is_another_wait() -> None:
    said: Stretch = (0, 3000, "I've been waiting two hours for the engineer.")

    assert cues(script(customer=[said, NUMBER], agent=[FIRST, SECOND]), CUE) == []


def test_a_long_queue_owes_thanks_without_a_word_of_the_customer() -> None:
    call = script(agent=[(0, 2000, "How can I help?"), SECOND], customer=[(3000, 5000, "My bill.")])

    assert [cue.rule for cue in queued(call, 180_000)] == ["long_wait_ack.QUEUE"]
    assert queued(call, 60_000) == []


def test_thanks_in_the_end_clear_it() -> None:
    late: Stretch = (12_000, 14_000, "And thank you for waiting so long.")
    call = script(customer=[WAIT, NUMBER], agent=[FIRST, SECOND, late])

    assert [(e.reason, e.by) for e in cleared(told(call), CUE)] == [("cleared", "agent")]
