"""What is too old goes: words, sound, calls, consents, audit; and calls that nobody ends, end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, and_, delete, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.core.consent import STOPPED
from assist.events import CallEnded
from assist.store import audit, erase
from assist.store.batches import batch
from assist.store.commands import SERVICE
from assist.store.committing import IMPORT, append, attach
from assist.store.hiding import hide, unfinished
from assist.store.limits import Limits
from assist.store.rebuild import rebuild
from assist.store.tables import AUDIO_SPANS, CALLS, CONSENTS

MANY = 500
"""Calls that are deleted in one transaction."""


@dataclass(frozen=True, slots=True)
class Purged:
    """How many calls lost what."""

    words: int = 0
    recordings: int = 0
    calls: int = 0
    consents: int = 0
    audit: int = 0
    ended: int = 0
    """Calls whose source never came back."""
    left: str = ""
    """What could not be done, in a sentence."""

    @property
    def deleted(self) -> bool:
        """Whether something is to be scrubbed."""
        return bool(self.words or self.recordings or self.calls or self.ended)

    def lines(self) -> Iterator[str]:
        """Yield what was done, for a person."""
        yield f"words of {self.words} calls"
        yield f"recordings of {self.recordings} calls"
        yield f"{self.calls} calls"
        yield f"{self.consents} consents"
        yield f"{self.audit} entries of the audit"


async def purge(connection: AsyncConnection, limits: Limits, *, now: int, data: Path) -> Purged:
    """Delete what is older than it may be; a legal hold keeps a call.

    At most `MANY` calls a time: the next run goes on.
    """
    ended = await end_lost(connection, before=now - limits.unkept, now=now)
    spoken = await _old(connection, CALLS.c.keeps_words, _unkept(limits, now))
    await erase.words(connection, spoken)
    heard = await _old(connection, _recorded(), CALLS.c.ended_at < now - limits.recordings)
    await erase.sound(connection, heard, data)
    whole = await _old(connection, CALLS.c.ended_at < now - limits.cues)
    await erase.sound(connection, whole, data)
    await erase.whole(connection, whole)
    for call_id in sorted({*spoken, *heard, *whole}):
        await audit.enter(connection, SERVICE, "purge.call", at=now, about=call_id)
    return Purged(
        words=len(spoken),
        recordings=len(heard),
        calls=len(whole),
        consents=await _consents(connection, now - limits.consents),
        audit=await audit.forget(connection, now - limits.audit),
        ended=ended,
    )


async def end_lost(connection: AsyncConnection, *, before: int, now: int) -> int:
    """End the calls of which nothing was seen since a moment; return how many."""
    lost = select(CALLS.c.id, CALLS.c.last_seq, CALLS.c.last_at).where(
        CALLS.c.ended_at.is_(None), CALLS.c.seen_at < before
    )
    rows = (await connection.execute(lost.order_by(CALLS.c.id).limit(MANY))).all()
    for row in rows:
        taken = await attach(connection, row.id, SERVICE.id, now=now)
        if await hide(connection, row.id, unfinished(taken.events)):
            await rebuild(connection, row.id)
        end = CallEnded(seq=row.last_seq + 1, call_id=row.id, at=row.last_at, reason="lost")
        await append(connection, [batch(row.id, taken.epoch, [end], {})], now=now)
    return len(rows)


def _unkept(limits: Limits, now: int) -> ColumnElement[bool]:
    """Return the condition of words that may not be kept any longer."""
    beyond, old = CALLS.c.ended_at < now - limits.unkept, CALLS.c.ended_at < now - limits.words
    mine = select(CONSENTS.c.call_id).where(CONSENTS.c.call_id == CALLS.c.id)
    purposes = CONSENTS.c.purpose.in_(("assist", "transcript"))
    refused = mine.where(CONSENTS.c.state.in_(STOPPED), purposes).exists()
    stated = true() if limits.basis else mine.where(CONSENTS.c.evidence == IMPORT).exists()
    return or_(and_(beyond, or_(~stated, refused)), and_(stated, old))


def _recorded() -> ColumnElement[bool]:
    return select(AUDIO_SPANS.c.call_id).where(AUDIO_SPANS.c.call_id == CALLS.c.id).exists()


async def _old(connection: AsyncConnection, *conditions: ColumnElement[bool]) -> Sequence[str]:
    """Return the oldest calls that fulfil everything and that no law holds."""
    rows = select(CALLS.c.id).where(~CALLS.c.legal_hold, *conditions)
    found = await connection.execute(rows.order_by(CALLS.c.ended_at, CALLS.c.id).limit(MANY))
    return found.scalars().all()


async def _consents(connection: AsyncConnection, before: int) -> int:
    """Delete old consents of calls that are gone."""
    there = select(CALLS.c.id).where(CALLS.c.id == CONSENTS.c.call_id).exists()
    return (
        await connection.execute(delete(CONSENTS).where(CONSENTS.c.at < before, ~there))
    ).rowcount
