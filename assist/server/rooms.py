"""The live calls and who may look in: one hub a call, and one a workplace; no socket here.

The event loop's own, like the hubs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from assist.events import CallEnded, CallStarted, Event
from assist.server.hub import Hub


@dataclass(slots=True, eq=False)
class Room:
    """A live call, or one that ended a moment ago."""

    call_id: str
    agent: str
    """Whose overlay shows it; empty = nobody's."""
    team: str
    """Whose supervisors may see it; empty = only those of all teams."""
    hub: Hub = field(default_factory=Hub)
    """Of those who look into this call alone: supervisors."""
    ended: bool = False


Watcher = Callable[[Room, Event], None]
"""Is told every event of every call; returns at once."""


class Rooms:
    """All live calls."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}
        self._desks: dict[str, Hub] = {}
        self._current: dict[str, str] = {}
        """Which call a workplace shows."""
        self.watchers: set[Watcher] = set()

    def __iter__(self) -> Iterator[Room]:
        """Go through the rooms, the oldest call first."""
        return iter(tuple(self._rooms.values()))

    @property
    def clients(self) -> int:
        """How many follow, all hubs together."""
        hubs = [room.hub for room in self._rooms.values()]
        return sum(hub.clients for hub in (*hubs, *self._desks.values()))

    def get(self, call_id: str) -> Room | None:
        """Return the room of a call, if there is one."""
        return self._rooms.get(call_id)

    def open(self, call_id: str, *, agent: str = "", team: str = "") -> Room:
        """Make room for a call; the workplace shows it from now on."""
        room = Room(call_id, agent, team, Hub(counted=lambda count: self._watch(room, count)))
        self._rooms[call_id] = room
        if agent:
            self._current[agent] = call_id
        return room

    def publish(self, event: Event, *, decided: float | None = None) -> None:
        """Hand an event to all who follow its call.

        Args:
            event: of a call.
            decided: the machine's time in seconds when it came about.
        """
        room = self._rooms.get(event.call_id)
        if room is None:
            return
        room.ended = room.ended or isinstance(event, CallEnded)
        room.hub.publish(event, decided=decided)
        if self._current.get(room.agent) == room.call_id:
            self.desk(room.agent).publish(event, decided=decided)
            if isinstance(event, CallStarted) and room.hub.clients:
                self._watch(room, room.hub.clients)
        for watcher in tuple(self.watchers):
            watcher(room, event)

    def _watch(self, room: Room, count: int) -> None:
        """Tell the agent how many supervisors have the call open now; no one looks on unseen."""
        desk = self._desks.get(room.agent)
        if desk is not None and desk.call_id == room.call_id:
            desk.watched(count)

    def desk(self, agent: str) -> Hub:
        """Return the hub of a workplace: its calls one after the other."""
        return self._desks.setdefault(agent, Hub())

    def current(self, agent: str) -> Room | None:
        """Return the call that a workplace shows."""
        return self._rooms.get(self._current.get(agent, ""))

    def forget(self, call_id: str) -> None:
        """Close the room of a call that is over, and the workplace's hub if nobody is there."""
        room = self._rooms.pop(call_id, None)
        if room is None or self._current.get(room.agent) != call_id:
            return
        del self._current[room.agent]
        self.tidy(room.agent)

    def tidy(self, agent: str) -> None:
        """Forget a workplace that has neither call nor page."""
        hub = self._desks.get(agent)
        if hub is not None and not hub.clients and agent not in self._current:
            del self._desks[agent]
