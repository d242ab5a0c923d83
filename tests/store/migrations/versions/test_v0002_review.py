"""What is said after calls, and to whom they are assigned, goes with its call."""

import pytest

from assist.store.commands import Assigned, Card
from assist.store.store import Store
from tests.store.told import ADMIN, REVIEWER, ended, put, started

pytestmark = pytest.mark.anyio


async def test_they_are_gone_with_their_call(store: Store) -> None:
    await put(store, [started(), ended(2)])
    await store.record(Card(call_id="c1", request="refund", sort="both"), REVIEWER)
    await store.record(Assigned(call_id="c1", reviewer="rita"), ADMIN)

    erased = await store.erase(["c1"], ADMIN)

    assert (erased.rows["cards"], erased.rows["assignments"]) == (1, 1)
    assert await store.assigned(["c1"]) == {}
