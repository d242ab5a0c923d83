"""What each connection was told first."""

import asyncio
import logging
from pathlib import Path

import pytest
from sqlalchemy import Insert, insert, text

from assist.errors import StoreError
from assist.store.engines import Engines
from assist.store.place import Place, find
from assist.store.store import Store
from assist.store.tables import MARKS

pytestmark = pytest.mark.anyio

WANTED = {
    "auto_vacuum": 2,
    "journal_mode": "wal",
    "secure_delete": 1,
    "foreign_keys": 1,
    "temp_store": 2,
    "mmap_size": 0,
}


async def pragmas(place: Place, *, durable: bool) -> dict[str, object]:
    engines = Engines(place, durable=durable)
    async with engines.plain() as connection:
        names = [*WANTED, "synchronous"]
        found = {n: (await connection.exec_driver_sql(f"PRAGMA {n}")).scalar() for n in names}
    await engines.close()
    return found


@pytest.mark.parametrize(("durable", "synchronous"), [(True, 2), (False, 1)])
async def test_sqlite_is_told_to_keep_no_trace(data: Path, durable: bool, synchronous: int) -> None:
    place = find("", data)
    place.prepare()

    assert await pragmas(place, durable=durable) == {**WANTED, "synchronous": synchronous}


async def test_a_reader_sees_one_state_and_does_not_hold_up_the_writer(store: Store) -> None:
    count = text("SELECT count(*) FROM marks")
    async with store._engines.read() as reader:
        before = (await reader.execute(count)).scalar_one()
        async with store._engines.write() as writer:
            await writer.execute(insert(MARKS).values(name="a", value="b"))
        assert (await reader.execute(count)).scalar_one() == before
    async with store._engines.read() as reader:
        assert (await reader.execute(count)).scalar_one() == before + 1


async def test_a_reader_cannot_write(data: Path) -> None:
    place = find("", data)
    place.prepare()
    engines = Engines(place)
    with pytest.raises(StoreError):
        async with engines.read() as connection:
            await connection.execute(text("CREATE TABLE x (a)"))
    await engines.close()


async def test_a_block_that_fails_leaves_nothing(store: Store) -> None:
    async def fail() -> None:
        async with store._engines.write() as connection:
            await connection.execute(insert(MARKS).values(name="a", value="b"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    async with store._engines.read() as connection:
        found = await connection.execute(text("SELECT count(*) FROM marks"))
        assert found.scalar() == 0


async def _twice(store: Store, row: Insert) -> None:
    async with store._engines.write() as connection:
        await connection.execute(row)
        await connection.execute(row)


async def test_what_is_stored_stands_in_no_log_and_no_error(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    row = insert(MARKS).values(name="gruenspecht", value="gruenspecht")

    with pytest.raises(StoreError) as caught:
        await _twice(store, row)

    assert "gruenspecht" not in caplog.text
    assert "gruenspecht" not in str(caught.value)


async def test_writers_wait_for_each_other(store: Store) -> None:
    async def write(number: int) -> None:
        async with store._engines.write() as connection:
            await connection.execute(insert(MARKS).values(name=str(number), value=""))

    await asyncio.gather(*(write(number) for number in range(20)))

    async with store._engines.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM marks"))).scalar() == 20
