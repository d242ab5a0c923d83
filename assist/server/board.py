"""The supervisor's table: a line for each live call, and which pages still want which line.

The event loop's own, like the hubs; no socket here. A page is owed calls, not messages: however
slowly it reads, it costs one entry a call and always gets the newest line.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from assist.core.lexicon import Lexicon, lexicon
from assist.events import CallEnded, CallStarted, Event
from assist.server.rooms import Room, Rooms
from assist.server.summary import CallChanged, Calls, CallSummary, Gone, Summing, Told, at_once
from assist.settings import LANGUAGES, load_playbook

BEAT_S = 0.1
"""How often lines that wait for their second are looked at."""
EVERY_S = 1.0
"""A line that merely moved on is told so often."""
LINGERS_S = 30.0
"""A line stays so long after the call's end."""

Clock = Callable[[], float]
"""Seconds that only grow."""
Sees = Callable[[Room], bool]
"""Whether a supervisor may see a call."""

_encoder = msgspec.json.Encoder()


def lexicons() -> dict[str, Lexicon]:
    """Read the words of every language: a second of work, so do it before the first call."""
    return {language: lexicon(load_playbook(language)) for language in LANGUAGES}


@dataclass(slots=True, eq=False)
class Line:
    """A call on the table."""

    room: Room
    summing: Summing
    due: float = 0.0
    """When it may be told again."""
    moved: bool = False
    """Something happened that has not been told."""
    leaves: float | None = None
    """When it leaves the table; none while the call goes on."""
    text: str = ""
    """The line as it was told last; empty = it has changed since."""

    def summary(self) -> CallSummary:
        """Return what the table says of the call."""
        return self.summing.summary()


@dataclass(slots=True, eq=False)
class Viewer:
    """One supervisor's page: which lines it is owed."""

    sees: Sees
    known: set[str] = field(default_factory=set)
    """Calls that it has been told of."""
    owed: dict[str, None] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def owe(self, call_id: str) -> None:
        """Remember that a line is to be told."""
        self.owed[call_id] = None
        self.news.set()

    def refuse(self, call_id: str) -> None:
        """Let the page learn that there is no such call for it."""
        self.known.add(call_id)
        self.owe(call_id)


class Board:
    """All lines, and the pages that show them.

    Args:
        rooms: the live calls.
        lexicons: the words of each language, to count complaint words; see `lexicons()`.
        clock: tells when a line may be told again.
    """

    def __init__(
        self, rooms: Rooms, *, lexicons: Mapping[str, Lexicon], clock: Clock = time.monotonic
    ) -> None:
        self._rooms = rooms
        self._lexicons = lexicons
        self._clock = clock
        self._lines: dict[str, Line] = {}
        self._viewers: set[Viewer] = set()
        rooms.watchers.add(self.hear)

    @property
    def viewers(self) -> int:
        """How many pages show the table."""
        return len(self._viewers)

    def hear(self, room: Room, event: Event) -> None:
        """Take an event of a call."""
        now = self._clock()
        line = self._line(room, event, now)
        line.summing.apply(event)
        line.moved, line.text = True, ""
        if isinstance(event, CallEnded):
            line.leaves = now + LINGERS_S
        if at_once(event):
            self._tell(line, now)

    def beat(self) -> None:
        """Tell the lines whose second is over, and take away the calls that are."""
        now = self._clock()
        for line in self._lines.values():
            if line.moved and line.due <= now:
                self._tell(line, now)
        self._sweep(now)

    def join(self, sees: Sees) -> Viewer:
        """Add a page."""
        self._sweep(self._clock())
        viewer = Viewer(sees)
        self._viewers.add(viewer)
        return viewer

    def leave(self, viewer: Viewer) -> None:
        """Forget a page."""
        self._viewers.discard(viewer)

    def snapshot(self, viewer: Viewer) -> str:
        """Return all that the page may see: its first message."""
        lines = [line for line in self._lines.values() if viewer.sees(line.room)]
        viewer.known = {line.room.call_id for line in lines}
        viewer.owed.clear()
        return _encode(Calls(calls=tuple(line.summary() for line in lines)))

    def take(self, viewer: Viewer) -> Iterator[str]:
        """Yield what the page is owed, each line as it stands when it is asked for."""
        viewer.news.clear()
        owed, viewer.owed = list(viewer.owed), {}
        for call_id in owed:
            line = self._lines.get(call_id)
            if line is not None and viewer.sees(line.room):
                viewer.known.add(call_id)
                line.text = line.text or _encode(CallChanged(call=line.summary()))
                yield line.text
            elif call_id in viewer.known:
                viewer.known.discard(call_id)
                yield _encode(Gone(call_id=call_id))

    def _line(self, room: Room, event: Event, now: float) -> Line:
        """Return the line of a call, a fresh one where the call begins."""
        line = self._lines.get(room.call_id)
        if line is None or isinstance(event, CallStarted):
            self._sweep(now)
            summing = Summing(
                room.call_id, agent=room.agent, team=room.team, lexicons=self._lexicons
            )
            line = self._lines[room.call_id] = Line(room, summing)
        return line

    def _tell(self, line: Line, now: float) -> None:
        line.moved, line.due = False, now + EVERY_S
        for viewer in self._viewers:
            if viewer.sees(line.room):
                viewer.owe(line.room.call_id)

    def _sweep(self, now: float) -> None:
        """Take away the calls that ended a while ago, and those whose room is shut."""
        for call_id, line in list(self._lines.items()):
            if line.leaves is None and self._rooms.get(call_id) is None:
                line.leaves = now
            if line.leaves is not None and line.leaves <= now:
                del self._lines[call_id]
                for viewer in self._viewers:
                    if call_id in viewer.known:
                        viewer.owe(call_id)


def _encode(told: Told) -> str:
    return _encoder.encode(told).decode()
