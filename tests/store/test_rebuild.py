"""The tables can be made anew of the events."""

import pytest

from assist.store.commands import Note
from assist.store.store import Store
from tests.store.told import REVIEWER, put, upset

pytestmark = pytest.mark.anyio


async def test_the_tables_are_made_anew_of_the_events(store: Store) -> None:
    await put(store, upset())
    await store.record(Note(call_id="c1", id="1", text="well done"), REVIEWER)
    before = await store.open("c1")

    assert await store.rebuild() == 1

    after = await store.open("c1")
    assert [dict(row) | {"id": 0} for row in after.utterances] == [
        dict(row) | {"id": 0} for row in before.utterances
    ]
    assert (after.cues, after.nudges, after.notes) == (before.cues, before.nudges, before.notes)
