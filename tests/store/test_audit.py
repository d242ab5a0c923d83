"""The audit only grows, and shows when somebody changed it."""

import pytest
from sqlalchemy import delete, update

from assist.errors import StoreError
from assist.store.audit import broken, enter, entries, forget
from assist.store.store import Store
from assist.store.tables import AUDIT
from tests.store.told import ADMIN

pytestmark = pytest.mark.anyio


async def three(store: Store) -> None:
    for at in (10, 20, 30):
        async with store._engines.write() as connection:
            await enter(connection, ADMIN, "erase.call", at=at, about=f"c{at}")


async def test_each_entry_holds_the_digest_of_the_one_before(store: Store) -> None:
    await three(store)

    async with store._engines.read() as connection:
        first, second, third = await entries(connection)
        assert await broken(connection) is None
    assert (first["previous"], second["previous"]) == ("", first["digest"])
    assert third["previous"] == second["digest"]


async def test_no_entry_can_be_changed_or_removed(store: Store) -> None:
    await three(store)

    with pytest.raises(StoreError):
        async with store._engines.write() as connection:
            await connection.execute(update(AUDIT).values(actor="nobody"))
    with pytest.raises(StoreError):
        async with store._engines.write() as connection:
            await connection.execute(delete(AUDIT))


async def test_old_entries_go_and_the_chain_still_holds(store: Store) -> None:
    await three(store)

    async with store._engines.write() as connection:
        assert await forget(connection, 25) == 2
        assert await forget(connection, 25) == 0
        assert [row["at"] for row in await entries(connection)] == [30]
        assert await broken(connection) is None


async def test_the_chain_goes_on_after_all_entries_went(store: Store) -> None:
    await three(store)

    async with store._engines.write() as connection:
        assert await forget(connection, 99) == 3
        await enter(connection, ADMIN, "login", at=100)
        (entry,) = await entries(connection)
        assert await broken(connection) is None
    assert entry["previous"] != ""
