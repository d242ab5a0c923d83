"""Group commit: live calls hand their events over without waiting, and hear when they are stored.

Whoever shows events does so at once; the disk is never waited for. What is stored is told by
`committed`, and only then may a source forget its sound.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assist.core.consent import Consents
from assist.errors import StoreError
from assist.events import Event, MetricsUpdated, Tick
from assist.store.batches import Attached, Batch, Committed, Fenced, Positions, batch, merged
from assist.store.store import Store
from assist.store.trouble import StoreAwayError, StoreFullError

_log = logging.getLogger(__name__)
Trouble = Literal["storage_full", "store_away", "store_failed", "store_behind", "store_lost"]
TEXTS: Mapping[Trouble, str] = {
    "storage_full": "The disk is full: calls go on, and are stored once there is room.",
    "store_away": "The database does not answer: calls go on, and are stored once it does.",
    "store_failed": "Part of a call could not be stored: the log says why.",
    "store_behind": "The store is behind: sources that can, keep their sound until it is not.",
    "store_lost": "The store is too far behind: the oldest part of a call was not stored.",
}
"""What a fault says; code and sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often is stored, and how much may wait."""

    commit_ms: int = 100
    idle_ms: int = 1_000
    """Where nothing but the clock has moved."""
    hurry: int = 500
    """So many events are stored at once."""
    retry_ms: int = 1_000
    events: int = 4_096
    """More waiting events than this, or more bytes, mean that the store is behind."""
    octets: int = 8 * 1024 * 1024
    most: int = 64 * 1024 * 1024
    """More bytes than this are not kept: the oldest are lost."""
    batches: int = 65_536


def _named(error: Exception) -> str:
    """Return what may stand in a log: our own sentences, of others the kind alone."""
    return str(error) if isinstance(error, StoreError) else type(error).__name__


class Writer:
    """Store what live calls bring, all of them in one commit.

    Args:
        store: where to.
        committed: told, on the loop, how far each call is stored.
        fenced: told, on the loop, that another node has a call; nothing more of it is taken.
        trouble: told, on the loop, a code of `TEXTS` and whether it holds; a call or none.
        pace: how often, and how much may wait.
    """

    def __init__(
        self,
        store: Store,
        *,
        committed: Callable[[Committed], None] = lambda _: None,
        fenced: Callable[[Fenced], None] = lambda _: None,
        trouble: Callable[[Trouble, bool], None] = lambda _code, _active: None,
        pace: Pace | None = None,
    ) -> None:
        self._store = store
        self._committed, self._fenced, self._trouble = committed, fenced, trouble
        self._pace = pace or Pace()
        self._lock = threading.Lock()
        self._waiting: deque[Batch] = deque(maxlen=self._pace.batches)
        self._group: Sequence[Batch] = ()
        self._epochs: dict[str, int] = {}
        self._broken: set[str] = set()
        """Calls that lost events: their sources are told of no later position."""
        self._events = self._octets = 0
        self._urgent = False
        self._troubles: set[Trouble] = set()
        self._news, self._hurry, self._empty = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._empty.set()
        self._closing = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self.lost = self.refused = 0
        """Events that were never stored, for want of room, and because of a fence."""

    @property
    def events(self) -> int:
        """How many events wait."""
        return self._events

    @property
    def octets(self) -> int:
        """How many bytes wait."""
        return self._octets

    def start(self) -> None:
        """Begin to store, on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._run())

    async def attach(
        self, call_id: str, owner: str, *, team: str = "", consents: Consents | None = None
    ) -> Attached:
        """Take a call's lease; from now on its events are taken, too.

        Raises:
            StoreError: the call has ended, was erased, or the database is away.
        """
        attached = await self._store.attach(call_id, owner, team=team, consents=consents)
        self._epochs[call_id] = attached.epoch
        self._broken.discard(call_id)
        return attached

    def put(
        self, call_id: str, events: Sequence[Event], positions: Positions | None = None
    ) -> bool:
        """Hand events over; never waits, from any thread.

        Args:
            call_id: of a call that was attached; of any other, nothing is taken.
            events: numbered, in order, after all that were put before.
            positions: how far the source's sound is in them.

        Returns:
            False when the store is behind, or has no such call: a source that can is to wait.
        """
        epoch = self._epochs.get(call_id)
        if epoch is None:
            self.refused += len(events)
            return False
        one = batch(call_id, epoch, events, positions or {})
        idle = all(isinstance(event, Tick | MetricsUpdated) for event in events)
        with self._lock:
            self._make_room(one.octets)
            self._waiting.append(one)
            self._events += len(one.events)
            self._octets += one.octets
            self._urgent = self._urgent or not idle
            behind, many = self._is_behind(), self._events >= self._pace.hurry
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake, many)
        return not behind

    async def settle(self) -> None:
        """Wait until all that was put is stored, or was given up."""
        self._wake(many=True)
        await self._empty.wait()

    def forget(self, call_id: str) -> None:
        """Take nothing more of a call; what waits is still stored."""
        self._epochs.pop(call_id, None)
        self._broken.discard(call_id)

    async def close(self, *, patience_s: float = 5.0) -> None:
        """Store what waits, as far as that goes in some seconds, and end."""
        if self._task is None:
            return
        try:
            await asyncio.wait_for(self.settle(), patience_s)
        except TimeoutError:
            self.lost += self._events
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def _wake(self, many: bool) -> None:
        with self._lock:
            something = bool(self._waiting)
        if something:
            self._empty.clear()
            self._news.set()
            if many:
                self._hurry.set()

    async def _run(self) -> None:
        while True:
            await self._news.wait()
            await self._pause()
            with self._lock:
                self._group, self._urgent = merged(self._waiting), False
                self._waiting.clear()
            self._news.clear()
            await self._store_group()
            with self._lock:
                rest = bool(self._waiting)
            if rest:
                self._news.set()
            else:
                self._empty.set()

    async def _pause(self) -> None:
        """Let events gather: a little while, longer when only the clock moves."""
        waited = 0
        while waited < self._pace.idle_ms and not self._hurry.is_set():
            await self._sleep(self._pace.commit_ms)
            waited += self._pace.commit_ms
            if self._urgent:
                break
        self._hurry.clear()

    async def _sleep(self, ms: int) -> None:
        """Wait, or until it hurries."""
        try:
            await asyncio.wait_for(self._hurry.wait(), ms / 1000)
        except TimeoutError:
            return

    async def _store_group(self) -> None:
        """Store the same group until it is stored: only so is a lost answer harmless."""
        while self._group:
            try:
                answers = await self._store.append(self._group)
            except StoreFullError:
                await self._wait_out("storage_full")
            except StoreAwayError:
                await self._wait_out("store_away")
            except Exception as error:  # a mistake of ours must not end the storing of all calls
                _log.error("a commit failed: %s", _named(error))
                self._give_up()
            else:
                self._clear()
                for answer in answers:
                    self._tell(answer)

    async def _wait_out(self, code: Trouble) -> None:
        self._say(code, active=True)
        if self._is_behind():
            self._say("store_behind", active=True)
        await asyncio.sleep(self._pace.retry_ms / 1000)

    def _give_up(self) -> None:
        """Go on without a group that the database will never take."""
        self.lost += sum(len(one.events) for one in self._group)
        self._broken.update(one.call_id for one in self._group)
        self._done()
        self._say("store_failed", active=True)

    def _clear(self) -> None:
        self._done()
        for code in ("storage_full", "store_away"):
            self._say(code, active=False)
        if not self._is_behind():
            self._say("store_behind", active=False)

    def _done(self) -> None:
        with self._lock:
            self._events -= sum(len(one.events) for one in self._group)
            self._octets -= sum(one.octets for one in self._group)
        self._group = ()

    def _tell(self, answer: Committed | Fenced) -> None:
        try:
            if isinstance(answer, Committed):
                if answer.call_id not in self._broken:
                    self._committed(answer)
            elif self._epochs.get(answer.call_id) == answer.epoch:
                self.forget(answer.call_id)
                self._fenced(answer)
        except Exception as error:  # whatever the live service does with it
            _log.error("nobody heard of a commit: %s", _named(error))

    def _say(self, code: Trouble, *, active: bool) -> None:
        """Tell of a trouble when it begins and when it ends."""
        if active != (code in self._troubles):
            (self._troubles.add if active else self._troubles.discard)(code)
            self._trouble(code, active)

    def _is_behind(self) -> bool:
        return self._events > self._pace.events or self._octets > self._pace.octets

    def _make_room(self, octets: int) -> None:
        """Lose the oldest that waits where there is no room for more."""
        full = len(self._waiting) == self._pace.batches
        while self._waiting and (full or self._octets + octets > self._pace.most):
            oldest = self._waiting.popleft()
            self._events -= len(oldest.events)
            self._octets -= oldest.octets
            self.lost += len(oldest.events)
            self._broken.add(oldest.call_id)
            full = False
            if self._loop is not None:
                self._loop.call_soon_threadsafe(lambda: self._say("store_lost", active=True))
