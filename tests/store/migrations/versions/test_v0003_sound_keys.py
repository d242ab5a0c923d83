"""The key of a call's recordings goes with its call."""

import pytest
from sqlalchemy import delete, func, insert, select

from assist.store.store import Store
from assist.store.tables import CALLS, SOUND_KEYS
from tests.store.told import ended, put, started

pytestmark = pytest.mark.anyio


async def test_no_key_outlives_its_call(store: Store) -> None:
    await put(store, [started(), ended(2)])

    async with store._engines.write() as connection:
        key = {"call_id": "c1", "master": "m", "wrapped": b"key"}
        await connection.execute(insert(SOUND_KEYS).values(**key))
        await connection.execute(delete(CALLS))

        left = (await connection.execute(select(func.count()).select_from(SOUND_KEYS))).scalar()
    assert left == 0
