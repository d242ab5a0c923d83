"""One live call: items come in on any thread, one worker at a time turns them into events."""

import logging
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from msgspec.structs import replace

from assist.call import Call
from assist.core.audio import milliseconds
from assist.events import AudioGap, CallPaused, CallResumed, Event, Fault
from assist.ingest.items import Audio, End, Gap, Item, Mark, Pause, Resume, Split, Start, Trouble
from assist.ingest.tape import Tape
from assist.ingest.timeline import Step, Timeline

logger = logging.getLogger("assist.live")

FULL_MS = 20_000
"""So much sound may wait for the worker, of both channels together."""
COMMANDS = 256
"""So many other items."""
LAST_WORDS_MS = 2_000
"""After the end the recogniser has so long; then the last partials are final."""
CREEP = 0.001
"""The source's clock may be so much slower than ours before its sound counts as late."""
DROPPED_MS = 3_000
"""So long after the last sound that was dropped for being too early, all is well again."""
AHEAD = Fault(at=0, code="audio_ahead", text="Sound came faster than real time; some was dropped.")
FAILURES = 3
"""So many mistakes of ours may happen in one call before it is given up."""

Pauser = Literal["source", "page"]
Publish = Callable[[Sequence[Event]], None]
"""Takes what happened, in order; called on the worker's thread."""


Work = Item | Event


@dataclass(frozen=True, slots=True)
class Memory:
    """What was kept of a call before the service was interrupted."""

    events: tuple[Event, ...]
    at: int
    """Call clock in milliseconds up to which nothing was open; the source goes on from there."""


