import pytest
from sqlalchemy import select

from assist.store.store import Store
from assist.store.tables import MARKS
from assist.store.upsert import insert_new, upsert

pytestmark = pytest.mark.anyio


def rows(**values: str) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]


async def test_rows_are_written_replaced_or_left(store: Store) -> None:
    async with store._engines.write() as connection:
        await upsert(connection, MARKS, ["name"], rows(a="1", b="1"))
        await upsert(connection, MARKS, ["name"], rows(b="2", c="2"))
        await insert_new(connection, MARKS, ["name"], rows(c="3", d="3"))
        await upsert(connection, MARKS, ["name"], [])
        await insert_new(connection, MARKS, ["name"], [])
        found = (await connection.execute(select(MARKS).order_by(MARKS.c.name))).all()

    assert [tuple(row) for row in found] == [("a", "1"), ("b", "2"), ("c", "2"), ("d", "3")]


async def test_an_older_row_replaces_no_newer_one(store: Store) -> None:
    async with store._engines.write() as connection:
        await upsert(connection, MARKS, ["name"], rows(a="2"), newest="value")
        await upsert(connection, MARKS, ["name"], rows(a="1"), newest="value")
        found = (await connection.execute(select(MARKS.c.value))).scalar()

    assert found == "2"
