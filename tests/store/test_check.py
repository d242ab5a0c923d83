"""What is wrong with a store is found."""

import pytest
from sqlalchemy import delete, text

from assist.store.commands import Seen
from assist.store.store import Store
from assist.store.tables import EVENTS, UTTERANCES
from tests.store.told import ADMIN, numbers, put, started, ticks, upset

pytestmark = pytest.mark.anyio


async def test_a_healthy_store_has_nothing_to_find(store: Store) -> None:
    await put(store, upset())

    assert [finding for finding in await store.check() if finding.text] == []


async def faults(store: Store) -> dict[str, str]:
    return {finding.name: finding.text for finding in await store.check() if finding.text}


async def test_missing_events_are_found(store: Store) -> None:
    taken = await store.attach("c1", "node-1")
    for first in (1, 4, 7):
        events = ticks(first, first + 2) if first > 1 else [started(), *ticks(2, 3)]
        await put(store, events, attached=taken)
    async with store._engines.write() as connection:
        await connection.execute(delete(EVENTS).where(EVENTS.c.first_seq == 4))

    assert numbers(await store.read("c1")) == [1, 2, 3, 7, 8, 9]
    assert await faults(store) == {"events": "c1: events are missing"}


async def test_tables_that_differ_from_the_events_are_found_and_mended(store: Store) -> None:
    await put(store, upset())
    async with store._engines.write() as connection:
        await connection.execute(delete(UTTERANCES))

    assert "assist store rebuild" in (await faults(store))["utterances"]

    await store.rebuild()
    assert await faults(store) == {}


async def test_an_audit_that_was_tampered_with_is_found(store: Store) -> None:
    for user in ("u1", "u2", "u3"):
        await store.record(Seen(action="login", object=user), ADMIN)
    sqlite = store.place.file is not None
    off = ["DROP TRIGGER audit_stays"] if sqlite else ["DROP TRIGGER audit_stays ON audit"]
    async with store._engines.write() as connection:
        for statement in (*off, "UPDATE audit SET object = 'u9' WHERE id = 2"):
            await connection.execute(text(statement))

    assert await faults(store) == {"audit": "entry 2 does not fit the one before it"}


async def test_many_calls_are_counted(store: Store) -> None:
    for number in range(5):
        taken = await store.attach(f"c{number}", "node-1")
        await put(store, [started(f"c{number}")], attached=taken)
        await put(store, ticks(3, 4, f"c{number}"), attached=taken)

    assert (await faults(store))["events"] == "c0, c1, c2 and 2 more: events are missing"
