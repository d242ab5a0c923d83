"""Readers hold up the last step of erasing; then it is said, or waited for."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from assist.store import engines
from assist.store.opening import open_store
from assist.store.scrub import scrub
from assist.store.store import Store
from tests.store.told import final, put, started

pytestmark = pytest.mark.anyio


async def reading(store: Store, begun: asyncio.Event, go: asyncio.Event) -> None:
    async with store._engines.read() as connection:
        await connection.execute(text("SELECT count(*) FROM events"))
        begun.set()
        await go.wait()


async def test_a_reader_is_waited_for(data: Path) -> None:
    store = await open_store("", data, upgrading=True, durable=False)
    begun, go = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(reading(store, begun, go))
    await begun.wait()
    await put(store, [started(), final(2, "hello")])
    scrubbing = asyncio.create_task(store.scrub())
    go.set()

    assert await scrubbing == ""
    await task
    await store.close()


async def test_a_reader_that_stays_is_told_of(data: Path) -> None:
    store = await open_store("", data, upgrading=True, durable=False)
    impatient = engines.Engines(store.place, busy_ms=10)
    begun, go = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(reading(store, begun, go))
    await begun.wait()
    await put(store, [started(), final(2, "hello")])

    assert "a reader holds" in await scrub(impatient, store.place)

    go.set()
    await task
    assert await scrub(impatient, store.place) == ""
    await impatient.close()
    await store.close()


async def test_a_transaction_that_still_sees_deleted_rows_is_waited_for(
    new_database: Callable[[], str], data: Path
) -> None:
    store = await open_store(new_database(), data, upgrading=True)
    begun, go = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(reading(store, begun, go))
    await begun.wait()
    scrubbing = asyncio.create_task(store.scrub())
    done, _ = await asyncio.wait([scrubbing], timeout=0.3)
    assert not done
    go.set()

    assert await scrubbing == ""
    await task
    await store.close()


async def test_a_damaged_file_that_was_set_aside_is_told_of(data: Path) -> None:
    store = await open_store("", data, upgrading=True, durable=False)
    (data / "damaged-1-calls.db").touch()

    assert "damaged-1-calls.db was set aside" in await store.scrub()

    await store.close()
