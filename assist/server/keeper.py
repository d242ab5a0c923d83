"""Between live calls and the store: what was kept, is kept, and must not be kept longer."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assist.core.consent import Consents
from assist.errors import StoreError
from assist.events import Event, Fault
from assist.ingest.items import Start
from assist.ingest.live import Memory
from assist.store.batches import Committed, Fenced
from assist.store.limits import Limits
from assist.store.store import Store
from assist.store.writer import TEXTS, Pace, Trouble, Writer

logger = logging.getLogger("assist.keeper")

EARLY = 10_000
"""Events of a call that may wait until the store knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Who hears of what the store does."""

    stored: Callable[[str, int], None]
    """All of a call is stored up to a call clock at which nothing was open."""
    fault: Callable[[Fault], None]
    """Trouble that concerns all calls."""
    lost: Callable[[str], None]
    """Another node has a call."""


class Keeper:
    """Store live calls; on the event loop.

    Args:
        store: where to.
        told: who hears of it.
        team_of: the team of a call.
        consents: with which each call begins.
        limits: how long what may be kept.
        commit_ms: how often is stored.
        every_s: how often is looked for what is too old.
    """

    def __init__(
        self,
        store: Store,
        told: Told,
        *,
        team_of: Callable[[Start], str],
        consents: Consents,
        limits: Limits,
        commit_ms: int,
        every_s: float,
    ) -> None:
        self._store = store
        self._told = told
        self._team_of = team_of
        self._consents = consents
        self._limits = limits
        self._every_s = every_s
        self._owner = secrets.token_hex(8)
        self._early: dict[str, list[tuple[Sequence[Event], int]]] = {}
        """Events of calls that the store does not know yet."""
        self._writer = Writer(
            store,
            committed=self._committed,
            fenced=self._fenced,
            trouble=self._say,
            pace=Pace(commit_ms=commit_ms),
        )

    @property
    def fault(self) -> str:
        """What was wrong with the store when it was opened; empty = nothing."""
        return self._store.fault

    def start(self) -> None:
        """Begin to store, on the running loop."""
        self._writer.start()

    async def recall(self, start: Start) -> Memory | None:
        """Take a call's lease; return what was kept of it before the service was interrupted."""
        self._early[start.call_id] = []
        try:
            attached = await self._writer.attach(
                start.call_id, self._owner, team=self._team_of(start), consents=self._consents
            )
        except StoreError as error:
            logger.warning(
                "not_stored", extra={"call": start.call_id, "code": type(error).__name__}
            )
            self._early.pop(start.call_id, None)
            return None
        for events, settled_ms in self._early.pop(start.call_id, ()):
            self._put(start.call_id, events, settled_ms)
        if not attached.events:
            return None
        logger.info("call_recalled", extra={"call": start.call_id, "epoch": attached.epoch})
        at = min(attached.committed.values(), default=0)
        return Memory(attached.events, at)

    def keep(self, call_id: str, events: Sequence[Event], settled_ms: int) -> None:
        """Store events of a call, some time soon."""
        waiting = self._early.get(call_id)
        if waiting is None:
            self._put(call_id, events, settled_ms)
        elif len(waiting) < EARLY:
            waiting.append((events, settled_ms))

    def forget(self, call_id: str) -> None:
        """Take note that a call is over."""
        self._writer.forget(call_id)

    async def run(self) -> None:
        """Delete what is too old, again and again."""
        while True:
            try:
                await self._store.purge(self._limits)
            except StoreError as error:
                logger.warning("purge_failed", extra={"code": type(error).__name__})
            await asyncio.sleep(self._every_s)

    async def close(self) -> None:
        """Store what waits, and let the store go."""
        await self._writer.close()
        await self._store.close()

    def figures(self) -> dict[str, float]:
        """Return figures by name, for the metrics."""
        return {"waiting": self._writer.events, "lost": self._writer.lost}

    def _put(self, call_id: str, events: Sequence[Event], settled_ms: int) -> None:
        self._writer.put(call_id, events, {"agent": settled_ms, "customer": settled_ms})

    def _committed(self, answer: Committed) -> None:
        self._told.stored(answer.call_id, min(answer.positions.values(), default=0))

    def _fenced(self, answer: Fenced) -> None:
        logger.warning("fenced", extra={"call": answer.call_id, "epoch": answer.epoch})
        self._told.lost(answer.call_id)

    def _say(self, code: Trouble, active: bool) -> None:
        logger.warning("store_trouble" if active else "store_well", extra={"code": code})
        self._told.fault(Fault(at=0, code=code, text=TEXTS[code], active=active))
