"""Is the listener heard? A silence too long, and listening that deserves praise."""

from assist.cues.listening import GOOD, SILENT
from assist.events import HoldStarted
from tests.script import Stretch, cleared, cues, heard, otherwise, script, told

HELLO: Stretch = (0, 1000, "Good morning")
LONG: Stretch = (1500, 40_000)
RANT = (
    "this is ridiculous I am fed up with you people nobody ever calls me back and this is the "
    "third time it is broken and I have been waiting for weeks now it is completely unacceptable"
)
MHM: Stretch = (6000, 6400, "mhm")
EMPATHY: Stretch = (16_000, 20_000, "I can see why you are upset about that. What is the number?")


def test_no_sound_in_a_long_turn_is_a_silent_listener() -> None:
    (cue,) = cues(script(agent=[HELLO], customer=[LONG]), SILENT)

    assert 21_500 <= cue.at <= 22_500
    assert [getattr(item, "name", "") for item in cue.evidence] == ["floor_ms", "silence_ms"]


def test_a_mhm_puts_it_off_for_15_seconds() -> None:
    (cue,) = cues(script(agent=[HELLO, (14_000, 14_400, "mhm")], customer=[LONG]), SILENT)

    assert 29_400 <= cue.at <= 30_400


def test_a_turn_of_19_seconds_may_be_heard_in_silence() -> None:
    assert cues(script(agent=[HELLO], customer=[(1500, 20_500)]), SILENT) == []


def test_a_sound_of_the_agent_ends_it() -> None:
    events = told(script(agent=[HELLO, (25_000, 25_500, "mhm")], customer=[(1500, 39_000)]))

    assert [(e.reason, e.by) for e in cleared(events, SILENT)] == [("cleared", "agent")]


def test_the_end_of_the_turn_ends_it() -> None:
    events = told(script(agent=[HELLO], customer=[(1500, 24_000)]))

    assert [e.reason for e in cleared(events, SILENT)] == ["timed_out"]


def test_it_needs_no_words() -> None:
    assert len(cues(script(agent=[HELLO], customer=[LONG]), SILENT, words=False)) == 1


def test_on_hold_nobody_listens() -> None:
    hold = HoldStarted(at=2000, start=1500, evidence=())

    assert heard(told(script(agent=[HELLO], customer=[LONG]), extra=[hold]), SILENT) == []


def test_listening_until_the_steam_is_out_is_praised() -> None:
    (cue,) = cues(script(customer=[(0, 14_000, RANT)], agent=[MHM, EMPATHY]), GOOD)

    assert 16_000 < cue.at <= 20_500


def test_german_listening_is_praised() -> None:
    rant = (
        "das ist eine Frechheit mir reicht es jetzt keiner ruft zurück und das ist schon das "
        "dritte Mal dass es kaputt ist ich warte seit Wochen das ist eine Unverschämtheit"
    )
    agent: list[Stretch] = [(6000, 6400, "mhm"), (16_000, 19_000, "Das kann ich gut verstehen.")]

    assert len(cues(script(customer=[(0, 14_000, rant)], agent=agent, language="de"), GOOD)) == 1


def test_silence_all_along_is_not_praised() -> None:
    assert cues(script(customer=[(0, 14_000, RANT)], agent=[EMPATHY]), GOOD) == []


def test_cutting_in_spoils_it() -> None:
    agent: list[Stretch] = [
        MHM,
        (12_000, 14_500, "well your contract says something else"),
        EMPATHY,
    ]

    assert cues(script(customer=[(0, 14_800, RANT)], agent=agent), GOOD) == []


def test_venting_that_rested_on_misheard_words_is_no_reason_for_praise() -> None:
    said = [(0, 14_000, RANT)]
    call = script(customer=said, agent=[MHM], after=9000)
    calm = "this is remarkable I am fond of you people somebody calls me back"
    late = otherwise(call, "this is ridiculous I am fed up with you people", calm, at=15_600)

    events = told(call, extra=[late])

    assert "corrected" not in [e.reason for e in cleared(events, "venting")] or not heard(
        events, GOOD
    )


def test_praise_is_over_after_5_seconds() -> None:
    call = script(customer=[(0, 14_000, RANT)], agent=[MHM, EMPATHY], after=20_000)

    assert [e.reason for e in cleared(told(call), GOOD)] == ["cleared"]
