"""Recorded calls, played as if they were live: their sound paced, and the agent may answer."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from assist.audio.files import Recording, Step
from assist.call import Call
from assist.core.audio import STEP_MS
from assist.evaluate.calls import LabelledCall
from assist.events import CallUpdated, Event, Fault

Compose = Callable[[LabelledCall, Recording], Call]
"""Puts a call together: which speech model hears it, and where that runs."""

_COMMANDS = 64
"""Commands of pages that may wait; a person cannot give more in 20 ms."""


@dataclass(frozen=True, slots=True)
class Played:
    """A call that was played, and what came of it."""

    call: LabelledCall
    events: list[Event] = field(repr=False)
    seconds: float
    """Of the processor, all threads together."""


class Player:
    """Plays calls in the thread that asks; everything else may be called from any thread.

    Args:
        compose: puts each call together.
        publish: takes every event as it happens.
        live: as fast as it was spoken; else as fast as the machine can.
    """

    def __init__(self, compose: Compose, publish: Callable[[Event], None], *, live: bool) -> None:
        self._compose = compose
        self._publish = publish
        self._live = live
        self._told: queue.Queue[Event] = queue.Queue(_COMMANDS)
        self._stopped = threading.Event()

    def tell(self, event: Event) -> None:
        """Hand a command to the running call; beyond a bound they are dropped."""
        if not self._told.full():
            self._told.put(event)

    def stop(self) -> None:
        """End the running call within its next step, and all pauses."""
        self._stopped.set()

    def pause(self, seconds: float) -> bool:
        """Wait, in a live play only; false when the player was stopped."""
        return not self._stopped.wait(seconds if self._live else 0)

    def play(self, labelled: LabelledCall, audio: Path) -> Played:
        """Play one call to its end, or until the player is stopped.

        Raises:
            AudioError: the recording cannot be read.
        """
        while not self._told.empty():
            self._told.get()  # it was meant for the call before
        recording = Recording(audio)
        call = self._compose(labelled, recording)
        events: list[Event] = []
        before = time.process_time()
        for event in self._run(call, labelled, recording):
            events.append(event)
            self._publish(event)
        return Played(labelled, events, time.process_time() - before)

    def _run(self, call: Call, labelled: LabelledCall, recording: Recording) -> Iterator[Event]:
        yield from call.start()
        if labelled.call.issue:
            yield from call.tell(CallUpdated(at=0, issue=labelled.call.issue))
        for step in self._steps(recording):
            yield from call.push(step)
            while not self._told.empty():
                yield from call.tell(self._told.get())
        if recording.broken:
            yield from call.tell(Fault(at=0, code="audio_broken", text=recording.broken))
        yield from call.end("stopped" if self._stopped.is_set() else "hangup")

    def _steps(self, recording: Recording) -> Iterator[Step]:
        start = time.monotonic()
        for number, step in enumerate(recording.steps(), 1):
            if not self.pause(start + number * STEP_MS / 1000 - time.monotonic()):
                return
            yield step
