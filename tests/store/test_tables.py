"""The migrations make what the tables say."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from assist.store.store import Store
from assist.store.tables import METADATA

pytestmark = pytest.mark.anyio
BESIDES = ("utterances_text", "ix_utterances_vector", "vector")
"""The full text is not the same on both databases; the first migration makes it by hand."""


def differences(connection: Connection) -> list[object]:
    def ours(name: str | None, _kind: str, _parents: object) -> bool:
        return not str(name).startswith(BESIDES)

    options = {"include_name": ours, "compare_type": True}
    context = MigrationContext.configure(connection, opts=options)
    return [one for one in compare_metadata(context, METADATA) if "vector" not in str(one)]


async def test_the_migrations_end_at_these_tables(store: Store) -> None:
    async with store._engines.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_no_table_names_an_agent_beside_a_figure() -> None:
    columns = {
        f"{table.name}.{column.name}" for table in METADATA.sorted_tables for column in table.c
    }

    assert [name for name in columns if "score" in name or "rank" in name] == []
    assert [name for name in columns if name.endswith(".agent")] == ["calls.agent"]
