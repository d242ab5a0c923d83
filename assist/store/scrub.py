"""Make sure that no byte of what was deleted stays behind: free pages, full text, write-ahead log.

Deleting alone does not do it: SQLite's full text keeps deleted words until its pieces are merged,
and the log keeps whole pages until it is cut; PostgreSQL keeps old rows in their pages and in its
log.
"""

import asyncio

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.errors import StoreError
from assist.store.engines import Engines
from assist.store.place import Place

TRIES = 2
"""So often are readers that hold the log waited for; each time as long as SQLite itself waits."""
POSTGRES_TRIES, PAUSE_S = 50, 0.1
"""The same for PostgreSQL, where other transactions hold deleted rows."""
WORDY = ("events", "utterances", "notes", "nudges")
POSTGRES_THOROUGH = (
    f"VACUUM (FULL, ANALYZE) {', '.join(WORDY)}",
    "VACUUM (FULL) pg_statistic",  # what was analysed names the commonest words
    *("CHECKPOINT", "SELECT pg_switch_wal()") * 2,
)
COPIES = "before-*.db"
"""Copies that a migration left; they hold what has been deleted since."""

DAMAGED = "damaged-*"


async def scrub(engines: Engines, place: Place, *, thorough: bool = True) -> str:
    """Overwrite what was deleted.

    Args:
        engines: of the store; no connection of the writer may be in use by the caller.
        place: of the store.
        thorough: on PostgreSQL, rewrite the tables that hold words, which locks them meanwhile;
            else only tidy them: their bytes stay until they are used anew.

    Returns:
        What could not be done, in a sentence; empty when no byte is left.
    """
    for copy in place.data.glob(COPIES):
        copy.unlink(missing_ok=True)
    async with engines.plain() as connection:
        if not engines.is_sqlite:
            return await _postgres(connection, thorough)
        left = await _sqlite(connection)
    damaged = sorted(file.name for file in place.data.glob(DAMAGED))
    return left or (f"{damaged[0]} was set aside and may hold it still" if damaged else "")


async def _sqlite(connection: AsyncConnection) -> str:
    merge = "INSERT INTO utterances_text (utterances_text) VALUES ('optimize')"
    await connection.exec_driver_sql(merge)
    for _ in range(TRIES):
        if not await _held(connection):
            return ""
    return "a reader holds the write-ahead log: run it again when nobody reads"


async def _held(connection: AsyncConnection) -> bool:
    """Cut the log; true when somebody held it."""
    result = await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    row = result.one()
    return bool(row[0])


async def _postgres(connection: AsyncConnection, thorough: bool) -> str:
    if not thorough:
        await connection.exec_driver_sql(f"VACUUM {', '.join(WORDY)}")
        return "deleted rows wait in their pages for new ones: `assist retention run` removes them"
    try:
        for statement in POSTGRES_THOROUGH:
            if not await _alone(connection):
                return "another transaction still sees what was deleted: run it again"
            await connection.exec_driver_sql(statement)
        recycles = (await connection.exec_driver_sql("SHOW wal_recycle")).scalar()
    except DBAPIError as error:
        raise StoreError("the database's user may not do all that erasing needs") from error
    if recycles == "on":
        return "PostgreSQL recycles its log: set wal_recycle = off, or old words stay in it"
    return ""


async def _alone(connection: AsyncConnection) -> bool:
    """Wait for transactions that began before now: VACUUM keeps every row that they may see."""
    now = (await connection.exec_driver_sql("SELECT pg_current_xact_id()::text::bigint")).scalar()
    older = text(
        "SELECT count(*) FROM pg_stat_activity WHERE backend_xmin IS NOT NULL"
        " AND pid <> pg_backend_pid() AND datname = current_database()"
        " AND backend_xmin::text::bigint <= :now"
    )
    for _ in range(POSTGRES_TRIES):
        if not (await connection.execute(older, {"now": now})).scalar():
            return True
        await asyncio.sleep(PAUSE_S)
    return False
