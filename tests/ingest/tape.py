"""A switchboard whose calls keep what they hear: no speech is looked for, only sound."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np

from assist.call import Call
from assist.core.audio import SILENCE, Samples
from assist.core.engine import Engine
from assist.cues import TABLE
from assist.events import CallEnded, Channel, Event
from assist.ingest.items import Start
from assist.ingest.switchboard import Switchboard
from assist.settings import load_playbook


def now_ms() -> int:
    return time.monotonic_ns() // 1_000_000


def engine(call_id: str) -> Engine:
    return Engine(call_id=call_id, playbook=load_playbook("en"), table=TABLE)


class Track:
    """A speech detector that hears nobody, and keeps the sound."""

    def __init__(self) -> None:
        self._windows: list[Samples] = []

    def measure(self, window: Samples) -> float:
        self._windows.append(window.copy())
        return SILENCE

    def probabilities(self, windows: Sequence[Samples]) -> list[float]:
        return [0.0] * len(windows)

    @property
    def sound(self) -> Samples:
        return np.concatenate([np.zeros(0, np.int16), *self._windows])


@dataclass(slots=True, eq=False)
class Tape:
    """What one call was: its sound and its events."""

    start: Start
    tracks: list[Track] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def stream(self) -> Track:
        self.tracks.append(Track())
        return self.tracks[-1]

    def sound(self, channel: Channel) -> Samples:
        """Return all sound of a channel at 16 kHz."""
        return self.tracks[self.start.channels.index(channel)].sound

    @property
    def over(self) -> bool:
        return any(isinstance(event, CallEnded) for event in self.events)


class Recorder:
    """All calls, by id."""

    def __init__(self) -> None:
        self.tapes: dict[str, Tape] = {}
        self.board = Switchboard(
            self._compose,
            opened=lambda start: None,
            publish=lambda event, *decided: self.tapes[event.call_id].events.append(event),
            closed=lambda call_id: None,
            clock=now_ms,
        )

    def _compose(self, start: Start) -> Call:
        tape = self.tapes[start.call_id] = Tape(start)
        return Call(start.call_id, engine(start.call_id), vad=tape, channels=start.channels)

    async def until(self, holds: Callable[[], bool], *, seconds: float = 10.0) -> None:
        """Wait for a condition."""
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110  # what happens in a call's thread sets no event
                await asyncio.sleep(0.01)

    async def until_over(self, call_id: str, *, seconds: float = 10.0) -> Tape:
        """Wait for the end of a call."""
        await self.until(
            lambda: call_id in self.tapes and self.tapes[call_id].over, seconds=seconds
        )
        return self.tapes[call_id]


@asynccontextmanager
async def recorder() -> AsyncIterator[Recorder]:
    """Run a switchboard."""
    engine("warm")  # the first one takes a second, and arrivals are timed
    one = Recorder()
    beat = asyncio.create_task(one.board.run())
    try:
        yield one
    finally:
        beat.cancel()
        await asyncio.gather(beat, return_exceptions=True)
        await asyncio.to_thread(one.board.close)
