"""The stretches of calls that were recorded; a row stands before any sound is on the disk."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.core.consent import Consents, Purpose, State
from assist.events import Channel
from assist.store import erase
from assist.store.keeping import consents_of
from assist.store.tables import AUDIO_SPANS, CALLS, CONSENTS

LAYOUT = "agent,customer"


@dataclass(frozen=True, slots=True)
class Span:
    """A recorded stretch; milliseconds on the call clock."""

    call_id: str
    start: int
    location: str
    """Beneath the data directory."""
    end: int = 0
    """No later than `start`: it was never finished, and is as long as its file."""
    sha256: str = ""
    """Of the file as it lies on the disk."""
    key_id: str = ""
    """Of the master key; empty = the file is not sealed."""


async def begin(connection: AsyncConnection, span: Span, *, data: Path) -> bool:
    """Enter a stretch that is about to be recorded; false where that may not be.

    What is recorded once more, because the source has sent it again, replaces what there was.
    """
    known = select(CALLS.c.id).where(CALLS.c.id == span.call_id)
    if (await connection.execute(known)).first() is None:
        return False
    if not (await consents_of(connection, span.call_id)).may("record"):
        return False
    again = AUDIO_SPANS.c.call_id == span.call_id, AUDIO_SPANS.c.start >= span.start
    for location in (
        await connection.execute(select(AUDIO_SPANS.c.location).where(*again))
    ).scalars():
        erase.unlink(data, location)
    await connection.execute(delete(AUDIO_SPANS).where(*again))
    row = {"call_id": span.call_id, "start": span.start, "end": span.start, "layout": LAYOUT}
    rest = {"location": span.location, "sha256": "", "key_id": span.key_id}
    await connection.execute(insert(AUDIO_SPANS).values(**row, **rest))
    return True


async def finish(connection: AsyncConnection, span: Span) -> bool:
    """Enter the end of a stretch; false when it was erased meanwhile."""
    found = update(AUDIO_SPANS).where(AUDIO_SPANS.c.location == span.location)
    found = found.where(AUDIO_SPANS.c.call_id == span.call_id)
    done = await connection.execute(found.values(end=span.end, sha256=span.sha256))
    return bool(done.rowcount)


async def drop(connection: AsyncConnection, span: Span, *, data: Path) -> None:
    """Give a stretch up, its files first."""
    erase.unlink(data, span.location)
    one = AUDIO_SPANS.c.call_id == span.call_id, AUDIO_SPANS.c.location == span.location
    await connection.execute(delete(AUDIO_SPANS).where(*one))


async def spans_of(connection: AsyncConnection, call_id: str) -> list[Span]:
    """Return what was recorded of a call, in order."""
    rows = select(AUDIO_SPANS).where(AUDIO_SPANS.c.call_id == call_id)
    found = await connection.execute(rows.order_by(AUDIO_SPANS.c.start))
    return [
        Span(call_id, row["start"], row["location"], row["end"], row["sha256"], row["key_id"])
        for row in found.mappings()
    ]


async def recordable(connection: AsyncConnection, calls: Collection[str]) -> set[str]:
    """Return those of some calls that may be recorded now."""
    wanted = CONSENTS.c.call_id.in_(calls), CONSENTS.c.purpose == "record"
    rows = select(CONSENTS.c.call_id, CONSENTS.c.channel, CONSENTS.c.state).where(*wanted)
    found = await connection.execute(rows)
    states: dict[str, dict[tuple[Channel, Purpose], State]] = {}
    for row in found.mappings():
        states.setdefault(row["call_id"], {})[row["channel"], "record"] = row["state"]
    return {call_id for call_id, each in states.items() if Consents(each).may("record")}
