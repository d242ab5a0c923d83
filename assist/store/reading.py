"""Read stored calls: the list of them, one of them, its log; readers never hold up the writer."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, RowMapping, Table, false, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.errors import StoreError
from assist.events import AnyEvent, decode
from assist.store.tables import (
    ASSIGNMENTS,
    CALLS,
    CARDS,
    CONSENTS,
    CUES,
    EVENTS,
    FEEDBACK,
    NOTES,
    NUDGES,
    STAGES,
    UTTERANCES,
    VERDICTS,
)

Facts = RowMapping
PAGE = 50
MOST = 200


@dataclass(frozen=True, slots=True)
class Reach:
    """The calls that somebody may see: own ones, of own teams, named, assigned, or every one."""

    agents: Sequence[str] = ()
    teams: Sequence[str] = ()
    calls: Sequence[str] = ()
    """Ids."""
    reviewer: str = ""
    """To whom they were assigned."""
    all: bool = False

    def condition(self) -> ColumnElement[bool]:
        """Return what a call must fulfil."""
        if self.all:
            return true()
        named = (
            (CALLS.c.agent, self.agents),
            (CALLS.c.team, self.teams),
            (CALLS.c.id, self.calls),
        )
        mine = _has(ASSIGNMENTS, ASSIGNMENTS.c.reviewer == self.reviewer)
        assigned = [mine] if self.reviewer else []
        others = (column.in_(filter(None, names)) for column, names in named if names)
        return or_(false(), *assigned, *others)

    def holds(self, call: Facts, reviewers: Sequence[str] = ()) -> bool:
        """Tell whether a call is among them.

        Args:
            call: its row.
            reviewers: to whom it was assigned.
        """
        named = ((call["agent"], self.agents), (call["team"], self.teams), (call["id"], self.calls))
        mine = bool(self.reviewer) and self.reviewer in reviewers
        return self.all or mine or any(name and name in names for name, names in named)


EVERYTHING = Reach(all=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What calls are looked for; empty = any."""

    cue: str = ""
    stage: str = ""
    outcome: str = ""
    """What became of one of its nudges: `resolved`, `dismissed` …"""
    since: int = 0
    """Calls that began at or after this moment, in milliseconds since 1970 …"""
    until: int = 0
    """… and before this."""
    shortest: int = 0
    """Milliseconds of the call clock …"""
    longest: int = 0
    """… and at most so many."""

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what a call must fulfil."""
        return [condition for wanted, condition in self._table() if wanted]

    def _table(self) -> list[tuple[object, ColumnElement[bool]]]:
        return [
            (self.cue, _has(CUES, CUES.c.cue == self.cue)),
            (self.stage, _has(STAGES, STAGES.c.stage == self.stage)),
            (self.outcome, _has(NUDGES, NUDGES.c.outcome == self.outcome)),
            (self.since, CALLS.c.started_at >= self.since),
            (self.until, CALLS.c.started_at < self.until),
            (self.shortest, CALLS.c.last_at >= self.shortest),
            (self.longest, CALLS.c.last_at < self.longest),
        ]


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next page begins."""

    rows: Sequence[Facts]
    after: str = ""
    """Ask with this for the next page; empty = there is none."""


@dataclass(frozen=True, slots=True)
class StoredCall:
    """One call with all that the tables say of it, each in the order of the call."""

    call: Facts
    utterances: Sequence[Facts]
    cues: Sequence[Facts]
    nudges: Sequence[Facts]
    stages: Sequence[Facts]
    feedback: Sequence[Facts]
    notes: Sequence[Facts]
    verdicts: Sequence[Facts]
    consents: Sequence[Facts]
    cards: Sequence[Facts] = ()


async def events_of(connection: AsyncConnection, call_id: str, since: int = 0) -> list[AnyEvent]:
    """Return the events of a call after one number, as they were logged."""
    log = await log_of(connection, call_id, since)
    return [event for line in log.splitlines() if (event := decode(line)).seq > since]


async def log_of(connection: AsyncConnection, call_id: str, since: int = 0) -> bytes:
    """Return the lines of a call's log, from the commit on that holds what came after a number."""
    bodies = (
        select(EVENTS.c.body)
        .where(EVENTS.c.call_id == call_id, EVENTS.c.last_seq > since)
        .order_by(EVENTS.c.first_seq)
    )
    return b"".join(map(bytes, (await connection.execute(bodies)).scalars()))


async def list_calls(
    connection: AsyncConnection,
    reach: Reach,
    filters: Filters,
    *,
    limit: int = PAGE,
    after: str = "",
) -> Page:
    """Return calls, the newest first.

    Raises:
        StoreError: `after` is not what a page said.
    """
    order = tuple_(CALLS.c.started_at, CALLS.c.id)
    wanted = select(CALLS).where(reach.condition(), *filters.conditions())
    if after:
        wanted = wanted.where(order < tuple_(*_cursor(after)))
    count = min(max(limit, 1), MOST)
    newest = wanted.order_by(CALLS.c.started_at.desc(), CALLS.c.id.desc()).limit(count)
    rows = (await connection.execute(newest)).mappings().all()
    more = len(rows) == count
    return Page(rows, f"{rows[-1]['started_at']}.{rows[-1]['id']}" if more else "")


async def open_call(connection: AsyncConnection, call_id: str, reach: Reach) -> StoredCall:
    """Return one call.

    Raises:
        StoreError: there is no such call, or it is out of reach: the sentence is the same.
    """
    one = select(CALLS).where(CALLS.c.id == call_id, reach.condition())
    call = (await connection.execute(one)).mappings().first()
    if call is None:
        raise StoreError(f"there is no call {call_id}")

    async def of(table: Table, *order: str) -> Sequence[Facts]:
        rows = select(table).where(table.c.call_id == call_id)
        sorted_ = rows.order_by(*(table.c[name] for name in order))
        return (await connection.execute(sorted_)).mappings().all()

    return StoredCall(
        call,
        await of(UTTERANCES, "start", "channel", "id"),
        await of(CUES, "at", "id"),
        await of(NUDGES, "at", "id"),
        await of(STAGES, "seq"),
        await of(FEEDBACK, "at", "nudge_id", "author"),
        await of(NOTES, "at", "id"),
        await of(VERDICTS, "at", "cue_id", "author"),
        await of(CONSENTS, "purpose", "channel"),
        await of(CARDS, "at", "author"),
    )


async def assigned(connection: AsyncConnection, calls: Sequence[str]) -> dict[str, list[str]]:
    """Return to whom calls were assigned: reviewers by call."""
    rows = select(ASSIGNMENTS.c.call_id, ASSIGNMENTS.c.reviewer).where(
        ASSIGNMENTS.c.call_id.in_(calls)
    )
    found: dict[str, list[str]] = {}
    for call_id, reviewer in await connection.execute(rows.order_by(ASSIGNMENTS.c.reviewer)):
        found.setdefault(call_id, []).append(reviewer)
    return found


def _has(table: Table, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(table.c.call_id).where(table.c.call_id == CALLS.c.id, condition).exists()


def _cursor(after: str) -> tuple[int, str]:
    started, _, call_id = after.partition(".")
    if not started.isascii() or not started.isdigit() or len(started) > 15:
        raise StoreError("the page to go on from is unknown")
    return int(started), call_id
