"""The tables become the newest, and an older program does not touch newer ones."""

from pathlib import Path

import pytest
from sqlalchemy import text

from assist.errors import StoreError
from assist.store.engines import Engines
from assist.store.migrating import newest, revision, revisions, upgrade
from assist.store.opening import open_store
from assist.store.place import find
from assist.store.store import Store
from tests.store.told import ADMIN, numbers, put, started, upset

pytestmark = pytest.mark.anyio


async def set_revision(store: Store, number: str) -> None:
    async with store._engines.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = :n"), {"n": number})


async def test_a_new_database_has_the_newest_tables(store: Store) -> None:
    async with store._engines.write() as connection:
        assert await revision(connection) == newest()
        await upgrade(connection)
        assert await revision(connection) == newest()


async def test_tables_of_a_newer_version_are_left_alone(store: Store, url: str, data: Path) -> None:
    await set_revision(store, "9999")
    await store.close()

    with pytest.raises(StoreError, match="a newer version of Call Assist made this store"):
        await open_store(url, data, upgrading=True)


async def test_an_upgrade_keeps_a_copy_until_something_is_erased(data: Path) -> None:
    store = await open_store("", data, upgrading=True)
    await put(store, [started()])
    await set_revision(store, "9999")
    await store.close()

    with pytest.raises(StoreError):  # after the copy was made
        await open_store("", data, upgrading=True)

    copied = data / f"before-{newest()}.db"
    assert copied.stat().st_mode & 0o777 == 0o600
    store._engines = type(store._engines)(store.place)
    await set_revision(store, newest())
    await store.erase(["c1"], ADMIN)
    assert not copied.exists()
    await store.close()


async def old_tables(url: str, data: Path, number: str) -> None:
    """Make a store as an older version left it."""
    place = find(url, data)
    place.prepare()
    engines = Engines(place)
    async with engines.write() as connection:
        if url:
            for statement in ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public"):
                await connection.execute(text(statement))
        await upgrade(connection, to=number)
    await engines.close()


@pytest.mark.parametrize("number", revisions())
async def test_a_store_of_every_version_there_was_becomes_the_newest(
    url: str, data: Path, number: str
) -> None:
    await old_tables(url, data, number)

    store = await open_store(url, data, upgrading=True)

    events = upset()
    await put(store, events)
    assert numbers(await store.read("c1")) == numbers(events)
    assert [finding.text for finding in await store.check() if finding.text] == []
    await store.erase(["c1"], ADMIN)
    await store.close()
