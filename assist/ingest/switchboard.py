"""All live calls: who opens one, who sends into it, and when it is over; on the event loop.

The work of the calls is done in a few threads of their own; the loop only hands over.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from assist.call import Call
from assist.errors import AssistError, CapacityError
from assist.events import CallEnded, Event
from assist.ingest.items import End, Start
from assist.ingest.live import LiveCall, Memory, Work
from assist.ingest.tape import Tape

logger = logging.getLogger("assist.switchboard")

BEAT_S, BEAT_MS = 0.05, 45
"""Calls look for what was decoded so often, sound or not."""
MISUSED = "A call of this name runs already, from another source or with other channels."

Compose = Callable[[Start], Call]
"""Puts a call together."""
Heard = Callable[[Event], None]
"""Takes an event of a call, on the loop; returns at once."""
Recall = Callable[[Start], Awaitable[Memory | None]]
"""Returns what was kept of a call before the service was interrupted; it never fails."""
Keep = Callable[[str, Sequence[Event], int], None]
"""Stores events of a call; nothing is open up to the call clock that comes with them."""
Publish = Callable[[Event, float], None]
"""Takes an event of any call, and the machine's time in seconds when it came about."""


class Line:
    """A live call as those see it who send into it; on the event loop."""

    def __init__(self, live: LiveCall, start: Start, board: "Switchboard") -> None:
        self.start = start
        self.opened_at = self.put_at = board.now()
        self.followers: list[Heard] = []
        self.gone_at: int | None = None
        """When the last connection was lost; none while one is there."""
        self.patience_ms = 0
        self._stored = 0 if board.keeps else None
        """The last position that is stored, too; none where nothing is."""
        self._live = live
        self._board = board

    @property
    def settled(self) -> int:
        """The source's last position before which nothing needs to come again."""
        return self._live.settled if self._stored is None else self._stored

    def stored(self, ms: int) -> None:
        """Take note that all events are stored up to a call clock at which nothing was open."""
        positions = self._live.positions
        while positions and positions[0][1] <= ms:
            self._stored = positions.popleft()[0]

    @property
    def ended(self) -> bool:
        """Whether the call is over."""
        return self._live.ended

    @property
    def expects(self) -> bool:
        """Whether something may come of it without more sound: words, or its end."""
        return self._live.expects

    @property
    def has_room(self) -> bool:
        """Whether more sound can be taken now."""
        return self._live.has_room

    def put(self, work: Sequence[Work]) -> bool:
        """Hand items to the call; false, and nothing is taken, when too much waits already."""
        taken = self._live.put(work)
        self.put_at = self._board.now()
        self._board.call_for(self._live)
        return taken

    def leave(self, follower: Heard, *, now: int, patience_ms: int) -> None:
        """Say that a connection is gone; without another in time the call ends as lost."""
        if follower in self.followers:
            self.followers.remove(follower)
        if not self.followers:
            self.gone_at, self.patience_ms = now, patience_ms


