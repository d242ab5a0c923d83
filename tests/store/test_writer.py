"""Live calls never wait for the disk, and hear what is stored."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from assist.errors import StoreError
from assist.events import Event
from assist.store.batches import Batch, Committed, Fenced
from assist.store.store import Store
from assist.store.trouble import StoreAwayError, StoreFullError
from assist.store.writer import TEXTS, Pace, Trouble, Writer
from tests.store.told import final, numbers, started, ticks

pytestmark = pytest.mark.anyio

QUICK = Pace(commit_ms=5, idle_ms=20, retry_ms=5)
DEADLINE_S = 10


class Failing(Store):
    """A store whose database says no, as often as it is told."""

    def __init__(self, store: Store, *errors: Exception) -> None:
        super().__init__(store.place, store._engines, clock=store._clock)
        self.errors = list(errors)
        self.tried: list[list[int]] = []
        self.door = asyncio.Event()
        self.door.set()

    async def append(self, batches: Sequence[Batch]) -> list[Committed | Fenced]:
        await self.door.wait()
        self.tried.append([event.seq for one in batches for event in one.events])
        if self.errors:
            raise self.errors.pop(0)
        return await super().append(batches)


class Heard:
    """What a writer told."""

    def __init__(self) -> None:
        self.committed: list[Committed] = []
        self.fenced: list[Fenced] = []
        self.troubles: list[tuple[Trouble, bool]] = []

    def trouble(self, code: Trouble, active: bool) -> None:
        self.troubles.append((code, active))


@asynccontextmanager
async def writing(store: Store, pace: Pace = QUICK) -> AsyncIterator[tuple[Writer, Heard]]:
    heard = Heard()
    writer = Writer(
        store,
        committed=heard.committed.append,
        fenced=heard.fenced.append,
        trouble=heard.trouble,
        pace=pace,
    )
    writer.start()
    try:
        yield writer, heard
    finally:
        await writer.close()


async def until(true: Callable[[], bool]) -> None:
    """Wait for a condition, with a deadline."""

    async def wait() -> None:
        while not true():  # noqa: ASYNC110  # any condition, not one event
            await asyncio.sleep(0)

    await asyncio.wait_for(wait(), DEADLINE_S)


async def test_what_is_put_is_stored_and_told(store: Store) -> None:
    async with writing(store) as (writer, heard):
        await writer.attach("c1", "node-1")

        assert writer.put("c1", [started(), final(2, "hello")], {"agent": 7, "customer": 8})
        await until(lambda: bool(heard.committed))

    assert heard.committed == [Committed("c1", 1, 2, {"agent": 7, "customer": 8})]
    assert numbers(await store.read("c1")) == [1, 2]


async def test_all_calls_are_stored_in_one_commit(store: Store) -> None:
    failing = Failing(store)
    async with writing(failing) as (writer, heard):
        for call in ("a", "b"):
            await writer.attach(call, "node-1")
        for call in ("a", "b"):
            writer.put(call, [started(call)])
            writer.put(call, ticks(2, 3, call))
        await writer.settle()

    assert failing.tried == [[1, 2, 3, 1, 2, 3]]
    assert [(one.call_id, one.seq) for one in heard.committed] == [("a", 3), ("b", 3)]


async def test_events_come_from_any_thread(store: Store) -> None:
    async with writing(store) as (writer, _heard):
        for number in range(4):
            await writer.attach(f"c{number}", "node-1")

        def call(name: str) -> None:
            writer.put(name, [started(name)])
            for seq in range(2, 60):
                writer.put(name, ticks(seq, seq, name))

        threads = [threading.Thread(target=call, args=(f"c{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            await asyncio.to_thread(thread.join)
        await writer.settle()

        assert (writer.events, writer.octets) == (0, 0)
    for number in range(4):
        assert numbers(await store.read(f"c{number}")) == list(range(1, 60))


async def test_a_full_disk_is_waited_out_with_the_same_group(store: Store) -> None:
    failing = Failing(store, StoreFullError("full"), StoreFullError("full"))
    async with writing(failing) as (writer, heard):
        await writer.attach("c1", "node-1")
        writer.put("c1", [started(), *ticks(2, 4)])
        await until(lambda: len(failing.tried) > 1)
        writer.put("c1", ticks(5, 6))
        await writer.settle()

    assert failing.tried[:3] == [[1, 2, 3, 4]] * 3
    assert heard.troubles == [("storage_full", True), ("storage_full", False)]
    assert numbers(await store.read("c1")) == [1, 2, 3, 4, 5, 6]
    assert writer.lost == 0


async def test_a_database_that_is_away_is_waited_for(store: Store) -> None:
    failing = Failing(store, *[StoreAwayError("away")] * 3)
    async with writing(failing) as (writer, heard):
        await writer.attach("c1", "node-1")
        writer.put("c1", [started()])
        await writer.settle()

    assert heard.troubles == [("store_away", True), ("store_away", False)]
    assert [one.seq for one in heard.committed] == [1]


async def test_what_the_database_never_takes_is_given_up_and_told(store: Store) -> None:
    failing = Failing(store, StoreError("no such table"))
    async with writing(failing) as (writer, heard):
        await writer.attach("c1", "node-1")
        writer.put("c1", [started()])
        await writer.settle()
        writer.put("c1", ticks(2, 2), {"agent": 5})
        await writer.settle()

    assert heard.troubles == [("store_failed", True)]
    assert writer.lost == 1
    assert heard.committed == []  # its source must not forget what was not stored


async def test_a_mistake_of_ours_does_not_end_the_storing(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    failing = Failing(store, ZeroDivisionError("with words of a call"))
    async with writing(failing) as (writer, heard):
        await writer.attach("c1", "node-1")
        await writer.attach("c2", "node-1")
        writer.put("c1", [started()])
        await writer.settle()
        writer.put("c2", [started("c2")])
        await writer.settle()

    assert heard.troubles == [("store_failed", True)]
    assert [one.call_id for one in heard.committed] == ["c2"]
    assert caplog.messages == ["a commit failed: ZeroDivisionError"]


async def test_whoever_hears_of_a_commit_may_fail(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_committed: Committed) -> None:
        raise KeyError

    writer = Writer(store, committed=fail, pace=QUICK)
    writer.start()
    await writer.attach("c1", "node-1")
    for seq in (1, 2):
        writer.put("c1", [final(seq, "hello")])
        await writer.settle()
    await writer.close()

    assert numbers(await store.read("c1")) == [1, 2]
    assert "nobody heard of a commit: KeyError" in caplog.messages


async def test_a_source_hears_that_the_store_is_behind(store: Store) -> None:
    failing = Failing(store)
    failing.door.clear()
    async with writing(failing, Pace(commit_ms=5, idle_ms=5, events=10)) as (writer, _heard):
        await writer.attach("c1", "node-1")

        assert writer.put("c1", [started(), *ticks(2, 10)])
        assert not writer.put("c1", ticks(11, 12))

        failing.door.set()
        await writer.settle()
        assert writer.put("c1", ticks(13, 13))


async def test_the_oldest_is_lost_where_there_is_no_more_room_and_no_position_told(
    store: Store,
) -> None:
    failing = Failing(store)
    failing.door.clear()
    pace = Pace(commit_ms=5, idle_ms=5, most=3_000)
    async with writing(failing, pace) as (writer, heard):
        await writer.attach("c1", "node-1")
        await writer.attach("c2", "node-1")
        writer.put("c1", [started()])
        await until(lambda: not writer._waiting)  # the first group is under way
        for seq in range(2, 200):
            writer.put("c1", ticks(seq, seq), {"agent": seq})
        writer.put("c2", [started("c2")], {"agent": 1})
        assert writer.octets <= 3_000
        failing.door.set()
        await writer.settle()

    stored = numbers(await store.read("c1"))
    assert writer.lost == 199 - len(stored) > 0
    assert stored[-1] == 199
    assert ("store_lost", True) in heard.troubles
    assert [one.call_id for one in heard.committed if one.positions] == ["c2"]


async def test_a_fenced_call_is_told_once_and_forgotten(store: Store) -> None:
    async with writing(store) as (writer, heard):
        await writer.attach("c1", "node-1")
        await store.attach("c1", "node-2")
        writer.put("c1", [started()])
        await writer.settle()

        assert heard.fenced == [Fenced("c1", 1)]
        assert not writer.put("c1", ticks(2, 3))
        assert writer.refused == 2
    assert heard.committed == []


async def test_a_call_that_only_ticks_waits_longer(store: Store) -> None:
    failing = Failing(store)
    async with writing(failing, Pace(commit_ms=1, idle_ms=100_000)) as (writer, heard):
        await writer.attach("c1", "node-1")
        writer.put("c1", ticks(1, 1))
        writer.put("c1", ticks(2, 2))
        assert heard.committed == []

        writer.put("c1", [final(3, "hello")])
        await until(lambda: bool(heard.committed))

    assert failing.tried == [[1, 2, 3]]


async def test_closing_stores_what_waits(store: Store) -> None:
    async with writing(store, Pace(commit_ms=100_000, idle_ms=100_000)) as (writer, _heard):
        await writer.attach("c1", "node-1")
        writer.put("c1", [started()])

    assert numbers(await store.read("c1")) == [1]


async def test_closing_does_not_wait_for_ever(store: Store) -> None:
    failing = Failing(store)
    failing.door.clear()
    writer = Writer(failing, pace=QUICK)
    writer.start()
    await writer.attach("c1", "node-1")
    writer.put("c1", [started()])

    await writer.close(patience_s=0.05)

    assert writer.lost == 1


async def test_events_out_of_order_are_a_mistake_of_ours(store: Store) -> None:
    async with writing(store) as (writer, _heard):
        await writer.attach("c1", "node-1")
        wrong: list[list[Event]] = [[final(0, "x")], ticks(2, 2) + ticks(2, 2)]
        for events in wrong:
            with pytest.raises(ValueError, match="not numbered in order"):
                writer.put("c1", events)


def test_every_trouble_has_its_sentence() -> None:
    assert all(text.endswith(".") for text in TEXTS.values())
