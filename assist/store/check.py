"""Look whether a store is well; nothing is changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.store import audit
from assist.store.migrating import newest, revision
from assist.store.projection import project
from assist.store.reading import events_of
from assist.store.tables import CALLS, EVENTS, UTTERANCES

FAULTS = 3
"""So many calls are named in a finding."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    text: str = ""
    """What is wrong with it; empty = it is well."""


async def check(connection: AsyncConnection) -> list[Finding]:
    """Return what was found; the order is that of the gravity."""
    return [
        Finding("database", await _intact(connection)),
        Finding("tables", await _current(connection)),
        Finding("events", await _holes(connection)),
        Finding("utterances", await _projected(connection)),
        Finding("audit", await _chain(connection)),
    ]


async def _intact(connection: AsyncConnection) -> str:
    """Ask SQLite; PostgreSQL checks its pages itself as it reads them."""
    if connection.dialect.name != "sqlite":
        return ""
    said = (await connection.exec_driver_sql("PRAGMA integrity_check(5)")).scalars().all()
    broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()
    found = [one for one in said if one != "ok"] + [f"{row[0]} without its call" for row in broken]
    return "; ".join(found[:FAULTS])


async def _current(connection: AsyncConnection) -> str:
    found = await revision(connection)
    return "" if found == newest() else f"revision {found} where {newest()} is wanted"


async def _holes(connection: AsyncConnection) -> str:
    """Look for numbers that are missing between two commits, or stand in two of them."""
    before = func.lag(EVENTS.c.last_seq).over(
        partition_by=EVENTS.c.call_id, order_by=EVENTS.c.first_seq
    )
    steps = select(EVENTS.c.call_id, EVENTS.c.first_seq, before.label("before")).subquery()
    bad = select(steps.c.call_id).where(steps.c.first_seq != steps.c.before + 1).distinct()
    calls = (await connection.execute(bad.order_by(steps.c.call_id))).scalars().all()
    return _named(calls, "events are missing")


async def _projected(connection: AsyncConnection) -> str:
    """Compare the utterances with those that the events tell of."""
    counts = select(UTTERANCES.c.call_id, func.count()).group_by(UTTERANCES.c.call_id)
    stored = {row[0]: row[1] for row in await connection.execute(counts)}
    calls = (await connection.execute(select(CALLS.c.id).order_by(CALLS.c.id))).scalars().all()
    differ = []
    for call_id in calls:
        rows = project(await events_of(connection, call_id))
        if len(rows.utterances) != stored.get(call_id, 0):
            differ.append(call_id)
    return _named(differ, "differ from the events: `assist store rebuild`")


async def _chain(connection: AsyncConnection) -> str:
    entry = await audit.broken(connection)
    return "" if entry is None else f"entry {entry} does not fit the one before it"


def _named(ids: Sequence[str], what: str) -> str:
    """Name some calls and what is wrong with them."""
    if not ids:
        return ""
    more = f" and {len(ids) - FAULTS} more" if len(ids) > FAULTS else ""
    return f"{', '.join(ids[:FAULTS])}{more}: {what}"