class LiveCall:
    """A call whose sound comes now.

    Args:
        call: fresh.
        start: what the door said of it.
        publish: takes the events.
        clock: the machine's own, in milliseconds.
        held: whether it waits for `begin` before it does anything.
        tape: takes the sound that may be kept; none = none is.
    """

    def __init__(
        self,
        call: Call,
        start: Start,
        *,
        publish: Publish,
        clock: Callable[[], int],
        held: bool = False,
        tape: Tape | None = None,
    ) -> None:
        self.call_id = call.id
        self.settled = 0
        """The last mark before which all is settled: decoded, and no speech open."""
        self.settled_ms = 0
        """The same on the call clock, in milliseconds."""
        self.positions: deque[tuple[int, int]] = deque(maxlen=10_000)
        """Marks that were settled, with the call clock; whoever stores takes them."""
        self._held = held
        self._tape = tape
        self._awaited = False
        """Whether a worker is on its way."""
        self._memory: Memory | None = None
        self.ended = False
        self.expects = True
        """Whether something may come of it without more sound: words, or its end."""
        self._call = call
        self._timeline = Timeline(start.channels, skew_ms=start.skew_ms)
        self._publish = publish
        self._clock = clock
        self._guard = threading.Lock()
        """Guards the inbox and who works."""
        self._inbox: deque[Work] = deque(maxlen=100_000)  # FULL_MS and COMMANDS hold it far below
        self._waiting_ms = 0
        self._working = False
        self._marks: deque[tuple[int, int, int]] = deque(maxlen=10_000)
        """Position, and samples and call clock by then; not yet settled."""
        self._paused_at: int | None = None
        self._pausers: set[Pauser] = set()
        """Who wants the pause; it lasts until nobody does."""
        self._base: float | None = None
        """What the machine's clock showed when the call's showed 0, as far as known."""
        self._seen = 0
        self._ending: tuple[str, int] | None = None
        self._dropped_at: int | None = None
        """When sound was last dropped for being too early, while that is told of."""
        self._failures = 0
        self._begun = False

    # ---- from any thread -----------------------------------------------------------------------

    def put(self, work: Sequence[Work]) -> bool:
        """Let items wait for the worker; false, and nothing is taken, when too much waits."""
        length = sum(map(_length, work))
        with self._guard:
            full = length and self._waiting_ms + length > FULL_MS
            if full or len(self._inbox) - self._waiting_ms // 20 > COMMANDS + 1_000:
                return False
            self._inbox.extend(work)
            self._waiting_ms += length
        return True

    def begin(self, memory: Memory | None = None) -> None:
        """Let it do what waits, after what is known of it."""
        self._memory = memory
        self._held = False

    @property
    def has_room(self) -> bool:
        """Whether a good deal more sound can be taken now."""
        with self._guard:
            return self._waiting_ms < FULL_MS // 2

    def call_worker(self) -> bool:
        """Tell whether a worker is to be sent: none is on its way yet."""
        with self._guard:
            wanted = not self._awaited
            self._awaited = True
        return wanted

    def work(self) -> None:
        """Do what waits; a second worker that comes meanwhile leaves at once."""
        with self._guard:
            self._awaited = False
            if self._working or self._held or self.ended:
                return
            self._working = True
        try:
            self._run(self._begin())
            while (item := self._next()) is not None:
                self._run(self._take(item))
            self._run(self._idle())
            self._roll()
            self.expects = not self._begun or self._ending is not None or not self._call.settled
        finally:
            with self._guard:
                self._working = False
                if self._inbox:  # who was sent for it has left
                    self.expects = True

    # ---- on the worker -------------------------------------------------------------------------

    def _next(self) -> Work | None:
        with self._guard:
            if not self._inbox or self.ended:
                return None
            item = self._inbox.popleft()
            self._waiting_ms -= _length(item)
            return item

    def _run(self, following: Iterator[Event]) -> None:
        """Publish what follows; a mistake of ours is told, and the call goes on."""
        events: list[Event] = []
        try:
            events.extend(following)
        except Exception as error:  # whatever goes wrong, the call must not end by it
            self._failures += 1
            facts = {"call": self.call_id, "code": type(error).__name__, "place": _place(error)}
            logger.error("call_failure", extra=facts)
            events.extend(self._confess())
        if events:
            self._publish(events)

    def _confess(self) -> Iterator[Event]:
        text = "Something went wrong inside; the call goes on."
        try:
            if self._failures >= FAILURES:
                self.ended = True
                yield from self._call.end("error", wait=False)
            else:
                yield from self._call.tell(Fault(at=0, code="internal", text=text))
        except Exception as error:  # the engine itself is broken
            logger.error("call_lost", extra={"call": self.call_id, "code": type(error).__name__})
            self.ended = True

    def _begin(self) -> Iterator[Event]:
        if not self._begun:
            self._begun = True
            if self._memory is None:
                yield from self._call.start()
            else:
                self._remember(self._memory)

    def _remember(self, memory: Memory) -> None:
        """Go on with a call that was interrupted; a pause lasts until its source ends it."""
        self._call.restore(memory.events, memory.at)
        self._timeline.jump(memory.at)
        self.settled_ms = memory.at
        before = [e for e in memory.events if isinstance(e, CallPaused | CallResumed)]
        if before and isinstance(before[-1], CallPaused) and before[-1].at <= memory.at:
            self._paused_at = self._clock()
            self._pausers = {"source"}

    def _take(self, item: Work) -> Iterator[Event]:  # noqa: C901  # one line a kind of item
        match item:
            case Gap(ms=0, reason="late"):
                yield from self._drop()
            case Audio() | Gap():
                if self._paused_at is None and self._ending is None:
                    yield from self._hear(self._timeline.take(item))
                    self._measure_lateness()
            case Mark():
                heard = self._timeline.received
                self._marks.append((item.seq, heard, self._timeline.milliseconds(heard)))
            case Pause():
                if self._pausers != {"page"}:  # else it answers the page's wish
                    yield from self._pause("source", item.reason, item.by)
            case Resume():
                yield from self._resume("source", item.skipped)
            case Split():
                yield from self._call.split(item.language)
            case Trouble():
                fault = Fault(at=0, code=item.code, text=item.text, active=item.active)
                yield from self._call.tell(fault)
            case End():
                yield from self._last(item.reason)
            case Event():
                yield from self._obey(item)

    def _obey(self, told: Event) -> Iterator[Event]:
        """Take what a page or an operator says."""
        match told:
            case CallPaused():
                yield from self._pause("page", told.reason, told.by)
            case CallResumed():
                yield from self._resume("page", None)
            case _:
                yield from self._call.tell(told)

    def _drop(self) -> Iterator[Event]:
        """Tell once that sound is dropped, for as long as it goes on."""
        if self._dropped_at is None:
            yield from self._call.tell(AHEAD)
        self._dropped_at = self._clock()

    def _hear(self, found: Iterator[Step | AudioGap]) -> Iterator[Event]:
        for one in found:
            if isinstance(one, Step):
                if self._tape:
                    self._tape.take(self._call.now, one.sound)
                yield from self._call.push(one.sound, missing=one.missing)
            else:
                yield from self._call.tell(one)

    def _measure_lateness(self) -> None:
        """Tell the call how far its sound runs behind; the best so far counts as no delay."""
        now = self._clock()
        begun = now - milliseconds(self._timeline.released)
        if self._base is None:
            self._base = begun
        else:
            self._base = min(begun, self._base + CREEP * (now - self._seen))
        self._seen = now
        self._call.late = max(0, round(begun - self._base))

    def _pause(self, pauser: Pauser, reason: str, by: str) -> Iterator[Event]:
        if self._ending is not None:
            return
        self._pausers.add(pauser)
        if self._paused_at is None:
            self._paused_at = self._clock()
            yield from self._hear(self._timeline.align())
            yield from self._call.pause(reason, by=by)

    def _resume(self, pauser: Pauser, skipped: int | None) -> Iterator[Event]:
        """Go on when nobody wants the pause any more; its source knows best how long it was."""
        if self._paused_at is None or pauser not in self._pausers:
            return
        self._pausers.discard(pauser)
        if self._pausers:
            return
        lasted = self._clock() - self._paused_at
        if self._base is not None:
            self._base += lasted
        self._paused_at = None
        length = lasted if skipped is None else skipped
        self._timeline.jump(length)
        yield from self._call.resume(length)

    def _last(self, reason: str) -> Iterator[Event]:
        """Begin to end: what was said is still decoded, for a while."""
        if self._ending is None:
            self._ending = reason, self._clock() + LAST_WORDS_MS
            if self._paused_at is None:
                yield from self._hear(self._timeline.align())
                yield from self._call.split()

    def _roll(self) -> None:
        """Let the tape give away what is certain by now."""
        if self._tape is None:
            return
        try:
            certain, secrets = self._call.certain, self._call.take_secrets()
            self._tape.advance(certain, secrets, last=self.ended)
        except Exception as error:  # the call goes on without being recorded
            facts = {"call": self.call_id, "code": type(error).__name__, "place": _place(error)}
            logger.error("recording_failure", extra=facts)
            broken, self._tape = self._tape, None
            with suppress(Exception):  # it was told of already
                broken.advance(None, last=True)

    def _idle(self) -> Iterator[Event]:
        """Take what was decoded meanwhile; end when nothing more is to come."""
        yield from self._call.poll()
        if self._dropped_at is not None and self._clock() - self._dropped_at >= DROPPED_MS:
            self._dropped_at = None
            yield from self._call.tell(replace(AHEAD, active=False))
        if self._ending and (self._call.settled or self._clock() >= self._ending[1]):
            yield from self._call.end(self._ending[0], wait=False)
            self.ended = True
        if self._call.settled:
            while self._marks and self._marks[0][1] <= self._timeline.released:
                self.settled, _, self.settled_ms = self._marks.popleft()
                self.positions.append((self.settled, self.settled_ms))


def _length(item: Work) -> int:
    """Return how much sound an item holds, in milliseconds."""
    return len(item.pcm) * 1000 // item.rate if isinstance(item, Audio) else 0


def _place(error: Exception) -> str:
    """Return where it happened; its text may quote what was said, and is not logged."""
    *_, last = traceback.extract_tb(error.__traceback__)
    return f"{last.name}:{last.lineno}"
