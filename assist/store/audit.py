"""The audit: who did what, append-only, each entry sealed with the digest of the one before."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.store.commands import Actor
from assist.store.tables import AUDIT, MARKS
from assist.store.upsert import upsert

_LOCK = 0x0A5515
"""Of PostgreSQL's own locks: two nodes must not seal after the same entry."""
SEALED = ("at", "actor", "role", "action", "object", "detail", "previous")
PAGE = 1_000


async def enter(
    connection: AsyncConnection,
    actor: Actor,
    action: str,
    *,
    at: int,
    about: str = "",
    detail: str = "",
) -> None:
    """Add an entry to the audit, in the transaction of what it tells of.

    Args:
        connection: in a writing transaction.
        actor: who did it.
        action: what, as a verb and a noun: `erase.call`.
        at: when, in milliseconds since 1970.
        about: what it was done to, an id.
        detail: more of it; ids, codes and numbers, never words.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    row: dict[str, Any] = {
        "at": at,
        "actor": actor.id,
        "role": actor.role,
        "action": action,
        "object": about,
        "detail": detail,
        "previous": await _last(connection),
    }
    await connection.execute(insert(AUDIT).values(**row, digest=_digest(row)))


async def broken(connection: AsyncConnection) -> int | None:
    """Return the first entry that does not fit the one before it; None when all do."""
    previous, last = await _mark(connection, "audit_previous"), 0
    while rows := await entries(connection, after=last):
        for row in rows:
            if row["previous"] != previous or row["digest"] != _digest(dict(row)):
                return int(row["id"])
            previous, last = row["digest"], int(row["id"])
    return None


async def entries(
    connection: AsyncConnection, *, after: int = 0, limit: int = PAGE
) -> Sequence[RowMapping]:
    """Return a page of the audit, oldest first."""
    page = select(AUDIT).where(AUDIT.c.id > after).order_by(AUDIT.c.id).limit(limit)
    return (await connection.execute(page)).mappings().all()


async def forget(connection: AsyncConnection, before: int) -> int:
    """Delete what is older, and remember where the chain now begins; return how many."""
    old = select(AUDIT.c.id, AUDIT.c.digest).where(AUDIT.c.at < before)
    row = (await connection.execute(old.order_by(AUDIT.c.id.desc()).limit(1))).first()
    if row is None:
        return 0
    marks = {"audit_from": str(row.id + 1), "audit_previous": row.digest}
    await upsert(connection, MARKS, ["name"], [{"name": k, "value": v} for k, v in marks.items()])
    return (await connection.execute(delete(AUDIT).where(AUDIT.c.id <= row.id))).rowcount


async def _last(connection: AsyncConnection) -> str:
    newest = select(AUDIT.c.digest).where(
        AUDIT.c.id == select(func.max(AUDIT.c.id)).scalar_subquery()
    )
    digest = (await connection.execute(newest)).scalar()
    return digest or await _mark(connection, "audit_previous")


async def _mark(connection: AsyncConnection, name: str) -> str:
    found = await connection.execute(select(MARKS.c.value).where(MARKS.c.name == name))
    return found.scalar() or ""


def _digest(row: Mapping[str, Any]) -> str:
    sealed = json.dumps([row[name] for name in SEALED], ensure_ascii=True)
    return hashlib.sha256(sealed.encode()).hexdigest()
