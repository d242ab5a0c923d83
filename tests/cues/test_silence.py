from collections.abc import Iterable

import pytest

from assist.core.engine import Engine
from assist.cues import TABLE
from assist.evaluate.calls import LabelledCall
from assist.events import (
    CallStarted,
    CueCleared,
    CueDetected,
    Event,
    HoldEnded,
    HoldStarted,
    SpeechEnded,
    SpeechStarted,
    Tick,
)
from assist.settings import load_playbook
from tests.script import cues, script


def run(events: Iterable[Event]) -> list[Event]:
    made = Engine(call_id="c1", playbook=load_playbook("en"), table=TABLE)
    return [out for event in events for out in made.feed(event)]


def spoken(start: int, end: int) -> list[Event]:
    """The agent speaks once, after the call has begun."""
    return [
        CallStarted(at=0, language="en"),
        SpeechStarted(at=start, channel="agent", start=start),
        SpeechEnded(at=end, channel="agent", start=start, end=end),
    ]


def silences(events: Iterable[Event]) -> list[CueDetected]:
    return [e for e in events if isinstance(e, CueDetected) and e.cue == "long_silence"]


def test_five_seconds_without_a_word_are_long() -> None:
    events = run([*spoken(1000, 2000), *(Tick(at=at) for at in range(2500, 20_000, 500))])

    (cue,) = silences(events)

    assert (cue.start, cue.at) == (2000, 7000)


def test_silence_before_the_first_word_is_no_cue() -> None:
    events = run([CallStarted(at=0, language="en"), Tick(at=5000), Tick(at=9000)])

    assert silences(events) == []


def test_the_agent_s_next_word_ends_it() -> None:
    events = run(
        [*spoken(1000, 2000), Tick(at=7000), SpeechStarted(at=8000, channel="agent", start=8000)]
    )

    (cleared,) = [e for e in events if isinstance(e, CueCleared)]

    assert (cleared.cue, cleared.by) == ("long_silence", "agent")


def test_the_next_silence_ends_the_one_before() -> None:
    customer = [
        SpeechStarted(at=8000, channel="customer", start=7900),
        SpeechEnded(at=9000, channel="customer", start=7900, end=8900),
    ]

    events = run([*spoken(1000, 2000), Tick(at=7000), *customer, Tick(at=14_000)])

    first, second = silences(events)
    (cleared,) = [e for e in events if isinstance(e, CueCleared)]
    assert (cleared.id, cleared.reason) == (first.id, "timed_out")
    assert second.id != first.id


def test_an_announced_wait_is_no_long_silence() -> None:
    hold = HoldStarted(at=5000, start=2000)

    events = run([*spoken(1000, 2000), hold, Tick(at=7000), Tick(at=12_000)])

    assert silences(events) == []


def test_a_wait_of_45_seconds_wants_a_word_in_between() -> None:
    hold = HoldStarted(at=5000, start=2000)

    events = run([*spoken(1000, 2000), hold, Tick(at=46_500), Tick(at=47_000), Tick(at=60_000)])

    assert [(cue.rule, cue.at) for cue in silences(events)] == [("long_silence.HOLD", 47_000)]


def test_a_wait_that_ended_in_time_is_none() -> None:
    back = [
        SpeechStarted(at=19_500, channel="agent", start=19_400),
        HoldEnded(at=20_000, start=2000, end=19_400),
    ]

    events = run([*spoken(1000, 2000), HoldStarted(at=5000, start=2000), *back, Tick(at=50_000)])

    assert silences(events) == []


def held(said: str, until: int) -> LabelledCall:
    return script(agent=[(0, 3000, said), (until, until + 2000, "Thank you for waiting.")])


@pytest.mark.parametrize(
    ("said", "after"),
    [
        ("Hold the line for two minutes please.", 144_000),
        ("Give me twenty seconds to check that.", 24_000),
        ("Hold the line please.", 45_000),
    ],
)
def test_a_wait_may_run_over_its_promised_length_by_a_fifth(said: str, after: int) -> None:
    (cue,) = cues(held(said, 200_000), "long_silence")

    assert 3000 + after <= cue.at <= 3000 + after + 500
    assert cue.rule == "long_silence.HOLD"


def test_a_wait_that_keeps_its_length_is_none() -> None:
    assert cues(held("Hold the line for two minutes please.", 120_000), "long_silence") == []


def test_after_an_admitted_mistake_the_agent_may_be_silent_for_longer() -> None:
    call = script(agent=[(0, 3000, "That was our mistake.")], customer=[], after=12_000)

    (cue,) = cues(call, "long_silence")

    assert 11_000 <= cue.at <= 11_500
