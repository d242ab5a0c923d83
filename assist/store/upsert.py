"""Insert rows, or bring those that are there up to date, on either database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Row = dict[str, Any]


async def upsert(
    connection: AsyncConnection,
    table: Table,
    keys: Sequence[str],
    rows: Sequence[Row],
    *,
    newest: str = "",
) -> None:
    """Write rows, all with the same columns; those with the same keys are replaced.

    Args:
        connection: in a transaction.
        table: where to.
        keys: the columns that are unique together.
        rows: may be none.
        newest: a column whose value must not fall, else the row stays as it was.
    """
    if not rows:
        return
    kind = sqlite if connection.dialect.name == "sqlite" else postgresql
    insert = kind.insert(table)
    changed = {name: insert.excluded[name] for name in rows[0] if name not in keys}
    where = insert.excluded[newest] >= table.c[newest] if newest else None
    await connection.execute(
        insert.on_conflict_do_update(index_elements=keys, set_=changed, where=where), rows
    )


async def insert_new(
    connection: AsyncConnection, table: Table, keys: Sequence[str], rows: Sequence[Row]
) -> None:
    """Write those of the rows, all with the same columns, that are not there yet."""
    if rows:
        kind = sqlite if connection.dialect.name == "sqlite" else postgresql
        await connection.execute(
            kind.insert(table).on_conflict_do_nothing(index_elements=keys), rows
        )
