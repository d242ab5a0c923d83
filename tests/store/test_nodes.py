"""Two nodes and a database that goes away: nothing is lost, nothing is stored twice."""

import asyncio
import random
from pathlib import Path

import pytest

from assist.errors import StoreError
from assist.store.batches import Committed, Fenced, batch
from assist.store.opening import open_store
from assist.store.store import Store
from assist.store.writer import Pace, Trouble, Writer
from tests.store.postgres import Server
from tests.store.told import final, numbers, started, ticks

pytestmark = pytest.mark.anyio
DEADLINE_S = 60
CALLS = tuple(f"c{number}" for number in range(4))


async def node(store: Store, name: str, rounds: int) -> list[Committed | Fenced]:
    """Take calls over, store a little of them, and go on until they are taken away."""
    chance, answers = random.Random(name), []
    for _ in range(rounds):
        call = chance.choice(CALLS)
        taken = await store.attach(call, name)
        last = taken.events[-1].seq if taken.events else 0
        for first in range(last + 1, last + 1 + 3 * chance.randint(1, 4), 3):
            events = ticks(first, first + 2, call) if first > 1 else [
                started(call), *ticks(2, 3, call)
            ]  # fmt: skip
            (answer,) = await store.append([batch(call, taken.epoch, events, {})])
            answers.append(answer)
            await asyncio.sleep(0)
    return answers


async def test_nodes_that_fight_over_calls_leave_no_hole_and_no_double(
    store: Store, url: str, data: Path
) -> None:
    other = await open_store(url, data, durable=False)

    first, second = await asyncio.gather(node(store, "node-1", 40), node(other, "node-2", 40))

    assert any(isinstance(answer, Fenced) for answer in first + second)
    for call in CALLS:
        stored = numbers(await store.read(call))
        told = [
            one.seq for one in first + second if isinstance(one, Committed) and one.call_id == call
        ]
        assert stored == list(range(1, len(stored) + 1))
        assert max(told, default=0) == len(stored)
    assert [finding for finding in await store.check() if finding.text] == []
    await other.close()


async def test_a_server_that_is_restarted_loses_nothing(
    postgres: Server, new_database: object, data: Path
) -> None:
    assert callable(new_database)
    store = await open_store(new_database(), data, upgrading=True)
    away, back = asyncio.Event(), asyncio.Event()
    told: list[tuple[Trouble, bool]] = []
    acknowledged: list[int] = []

    def trouble(code: Trouble, active: bool) -> None:
        told.append((code, active))
        (away if active else back).set()

    pace = Pace(commit_ms=5, retry_ms=50)
    writer = Writer(
        store, committed=lambda one: acknowledged.append(one.seq), trouble=trouble, pace=pace
    )
    writer.start()
    await writer.attach("c1", "node-1")
    writer.put("c1", [started(), *ticks(2, 20)])
    await writer.settle()
    await asyncio.to_thread(postgres.stop)
    writer.put("c1", [final(21, "hello"), *ticks(22, 40)])
    await asyncio.wait_for(away.wait(), DEADLINE_S)
    with pytest.raises(StoreError):
        await store.read("c1")
    await asyncio.to_thread(postgres.start)
    await asyncio.wait_for(back.wait(), DEADLINE_S)
    writer.put("c1", ticks(41, 50))
    await asyncio.wait_for(writer.settle(), DEADLINE_S)
    await writer.close()

    assert told == [("store_away", True), ("store_away", False)]
    assert writer.lost == 0
    assert acknowledged[-1] == 50
    assert numbers(await store.read("c1")) == list(range(1, 51))
    await store.close()
