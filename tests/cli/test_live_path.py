"""The whole way of a call: played into a sound card, captured, served, and what the agent sees."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from assist.audio.files import Recording
from assist.capture.pulse import Pulse
from assist.core.audio import STEP_MS, Samples, samples
from assist.events import (
    CHANNELS,
    AudioGap,
    CallEnded,
    Channel,
    CueDetected,
    Event,
    Fault,
    NudgeShown,
    SpeechStarted,
)
from assist.replay import run
from assist.speech.bundled import bundled
from assist.speech.vad import Vad
from tests.capture.card import CALL, MICROPHONE, Card, card, needs_card
from tests.cli.test_carrying import Desk
from tests.server.running import Running, running

DEMO = bundled("demo", "calls") / "en-rough" / "audio.ogg"
CUT = range(20, 33)
"""Seconds of the call in which the agent cuts in."""
APART = 300
"""What is seen live and in the replay lies so near together, in milliseconds."""
Told = list[tuple[str, str, int]]


def cut(seconds: range) -> Iterator[dict[Channel, Samples]]:
    """Yield some seconds of the call in steps of 20 ms."""
    yield from itertools.islice(Recording(DEMO).steps(), seconds.start * 50, seconds.stop * 50)


def sound(seconds: range) -> dict[Channel, Samples]:
    steps = list(cut(seconds))
    return {side: np.concatenate([step[side] for step in steps]) for side in steps[0]}


def replayed(seconds: range, *, after: int = 0) -> list[Event]:
    """Replay some seconds of the call with so many milliseconds of silence before them.

    The live call begins some time before the sound: without it the ticks would lie elsewhere.
    """
    silent: dict[Channel, Samples] = dict.fromkeys(CHANNELS, np.zeros(samples(STEP_MS), np.int16))
    before = itertools.repeat(silent, round(after / STEP_MS))
    return list(run(Recording(DEMO), vad=Vad(), steps=itertools.chain(before, cut(seconds))))


def first_speech(events: Sequence[Event]) -> int:
    return next(event.start for event in events if isinstance(event, SpeechStarted))


def told(events: Sequence[Event]) -> Told:
    """Return cues and nudges with their times."""
    return [
        (type(event).__name__, event.cue, event.at)
        for event in events
        if isinstance(event, CueDetected | NudgeShown)
    ]


def compare(live: Told, replayed: Told) -> None:
    assert [one[:2] for one in live] == [one[:2] for one in replayed]
    assert [one[2] for one in live] == [pytest.approx(one[2], abs=APART) for one in replayed]


def play(plugs: Card, seconds: range) -> None:
    both = sound(seconds)
    plugs.play_together({"headset": both["agent"], "call_out": both["customer"]})


def heard_until(here: Running, ms: int) -> None:
    """Wait until so much of the call was heard since somebody first spoke."""

    def far(events: list[Event]) -> bool:
        first = next((event.at for event in events if isinstance(event, SpeechStarted)), None)
        return first is not None and events[-1].at >= first + ms

    here.until(far, seconds=ms / 1000 + 60)


def followed(plugs: Card, here: Running, seconds: range) -> list[Event]:
    """Play a part of the call; return all events of it, live."""
    system = Pulse()
    with Desk(here, system, agent=MICROPHONE, customer=CALL):
        here.until(lambda events: any(event.at >= 500 for event in events), seconds=60)
        play(plugs, seconds)
        heard_until(here, len(seconds) * 1000)
    system.close()
    here.until(lambda events: any(isinstance(event, CallEnded) for event in events))
    return here.events


def test_the_replay_of_the_part_has_an_interruption() -> None:
    found = told(replayed(CUT))

    assert [one[:2] for one in found] == [
        ("CueDetected", "agent_interrupted"),
        ("NudgeShown", "agent_interrupted"),
    ]


@needs_card
@pytest.mark.parametrize("seconds", [CUT, pytest.param(range(100), marks=pytest.mark.slow)])
def test_live_the_same_is_seen_as_in_the_replay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: range
) -> None:
    with card(tmp_path, monkeypatch) as plugs, running() as here:
        plugs.plug_microphone()
        plugs.plug("call_out")
        events = followed(plugs, here, seconds)

    late = first_speech(events) - first_speech(replayed(seconds))
    compare(told(events), told(replayed(seconds, after=late)))


@needs_card
def test_without_the_customers_device_nothing_is_concluded_and_with_it_all_is_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with card(tmp_path, monkeypatch) as plugs, running() as here:
        plugs.plug_microphone()
        call = plugs.plug("call_out")
        system = Pulse()
        with Desk(here, system, agent=MICROPHONE, customer=CALL):
            here.until(lambda events: any(event.at >= 500 for event in events), seconds=60)
            play(plugs, CUT)
            heard_until(here, 4500)
            plugs.unplug(call)
            begun = time.monotonic()
            here.until(fault("customer_missing", active=True))
            took = time.monotonic() - begun
            heard_until(here, 11_000)
            plugs.plug("call_out")
            here.until(fault("customer_missing", active=False))
            plugs.stop()
            back = here.events[-1].at
            play(plugs, CUT)
            here.until(interruption, seconds=60)
        system.close()
        here.until(lambda events: any(isinstance(event, CallEnded) for event in events))

    gone = next(event.at for event in here.events if isinstance(event, Fault) and is_gone(event))
    between = [event for event in here.events if gone <= event.at < back]
    assert took <= 1.0
    assert not [e for e in between if isinstance(e, CueDetected | NudgeShown)]
    assert not [e for e in between if isinstance(e, SpeechStarted) and e.channel == "customer"]
    assert any(isinstance(e, AudioGap) and e.channel == "customer" for e in between)


def interruption(events: list[Event]) -> bool:
    return any(isinstance(e, NudgeShown) and e.cue == "agent_interrupted" for e in events)


def is_gone(event: Fault) -> bool:
    return event.code == "customer_missing" and event.active


def fault(code: str, *, active: bool) -> Callable[[list[Event]], bool]:
    return lambda events: any(
        isinstance(event, Fault) and (event.code, event.active) == (code, active)
        for event in events
    )
