"""The lease of a call, and what is stored under it: once, in order, by one node alone."""

import pytest

from assist.errors import StoreError
from assist.store.batches import Committed, Fenced, batch
from assist.store.store import Store
from tests.store.told import ended, numbers, put, started, ticks, upset

pytestmark = pytest.mark.anyio


async def test_the_same_batch_twice_is_stored_once(store: Store) -> None:
    taken = await store.attach("c1", "node-1")
    first = await put(store, [started(), *ticks(2, 5)], attached=taken)
    again = await put(store, [started(), *ticks(2, 5)], attached=taken)
    longer = await put(store, ticks(4, 7), attached=taken)

    assert first == again
    assert longer == Committed("c1", 1, 7, {})
    assert numbers(await store.read("c1")) == [1, 2, 3, 4, 5, 6, 7]


async def test_who_attaches_fences_the_node_before(store: Store) -> None:
    old = await store.attach("c1", "node-1")
    await put(store, [started(), *ticks(2, 5)], attached=old, at=7)
    new = await store.attach("c1", "node-2")

    late = await put(store, ticks(6, 7), attached=old)

    assert late == Fenced("c1", old.epoch)
    assert (new.epoch, numbers(new.events)) == (old.epoch + 1, [1, 2, 3, 4, 5])
    assert new.committed == {"agent": 7, "customer": 7}
    assert numbers(await store.read("c1")) == [1, 2, 3, 4, 5]


async def test_one_fenced_call_does_not_hold_up_the_others(store: Store) -> None:
    old = await store.attach("a", "node-1")
    await store.attach("a", "node-2")
    other = await store.attach("b", "node-1")
    batches = [batch(c, e, [started(c)], {}) for c, e in (("a", old.epoch), ("b", other.epoch))]

    answers = await store.append(batches)

    assert answers == [Fenced("a", 1), Committed("b", 1, 1, {})]


async def test_positions_never_go_back(store: Store) -> None:
    taken = await store.attach("c1", "node-1")
    await put(store, [started()], attached=taken, at=9)
    await put(store, ticks(2, 3), attached=taken, at=4)

    assert (await store.attach("c1", "node-1")).committed == {"agent": 9, "customer": 9}


async def test_a_call_that_ended_is_not_taken_up_again(store: Store) -> None:
    await put(store, [started(), ended(2)])

    with pytest.raises(StoreError, match="c1 has ended"):
        await store.attach("c1", "node-1")


async def test_however_a_call_is_cut_into_batches_the_tables_are_the_same(store: Store) -> None:
    whole, pieces = upset("whole"), upset("pieces")
    await put(store, whole)
    taken = await store.attach("pieces", "node-1")
    for start in range(0, len(pieces), 7):
        await put(store, pieces[start : start + 7], attached=taken)

    first, second = await store.open("whole"), await store.open("pieces")

    for name in ("utterances", "cues", "nudges", "stages", "feedback"):
        rows = [
            [{k: v for k, v in row.items() if k not in {"id", "call_id"}} for row in rows]
            for rows in (getattr(first, name), getattr(second, name))
        ]
        assert rows[0] == rows[1], name
