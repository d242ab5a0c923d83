"""Make the tables anew of the events, call by call."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.store.committing import write_rows
from assist.store.projection import project
from assist.store.reading import events_of
from assist.store.tables import CALLS, CUES, FEEDBACK, NOTES, NUDGES, STAGES, UTTERANCES


async def calls_with_words(connection: AsyncConnection) -> list[str]:
    """Return the calls whose events are kept, the oldest first."""
    kept = select(CALLS.c.id).where(CALLS.c.keeps_words)
    found = await connection.execute(kept.order_by(CALLS.c.started_at, CALLS.c.id))
    return list(found.scalars())


async def rebuild(connection: AsyncConnection, call_id: str) -> None:
    """Replace what the tables say of a call; what people said afterwards stays.

    A call whose words are gone has no events left: its rows are all that is known of it.
    """
    for table in (UTTERANCES, CUES, NUDGES, STAGES):
        await connection.execute(delete(table).where(table.c.call_id == call_id))
    for table in (FEEDBACK, NOTES):
        told = table.c.call_id == call_id, table.c.seq.is_not(None)
        await connection.execute(delete(table).where(*told))
    await write_rows(connection, [(call_id, project(await events_of(connection, call_id)))])
