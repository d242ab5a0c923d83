"""What may be seen, and what a call is looked for by."""

import pytest

from assist.errors import StoreError
from assist.store.reading import Filters, Reach
from assist.store.store import Store
from tests.store.told import put, started, upset

pytestmark = pytest.mark.anyio


async def test_a_call_out_of_reach_looks_like_one_that_is_not_there(store: Store) -> None:
    await put(store, [started(agent="desk-1")])

    with pytest.raises(StoreError, match="there is no call c1"):
        await store.open("c1", Reach(agents=["desk-2"]))
    assert (await store.open("c1", Reach(agents=["desk-1"]))).call["agent"] == "desk-1"


async def test_an_opened_call_stands_in_its_own_order(store: Store) -> None:
    await put(store, upset())

    call = await store.open("c1")

    for rows, key in ((call.utterances, "start"), (call.cues, "at"), (call.nudges, "at")):
        assert [row[key] for row in rows] == sorted(row[key] for row in rows)


async def test_no_filter_is_no_condition() -> None:
    assert Filters().conditions() == []
    assert len(Filters(cue="rude", since=5).conditions()) == 2


async def test_a_page_holds_at_least_one_and_not_too_many(store: Store) -> None:
    for number in range(3):
        await put(store, [started(f"c{number}")])

    assert len((await store.calls(limit=-5)).rows) == 1
    assert len((await store.calls(limit=10**9)).rows) == 3
