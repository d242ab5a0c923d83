"""Many calls at once in real time, on one event loop, as a server runs them."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from time import process_time
from typing import Protocol

import numpy as np

from assist.audio.files import Step
from assist.call import Call
from assist.core.audio import STEP_MS, samples
from assist.core.engine import Engine
from assist.core.redaction import Rules
from assist.core.utterance import ListenerSettings
from assist.cues import TABLE
from assist.events import CHANNELS, Channel, Event, TranscriptFinal, TranscriptPartial
from assist.settings import load_playbook
from assist.speech.pool import SpeechPool
from assist.speech.vad import Vad
from benchmarks.traffic import Spoken

Transcript = TranscriptPartial | TranscriptFinal

PROBE = 0.01
"""Seconds between two looks at how late the loop is."""


class Pushed(Protocol):
    """A call: sound in, events out."""

    def push(self, step: Step) -> Iterator[Event]:
        """Take 20 ms of every channel."""
        ...


class Playable(Protocol):
    """A call's sound and what is said in it."""

    @property
    def language(self) -> str:
        """A code like `en`."""
        ...

    @property
    def spoken(self) -> Sequence[Spoken]:
        """What each side says between two pauses that end it."""
        ...

    def steps(self) -> Iterator[Step]:
        """Yield the sound 20 ms at a time."""
        ...


@dataclass(frozen=True, slots=True)
class Shown:
    """A transcript and when it was shown, in milliseconds since the call began."""

    at: float
    event: Transcript


@dataclass
class Line:
    """One call on the air."""

    scene: Playable
    call: Pushed
    shown: list[Shown] = field(default_factory=list)
    late: float = 0.0
    """The longest delay of its sound, in milliseconds."""


@dataclass
class Air:
    """What was measured while calls were on the air."""

    lines: list[Line]
    seconds: float = 0.0
    processor: float = 0.0
    lags: list[float] = field(default_factory=list)
    """How late the loop was, in milliseconds."""

    @property
    def cores(self) -> float:
        """Processor time obtained in each second."""
        return self.processor / self.seconds if self.seconds else 0.0


def our_call(
    scene: Playable,
    pool: SpeechPool,
    *,
    name: str = "benchmark",
    channels: Sequence[Channel] = CHANNELS,
    issue: Sequence[str] = (),
    listening: ListenerSettings | None = None,
    secrets: Rules | None = None,
) -> Call:
    """Put a call together as the service does."""
    engine = Engine(call_id=name, playbook=load_playbook(scene.language), table=TABLE)
    call = Call(
        name,
        engine,
        vad=Vad(),
        pool=pool,
        channels=channels,
        language=scene.language,
        issue=issue,
        listening=listening,
        secrets=secrets,
    )
    for _ in call.start():
        pass
    return call


def on_air(lines: Sequence[Line], *, drain: float) -> Air:
    """Push every call's sound as fast as it is spoken.

    Args:
        lines: fresh calls.
        drain: seconds of silence after the end, for what still comes.
    """
    return asyncio.run(_on_air(lines, drain))


async def _on_air(lines: Sequence[Line], drain: float) -> Air:
    air = Air(list(lines))
    loop = asyncio.get_running_loop()
    begun, spent = loop.time(), process_time()
    probe = asyncio.create_task(_watch(air))
    phases = [i / len(lines) * STEP_MS / 1000 for i in range(len(lines))]
    pushes = (play(line, begun + p, drain) for line, p in zip(lines, phases, strict=True))
    await asyncio.gather(*pushes)
    air.seconds, air.processor = loop.time() - begun, process_time() - spent
    probe.cancel()
    return air


async def play(line: Line, begun: float, drain: float) -> None:
    """Push one call's sound, each step when it is spoken."""
    loop = asyncio.get_running_loop()
    steps = chain(line.scene.steps(), silence(drain))
    for number, step in enumerate(steps, 1):
        due = begun + number * STEP_MS / 1000
        await asyncio.sleep(max(0.0, due - loop.time()))
        line.late = max(line.late, (loop.time() - due) * 1000)
        for event in line.call.push(step):
            if isinstance(event, TranscriptPartial | TranscriptFinal):
                line.shown.append(Shown((loop.time() - begun) * 1000, event))


def silence(seconds: float) -> Iterable[Step]:
    """Return steps in which nobody speaks."""
    step: Step = {channel: np.zeros(samples(STEP_MS), np.int16) for channel in CHANNELS}
    return repeat(step, round(seconds * 1000 / STEP_MS))


async def _watch(air: Air) -> None:
    loop = asyncio.get_running_loop()
    while True:
        before = loop.time()
        await asyncio.sleep(PROBE)
        air.lags.append((loop.time() - before - PROBE) * 1000)
