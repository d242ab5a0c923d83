"""The store: all that is kept of calls, on SQLite or PostgreSQL."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeAlias, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.core.consent import Consents
from assist.events import AnyEvent
from assist.store import committing, erase, keeping, keys, reading, reserve, retention, spans
from assist.store import rebuild as rebuilding
from assist.store import search as searching
from assist.store.batches import Attached, Batch, Committed, Fenced, merged
from assist.store.check import Finding, check
from assist.store.clock import Clock, wall_clock
from assist.store.commands import Actor, Command
from assist.store.engines import Engines
from assist.store.erase import Erased
from assist.store.hiding import secrets
from assist.store.keeping import Desk
from assist.store.limits import Limits
from assist.store.lock import Lock
from assist.store.place import REFERENCES, Place
from assist.store.reading import EVERYTHING, PAGE, Filters, Page, Reach, StoredCall
from assist.store.references import References, load
from assist.store.report import ENOUGH, Report, Which
from assist.store.report import report as reporting
from assist.store.retention import Purged
from assist.store.scrub import scrub
from assist.store.spans import Span
from assist.store.tables import ERASED, PARTICIPANTS
from assist.store.trouble import StoreAwayError, StoreFullError
from assist.store.upsert import insert_new

T = TypeVar("T")
Work: TypeAlias = Callable[[AsyncConnection], Awaitable[T]]
TRIES, PAUSE_S = 3, 0.1
"""How often a short command is tried where the database is away or a row is locked."""


class Store:
    """Keep calls; `open_store` makes one.

    All methods may raise StoreError; `StoreFullError` and `StoreAwayError` may be tried again.
    """

    def __init__(
        self,
        place: Place,
        engines: Engines,
        *,
        clock: Clock = wall_clock,
        lock: Lock | None = None,
        fault: str = "",
    ) -> None:
        self.place = place
        self.fault = fault
        """What was wrong when it was opened, in a sentence; empty = nothing."""
        self._engines = engines
        self._clock = clock
        self._lock = lock
        self._hides = place.file is not None
        """Whether words may lie about that were stored before they were known to be secret."""
        self.master: keys.Master | None = None
        """Of the keys of recordings; None = recordings are not sealed."""

    async def attach(
        self,
        call_id: str,
        owner: str,
        *,
        team: str = "",
        consents: Consents | None = None,
        basis: str = "",
    ) -> Attached:
        """Take the lease of a call, and return what is stored of it; others are fenced.

        Args:
            call_id: a new call's, or one that has not ended.
            owner: this node.
            team: whose call it is.
            consents: with which a new call begins.
            basis: why an imported call's words may be kept; empty = as the settings say.

        Raises:
            StoreError: the call has ended, or was erased.
        """
        take = partial(committing.attach, call_id=call_id, owner=owner, now=self._clock())
        return await self._write(partial(take, team=team, consents=consents, basis=basis))

    async def append(self, batches: Sequence[Batch]) -> list[Committed | Fenced]:
        """Store what the calls of this node brought, in one transaction; one answer a call."""
        once = partial(committing.append, batches=merged(batches), now=self._clock())
        try:
            async with self._engines.write() as connection:
                return await once(connection)
        finally:  # not before: a scrub that it had to wait for has seen nothing of this
            self._hides = self._hides or any(secrets(batch.events) for batch in batches)

    async def read(self, call_id: str, since: int = 0) -> list[AnyEvent]:
        """Return the events of a call after one number."""
        return await self._read(partial(reading.events_of, call_id=call_id, since=since))

    async def log(self, call_id: str) -> bytes:
        """Return the log of a call, byte for byte as it was written: an event a line."""
        return await self._read(partial(reading.log_of, call_id=call_id))

    async def calls(
        self,
        reach: Reach = EVERYTHING,
        filters: Filters | None = None,
        *,
        limit: int = PAGE,
        after: str = "",
    ) -> Page:
        """Return a page of calls, the newest first."""
        wanted = partial(reading.list_calls, reach=reach, filters=filters or Filters())
        return await self._read(partial(wanted, limit=limit, after=after))

    async def open(self, call_id: str, reach: Reach = EVERYTHING) -> StoredCall:
        """Return one call with all that the tables say of it."""
        return await self._read(partial(reading.open_call, call_id=call_id, reach=reach))

    async def assigned(self, calls: Sequence[str]) -> dict[str, list[str]]:
        """Return to whom calls were assigned: reviewers by call."""
        return await self._read(partial(reading.assigned, calls=calls))

    async def search(
        self,
        query: str,
        reach: Reach = EVERYTHING,
        filters: Filters | None = None,
        *,
        limit: int = PAGE,
        after: str = "",
    ) -> Page:
        """Return a page of utterances that hold all words of the query, the newest first."""
        wanted = partial(searching.search, query=query, reach=reach, filters=filters or Filters())
        return await self._read(partial(wanted, limit=limit, after=after))

    async def report(self, which: Which, *, enough: int = ENOUGH) -> Report:
        """Return what many calls have in common; nothing of fewer calls, or agents, than enough."""
        return await self._read(partial(reporting, which=which, enough=enough))

    async def consents(self, call_id: str) -> Consents:
        """Return where the consents of a call stand."""
        return await self._read(partial(keeping.consents_of, call_id=call_id))

    async def recordable(self, calls: Collection[str]) -> set[str]:
        """Return those of some calls that may be recorded now."""
        return await self._read(partial(spans.recordable, calls=calls))

    def unlock(self, file: str) -> None:
        """Read the master key of the recordings; an empty name = there is none.

        Raises:
            StoreError: it cannot be read.
        """
        self.master = keys.load(Path(file).expanduser()) if file else None

    async def new_sound_key(self, call_id: str) -> bytes | None:
        """Return the key for a new recording of a call; None = it is not to be sealed."""
        if self.master is None:
            return None
        return await self._write(partial(keys.taken, call_id=call_id, master=self.master))

    async def sound_key(self, call_id: str) -> bytes | None:
        """Return the key of a call's recordings; None = there is none, or no master key."""
        if self.master is None:
            return None
        return await self._read(partial(keys.key_of, call_id=call_id, master=self.master))

    async def begin_span(self, span: Span) -> bool:
        """Enter what is about to be recorded; false where nothing may be."""
        return await self._write(partial(spans.begin, span=span, data=self.place.data))

    async def finish_span(self, span: Span) -> bool:
        """Enter the end of what was recorded; false when it was erased meanwhile."""
        return await self._write(partial(spans.finish, span=span))

    async def drop_span(self, span: Span) -> None:
        """Give up what was recorded."""
        await self._delete(partial(spans.drop, span=span, data=self.place.data))

    async def spans(self, call_id: str) -> list[Span]:
        """Return what was recorded of a call."""
        return await self._read(partial(spans.spans_of, call_id=call_id))

    async def record(self, command: Command, actor: Actor) -> None:
        """Keep what somebody asks to be kept; all is stored when it returns.

        Raises:
            ProtocolError: consent cannot move like that.
        """
        now = self._clock()

        async def kept(connection: AsyncConnection) -> bool:
            desk = Desk(connection, actor, now, self.place.data, self._references)
            return await keeping.keep(desk, command)

        if await self._write(kept):
            await self.scrub()

    async def erase(self, calls: Sequence[str], actor: Actor, *, reason: str = "") -> Erased:
        """Delete all of some calls, for ever; what was deleted leaves no byte behind.

        Args:
            calls: their ids; those that are not there are forgotten all the same.
            actor: who wants it.
            reason: for the audit, a code or an id.

        Raises:
            StoreError: a law holds one of them.
        """
        gone = partial(erase.carry_out, calls=calls, actor=actor, reason=reason)
        found = await self._delete(partial(gone, now=self._clock(), data=self.place.data))
        return Erased(tuple(calls), found, await self.scrub())

    async def calls_of(self, reference: str) -> list[str]:
        """Return the calls of a person, by the operator's own name of him."""
        digest = self._references().digest(reference)
        mine = select(PARTICIPANTS.c.call_id).where(PARTICIPANTS.c.reference_digest == digest)

        async def found(connection: AsyncConnection) -> list[str]:
            rows = await connection.execute(mine.distinct().order_by(PARTICIPANTS.c.call_id))
            return list(rows.scalars())

        return await self._read(found)

    async def purge(
        self, limits: Limits, now: int | None = None, *, thorough: bool = False
    ) -> Purged:
        """Delete what is older than it may be, and end calls whose source never came back.

        Args:
            limits: the ages.
            now: milliseconds since 1970; none = the clock says it.
            thorough: see `scrub`; it matters to PostgreSQL alone.
        """
        moment = self._clock() if now is None else now
        old = partial(retention.purge, limits=limits, now=moment, data=self.place.data)
        purged = await self._delete(old)
        if not purged.deleted and not thorough and not self._hides:
            return purged
        return replace(purged, left=await self.scrub(thorough=thorough))

    async def scrub(self, *, thorough: bool = True) -> str:
        """Overwrite what was deleted; return what could not be done, in a sentence."""
        hides, self._hides = self._hides, False  # what is hidden meanwhile sets it again
        left = "it was interrupted"
        try:
            left = await scrub(self._engines, self.place, thorough=thorough)
        finally:
            self._hides = self._hides or (hides and bool(left))
        return left

    async def rebuild(self) -> int:
        """Make the tables anew of the events; return of how many calls."""
        calls = await self._read(rebuilding.calls_with_words)
        for call_id in calls:
            await self._write(partial(rebuilding.rebuild, call_id=call_id))
        return len(calls)

    async def check(self) -> list[Finding]:
        """Look whether all is well."""
        return await self._read(check)

    async def refuse(self, digests: Iterable[str]) -> None:
        """Remember calls, by the digests of their ids, that were erased and must not come back."""
        rows = [{"digest": one} for one in sorted(digests)]
        refused = partial(insert_new, table=ERASED, keys=["digest"], rows=rows)
        await self._write(refused)

    async def close(self, *, locked: bool = False) -> None:
        """Close every connection, and let the next service in.

        Args:
            locked: not yet: the caller moves files about and closes again.
        """
        await self._engines.close()
        if self._lock is not None and not locked:
            self._lock.release()

    def _references(self) -> References:
        return load(self.place.data / REFERENCES)

    async def _delete(self, work: Work[T]) -> T:
        """Write where a full disk is no reason to keep what must go."""
        try:
            return await self._write(work)
        except StoreFullError:
            reserve.release(self.place.data)
            return await self._write(work)

    async def _write(self, work: Work[T]) -> T:
        """Run work in a transaction; again, a few times, where the database is away."""
        for _ in range(TRIES - 1):
            try:
                async with self._engines.write() as connection:
                    return await work(connection)
            except StoreAwayError:
                await asyncio.sleep(PAUSE_S)
        async with self._engines.write() as connection:
            return await work(connection)

    async def _read(self, work: Work[T]) -> T:
        async with self._engines.read() as connection:
            return await work(connection)
