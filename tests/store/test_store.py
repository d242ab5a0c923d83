"""What is acknowledged is there, on both databases."""

import asyncio
from pathlib import Path

import pytest

from assist.events import encode
from assist.replay import check
from assist.store.batches import Committed
from assist.store.store import Store
from tests.store.conftest import FakeClock
from tests.store.told import numbers, put, started, ticks, upset, written

pytestmark = pytest.mark.anyio


async def test_a_call_comes_back_byte_for_byte(store: Store) -> None:
    events = upset()

    answer = await put(store, events)

    assert answer == Committed("c1", 1, len(events), {})
    assert await store.log("c1") == b"".join(encode(event) + b"\n" for event in events)
    assert await store.read("c1") == events


async def test_only_what_came_after_a_number_is_read(store: Store) -> None:
    taken = await store.attach("c1", "node-1")
    await put(store, [started(), *ticks(2, 5)], attached=taken)
    await put(store, ticks(6, 9), attached=taken)

    assert numbers(await store.read("c1", since=3)) == [4, 5, 6, 7, 8, 9]
    assert numbers(await store.read("nothing")) == []


async def test_the_tables_tell_what_the_events_tell(store: Store, clock: FakeClock) -> None:
    events = upset()
    await put(store, events)

    call = await store.open("c1")

    assert call.call["language"] == "en"
    assert (call.call["ended_at"], call.call["end_reason"]) == (clock.now, "hangup")
    assert call.utterances[0]["text"].startswith("my router has been broken")
    assert {row["cue"] for row in call.cues} >= {"venting"}
    assert call.nudges
    assert [row["verdict"] for row in call.feedback] == ["helpful"]
    assert b"router" not in b"".join(bytes(row["evidence"]) for row in call.cues)


async def test_a_stored_log_replays_without_drift(store: Store, tmp_path: Path) -> None:
    events = upset()
    taken = await store.attach("c1", "node-1")
    for start in range(0, len(events), 11):
        await put(store, events[start : start + 11], attached=taken)

    log = written(tmp_path / "log.jsonl", await store.log("c1"))

    assert await asyncio.to_thread(check, log) is None
