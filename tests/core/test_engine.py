from collections.abc import Iterator

import pytest

from assist.core.engine import Engine
from assist.cues import TABLE
from assist.errors import ProtocolError
from assist.events import (
    INPUTS,
    CallEnded,
    CallStarted,
    Event,
    SpeechEnded,
    SpeechStarted,
    Tick,
    encode,
)
from assist.settings import load_playbook


def engine() -> Engine:
    return Engine(call_id="c1", playbook=load_playbook("en"), table=TABLE)


def both_speak() -> Iterator[Event]:
    """The agent talks over the customer for three seconds."""
    yield CallStarted(at=0, language="en")
    yield SpeechStarted(at=100, channel="customer", start=0)
    yield SpeechStarted(at=4100, channel="agent", start=4000)
    for at in range(4500, 7500, 500):
        yield Tick(at=at)
    yield SpeechEnded(at=7700, channel="agent", start=4000, end=7500)
    yield CallEnded(at=8000)


def run(events: Iterator[Event]) -> list[Event]:
    made = engine()
    return [out for event in events for out in made.feed(event)]


def test_an_event_comes_out_first_and_its_consequences_after_it() -> None:
    out = list(engine().feed(CallStarted(at=0, language="en")))

    assert isinstance(out[0], CallStarted)


def test_events_are_numbered_without_a_hole_and_named_by_their_call() -> None:
    out = run(both_speak())

    assert [event.seq for event in out] == list(range(1, len(out) + 1))
    assert {event.call_id for event in out} == {"c1"}


def test_time_never_goes_back() -> None:
    ats = [event.at for event in run(both_speak())]

    assert ats == sorted(ats)


def test_an_event_from_the_past_is_refused() -> None:
    made = engine()
    list(made.feed(Tick(at=500)))

    with pytest.raises(ProtocolError, match="400 ms lies before 500 ms"):
        list(made.feed(Tick(at=400)))


def test_the_same_inputs_give_the_same_bytes() -> None:
    first = [encode(event) for event in run(both_speak())]
    second = [encode(event) for event in run(both_speak())]

    assert first == second


def test_a_log_s_inputs_reproduce_the_log() -> None:
    log = run(both_speak())

    again = run(event for event in log if isinstance(event, INPUTS))

    assert list(map(encode, again)) == list(map(encode, log))


def test_timing_alone_detects_an_interruption() -> None:
    kinds = {getattr(event, "cue", "") for event in run(both_speak())}

    assert "agent_interrupted" in kinds
