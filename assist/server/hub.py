"""The events of the running call, and who wants them; no socket here.

The event loop's own: other threads publish through `loop.call_soon_threadsafe`.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec

from assist.events import (
    CallStarted,
    Event,
    MetricsUpdated,
    NudgeShown,
    Tick,
    TranscriptFinal,
    TranscriptPartial,
    encode,
)

KEPT = 4096
"""So many messages of a call are kept for those who come later; the first always."""
WAITING, WAITING_BYTES = 64, 256 * 1024
"""So much may wait for one client before it is dropped."""


@dataclass(frozen=True, slots=True)
class Message:
    """One event, encoded once for all clients."""

    key: str
    """Messages of one key replace each other: only the newest is worth sending."""
    seq: int
    text: str
    nudge_at: float | None = None
    """The machine's time in seconds when the nudge that it shows was decided; none for others."""


class Watched(msgspec.Struct, frozen=True, tag="call.watched"):
    """So many supervisors have the call open now: what the feed says, no event of the call."""

    call_id: str
    count: int


def message(event: Event, *, decided: float | None = None) -> Message:
    """Encode an event and say what it replaces.

    Args:
        event: of a call.
        decided: the machine's time in seconds when it came about.
    """
    at = decided if isinstance(event, NudgeShown) else None
    return Message(_key(event), event.seq, encode(event).decode(), at)


def _key(event: Event) -> str:
    match event:
        case Tick() | MetricsUpdated():
            return type(event).__name__
        case TranscriptPartial() | TranscriptFinal():
            return f"utterance {event.channel} {event.utterance}"
        case _:
            return str(event.seq)


class Outbox:
    """Messages in order, the newest of each key.

    Args:
        messages: at most so many.
        octets: at most so many bytes of text.
    """

    def __init__(self, *, messages: int, octets: int) -> None:
        self._limit = messages
        self._octets_limit = octets
        self._waiting: dict[str, Message] = {}
        self._octets = 0

    def put(self, new: Message) -> bool:
        """Add a message in place of what it replaces; false when there is no room for it."""
        self._remove(new.key)
        self._waiting[new.key] = new
        self._octets += len(new.text)
        return len(self._waiting) <= self._limit and self._octets <= self._octets_limit

    def drop_second(self) -> None:
        """Make room behind the first message."""
        keys = iter(self._waiting)
        next(keys, None)
        second = next(keys, None)
        if second is not None:
            self._remove(second)

    def take(self) -> list[Message]:
        """Return all messages and forget them."""
        taken = list(self._waiting.values())
        self._waiting.clear()
        self._octets = 0
        return taken

    def __iter__(self) -> Iterator[Message]:
        """Go through the messages without taking them."""
        return iter(self._waiting.values())

    def __len__(self) -> int:
        """Count the messages."""
        return len(self._waiting)

    def _remove(self, key: str) -> None:
        old = self._waiting.pop(key, None)
        if old is not None:
            self._octets -= len(old.text)


class Client:
    """One page that follows the call; what waits for it is bounded.

    Args:
        backlog: what it has missed; it is sent first and does not count as waiting.
        lost: is called, once, when this client has read too slowly.
    """

    def __init__(self, backlog: list[Message], *, lost: Callable[[], None] = lambda: None) -> None:
        self._backlog = backlog
        self._outbox = Outbox(messages=WAITING, octets=WAITING_BYTES)
        self._news = asyncio.Event()
        self._is_lost = False
        self._tell_lost = lost

    def offer(self, new: Message) -> bool:
        """Let a message wait for this client; false, once and for all, when it reads too slowly."""
        if not self._is_lost and self._outbox.put(new):
            self._news.set()
        elif not self._is_lost:
            self._is_lost = True
            self._tell_lost()
        return not self._is_lost

    async def next(self) -> list[Message]:
        """Wait for messages and take them all."""
        if self._backlog:
            backlog, self._backlog = self._backlog, []
            return backlog
        await self._news.wait()
        self._news.clear()
        return self._outbox.take()


class Hub:
    """Keep the running call for those who come later, and hand on what is new.

    Args:
        counted: is told how many follow, whenever that changes.
    """

    def __init__(self, *, counted: Callable[[int], None] = lambda count: None) -> None:
        self.call_id = ""
        """Of the running, or the last, call; empty before the first."""
        self._counted = counted
        self._told = 0
        self._watched: Message | None = None
        self._log = Outbox(messages=KEPT, octets=KEPT * 4096)
        self._clients: set[Client] = set()

    @property
    def clients(self) -> int:
        """How many follow."""
        return len(self._clients)

    def publish(self, event: Event, *, decided: float | None = None) -> None:
        """Keep an event and hand it to every client; who reads too slowly is dropped."""
        if isinstance(event, CallStarted):
            self.call_id = event.call_id
            self._watched = None
            self._log.take()
        new = message(event, decided=decided)
        if not self._log.put(new):
            self._log.drop_second()
        self._offer(new)

    def watched(self, count: int) -> None:
        """Tell every client how many look on from elsewhere; who joins later is told, too."""
        text = msgspec.json.encode(Watched(self.call_id, count)).decode()
        told = Message("watched", 0, text)
        self._watched = told if count else None
        self._offer(told)

    def join(
        self, call_id: str = "", since: int = 0, *, lost: Callable[[], None] = lambda: None
    ) -> Client:
        """Add a client that has read up to `since` of that call, and nothing of another.

        Args:
            call_id: that it knows.
            since: up to where it has read.
            lost: is called, once, when it has read too slowly.
        """
        known = since if call_id == self.call_id and since <= self._newest else 0
        missed = [kept for kept in self._log if kept.seq > known]
        client = Client(missed + ([self._watched] if self._watched else []), lost=lost)
        self._clients.add(client)
        self._count()
        return client

    def leave(self, client: Client) -> None:
        """Forget a client."""
        self._clients.discard(client)
        self._count()

    def _offer(self, new: Message) -> None:
        self._clients = {client for client in self._clients if client.offer(new)}
        self._count()

    def _count(self) -> None:
        if self._told != self.clients:
            self._told = self.clients
            self._counted(self.clients)

    @property
    def _newest(self) -> int:
        return max((kept.seq for kept in self._log), default=0)