class Switchboard:
    """Keep the live calls.

    Args:
        compose: puts a call together.
        opened: is told of a new call, before its first event.
        publish: takes every event of every call.
        closed: is told of a call that is over, after its last event.
        recall: looks for an earlier part of a call before it begins; none = nothing is kept.
        keep: stores what happens.
        tape: makes what takes the sound of a call that may be kept; none = no sound is.
        clock: the machine's own, in milliseconds.
        threads: that work for the calls.
        most: calls at a time.
    """

    def __init__(
        self,
        compose: Compose,
        *,
        opened: Callable[[Start], None],
        publish: Publish,
        closed: Callable[[str], None],
        clock: Callable[[], int],
        recall: Recall | None = None,
        keep: Keep = lambda call_id, events, settled_ms: None,
        tape: Callable[[Start], Tape | None] = lambda start: None,
        threads: int = 1,
        most: int = 100,
    ) -> None:
        self._compose = compose
        self._opened = opened
        self._publish = publish
        self._closed = closed
        self._clock = clock
        self._recall = recall
        self._keep = keep
        self._tape = tape
        self._recalling: set[asyncio.Task[None]] = set()
        self.most = most
        self._lines: dict[str, Line] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._workers = ThreadPoolExecutor(threads, "call")
        self._guard = threading.Lock()
        """Guards what was told and the loop has not yet taken."""
        self._told: list[tuple[str, Sequence[Event], int, float]] = []
        self.draining = False
        self.total = self.refused = 0

    def __len__(self) -> int:
        """Count the calls."""
        return len(self._lines)

    @property
    def keeps(self) -> bool:
        """Whether calls are stored."""
        return self._recall is not None

    def now(self) -> int:
        """Return the machine's time in milliseconds."""
        return self._clock()

    def line(self, call_id: str) -> Line | None:
        """Return a running call."""
        return self._lines.get(call_id)

    def calls_of(self, agent: str) -> set[str]:
        """Return the names of a workplace's running calls."""
        lines = self._lines.items()
        return {name for name, line in lines if line.start.agent == agent and not line.ended}

    def open(self, start: Start, follower: Heard) -> Line:
        """Open a call, or join one that runs: its second leg, or its source come back.

        Raises:
            CapacityError: there is no room for another call now.
            AssistError: the call cannot be put together.
        """
        if start.spare and start.call_id in self._lines:
            start = replace(start, call_id=start.spare)
            self._check_alone(start.call_id)
        line = self._lines.get(start.call_id)
        if line is None or line.ended:
            line = self._new(start)
        elif (line.start.channels, line.start.source) != (start.channels, start.source):
            raise AssistError(MISUSED)
        line.followers.append(follower)
        line.gone_at = None
        return line

    def tell(self, call_id: str, event: Event) -> bool:
        """Hand a command to a call; false when there is no such call, or it is overwhelmed."""
        line = self._lines.get(call_id)
        return line is not None and line.put([event])

    def tell_all(self, event: Event) -> None:
        """Hand an event to all calls, like trouble that concerns them all."""
        for line in list(self._lines.values()):
            line.put([event])

    def end(self, reason: str) -> None:
        """End all calls."""
        for line in list(self._lines.values()):
            line.put([End(reason)])

    async def run(self) -> None:
        """Beat: let calls take what was decoded, and end those that lost their source."""
        self._loop = asyncio.get_running_loop()
        while True:
            for line in list(self._lines.values()):
                self._beat(line)
            await asyncio.sleep(BEAT_S)

    def close(self) -> None:
        """Let the threads finish what they do."""
        self._workers.shutdown(wait=True, cancel_futures=True)

    def call_for(self, live: LiveCall) -> None:
        """Let a worker look at a call."""
        if live.call_worker():
            self._workers.submit(live.work)

    def _new(self, start: Start) -> Line:
        self._check_room()
        call = self._compose(start)
        live = LiveCall(
            call,
            start,
            publish=lambda events: self._hand_over(live, events),
            clock=self._clock,
            held=self.keeps,
            tape=self._tape(start),
        )
        line = self._lines[start.call_id] = Line(live, start, self)
        self.total += 1
        self._loop = asyncio.get_running_loop()
        self._opened(start)
        if self._recall is not None:
            task = self._loop.create_task(self._remember(self._recall, live, start))
            self._recalling.add(task)
            task.add_done_callback(self._recalling.discard)
        self.call_for(live)
        return line

    async def _remember(self, recall: Recall, live: LiveCall, start: Start) -> None:
        live.begin(await recall(start))
        self.call_for(live)

    def _check_alone(self, call_id: str) -> None:
        if call_id in self._lines:
            self.refused += 1
            raise CapacityError("Another connection carries this session.")

    def _check_room(self) -> None:
        reason = ""
        if self.draining:
            reason = "The service is about to stop; it takes no new calls."
        elif len(self._lines) >= self.most:
            reason = f"There are {self.most} calls, which is as many as may be."
        if reason:
            self.refused += 1
            raise CapacityError(reason)

    def _beat(self, line: Line) -> None:
        lost = line.gone_at is not None and self._clock() - line.gone_at >= line.patience_ms
        if lost and not line.ended:
            line.gone_at = None
            line.put([End("lost")])
        elif line.expects and self._clock() - line.put_at >= BEAT_MS:  # else its sound lets it look
            line.put([])

    def _hand_over(self, live: LiveCall, events: Sequence[Event]) -> None:
        """Bring events from a worker to the loop, which is woken once for all that wait."""
        assert self._loop is not None, "calls are opened on the loop"
        told = live.call_id, events, live.settled_ms, time.monotonic()
        with self._guard:
            self._told.append(told)
            first = len(self._told) == 1
        if first:
            self._loop.call_soon_threadsafe(self._take_over)

    def _take_over(self) -> None:
        with self._guard:
            told, self._told = self._told, []
        for each in told:  # a mistake of ours about one is not to keep the others back
            asyncio.get_running_loop().call_soon(self._tell_of, *each)

    def _tell_of(
        self, call_id: str, events: Sequence[Event], settled_ms: int, decided: float
    ) -> None:
        self._keep(call_id, events, settled_ms)
        for event in events:
            line = self._lines.get(event.call_id)
            self._publish(event, decided)
            for follower in tuple(line.followers) if line else ():
                follower(event)
            if isinstance(event, CallEnded):
                self._lines.pop(event.call_id, None)
                self._closed(event.call_id)
