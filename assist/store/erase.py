"""Delete words, sound or whole calls, in the transaction of who asked; `scrub` does the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.errors import StoreError
from assist.store import audit
from assist.store.commands import Actor
from assist.store.erasures import digest, remember
from assist.store.place import ERASED as LIST
from assist.store.tables import (
    ASSIGNMENTS,
    AUDIO_SPANS,
    CALLS,
    CARDS,
    CONSENTS,
    CUES,
    ERASED,
    EVENTS,
    FEEDBACK,
    NOTES,
    NUDGES,
    PARTICIPANTS,
    SOUND_KEYS,
    STAGES,
    UTTERANCES,
    VERDICTS,
)
from assist.store.upsert import insert_new

Counts = Mapping[str, int]
WORDS = (EVENTS, UTTERANCES, NOTES)
PEAKS = ".peaks"
"""The ending of the file beside a recording that holds how loud it is."""
JUDGED = (VERDICTS, CARDS)
REST = (CUES, NUDGES, STAGES, FEEDBACK, *JUDGED, ASSIGNMENTS, PARTICIPANTS, AUDIO_SPANS, SOUND_KEYS)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was found of some calls, and is gone."""

    calls: Sequence[str]
    rows: Counts
    """By table; `files` are those of recordings."""
    left: str
    """What could not be done, in a sentence; empty = no byte is left."""


async def carry_out(
    connection: AsyncConnection,
    calls: Sequence[str],
    actor: Actor,
    *,
    now: int,
    data: Path,
    reason: str = "",
) -> Counts:
    """Delete all of some calls, sound first, and remember that they must not come back.

    Raises:
        StoreError: a law holds one of them.
    """
    held = select(CALLS.c.id).where(CALLS.c.id.in_(calls), CALLS.c.legal_hold)
    if kept := (await connection.execute(held.order_by(CALLS.c.id))).scalars().first():
        raise StoreError(f"call {kept} is held by law: end the hold first")
    digests = [{"digest": digest(call_id)} for call_id in calls]
    remember(data / LIST, (one["digest"] for one in digests))
    files = await sound(connection, calls, data)
    found = {"files": files} if files else {}
    found |= await whole(connection, calls)
    found |= await _delete(connection, (CONSENTS,), calls)
    await insert_new(connection, ERASED, ["digest"], digests)
    for call_id in calls:
        await audit.enter(connection, actor, "erase.call", at=now, about=call_id, detail=reason)
    return found


async def words(connection: AsyncConnection, calls: Sequence[str]) -> Counts:
    """Delete what was said in some calls; from now on nothing of it is stored."""
    found = await _delete(connection, WORDS, calls)
    await connection.execute(update(NUDGES).where(NUDGES.c.call_id.in_(calls)).values(text=""))
    await connection.execute(update(CALLS).where(CALLS.c.id.in_(calls)).values(keeps_words=False))
    return found


async def review(connection: AsyncConnection, calls: Sequence[str]) -> Counts:
    """Delete what was said about some calls afterwards."""
    return await _delete(connection, JUDGED, calls)


async def whole(connection: AsyncConnection, calls: Sequence[str]) -> Counts:
    """Delete all of some calls but what proves consent."""
    found = await _delete(connection, (*WORDS, *REST), calls)
    gone = await connection.execute(delete(CALLS).where(CALLS.c.id.in_(calls)))
    return {**found, "calls": gone.rowcount} if gone.rowcount else found


async def sound(connection: AsyncConnection, calls: Sequence[str], data: Path) -> int:
    """Delete the recordings of some calls, files first, and their keys; return how many files."""
    spans = select(AUDIO_SPANS.c.location).where(AUDIO_SPANS.c.call_id.in_(calls))
    removed = sum(unlink(data, one) for one in (await connection.execute(spans)).scalars())
    await _delete(connection, (AUDIO_SPANS, SOUND_KEYS), calls)
    return removed


def unlink(data: Path, location: str) -> bool:
    """Remove a recording beneath the data directory, and its peaks; never one outside of it.

    Raises:
        StoreError: it cannot be removed.
    """
    path = (data / location).resolve()
    if not path.is_relative_to(data.resolve()) or not path.is_file():
        return False
    try:
        path.with_suffix(PEAKS).unlink(missing_ok=True)
        path.unlink()
    except OSError as error:
        raise StoreError(f"the recording {location} cannot be removed") from error
    return True


async def _delete(
    connection: AsyncConnection, tables: Sequence[Table], calls: Sequence[str]
) -> dict[str, int]:
    """Delete rows of some calls; return how many of each table, those of none left out."""
    found = {}
    for table in tables:
        gone = await connection.execute(delete(table).where(table.c.call_id.in_(calls)))
        if gone.rowcount:
            found[table.name] = gone.rowcount
    return found
