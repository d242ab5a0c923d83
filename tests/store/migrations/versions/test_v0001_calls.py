"""The first tables: what only the database itself can promise."""

import pytest
from sqlalchemy import text

from assist.errors import StoreError
from assist.store.store import Store
from tests.store.told import final, put, started

pytestmark = pytest.mark.anyio


async def test_rows_of_a_call_cannot_stand_without_it(store: Store) -> None:
    row = "INSERT INTO stages (call_id, seq, at, stage, rule) VALUES ('c9', 1, 1, 'close', 'r')"
    with pytest.raises(StoreError):
        async with store._engines.write() as connection:
            await connection.execute(text(row))


async def test_the_full_text_follows_the_utterances(store: Store) -> None:
    await put(store, [started(), final(2, "first words")])
    changed = "UPDATE utterances SET folded = 'other words' WHERE utterance = 'u2'"
    async with store._engines.write() as connection:
        await connection.execute(text(changed))
    assert not (await store.search("first")).rows
    assert (await store.search("other")).rows

    async with store._engines.write() as connection:
        await connection.execute(text("DELETE FROM utterances"))
        if store.place.file is not None:
            check = "INSERT INTO utterances_text (utterances_text) VALUES ('integrity-check')"
            await connection.execute(text(check))
    assert not (await store.search("other")).rows
