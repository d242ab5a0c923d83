"""A backup is made while the service runs; what was erased since does not come back with it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from assist.errors import StoreError
from assist.events import encode
from assist.store.backup import backup, restore
from assist.store.commands import Hold
from assist.store.limits import DAY, Limits
from assist.store.opening import open_store
from assist.store.place import find
from assist.store.store import Store
from tests.store.conftest import FakeClock
from tests.store.test_erase import MARKER, holders
from tests.store.told import ADMIN, ended, final, names, numbers, put, started, upset

pytestmark = pytest.mark.anyio
KEEP = Limits(basis=True)


@pytest.fixture
def url() -> str:
    """The one kind of store that we back up ourselves."""
    return ""


async def test_a_call_comes_back_byte_for_byte(
    store: Store, data: Path, tmp_path: Path, clock: FakeClock
) -> None:
    events = upset()
    await put(store, events)
    await put(store, [started("open"), final(2, "still talking", call="open")])
    size = backup(store.place, tmp_path / "copy.db")  # while the store is in use
    await store.close()
    for name in names(data):
        (data / name).unlink()

    assert await restore("", data, tmp_path / "copy.db", KEEP, clock=clock) == 0

    again = await open_store("", data, serving=True, clock=clock)
    assert size > 0
    assert await again.log("c1") == b"".join(encode(event) + b"\n" for event in events)
    assert [row["call_id"] for row in (await again.search("router")).rows] == ["c1"]
    assert [finding for finding in await again.check() if finding.text] == []
    assert (await again.attach("open", "node-2")).epoch == 2
    await again.close()


async def test_what_was_erased_since_stays_erased(
    store: Store, data: Path, tmp_path: Path, clock: FakeClock
) -> None:
    for call, word in (("c1", MARKER), ("c2", "kept")):
        await put(store, [started(call), final(2, word, call=call), ended(3, call)])
    await store.record(Hold(call_id="c1", on=True), ADMIN)
    backup(store.place, tmp_path / "copy.db")
    await store.record(Hold(call_id="c1", on=False), ADMIN)
    await store.erase(["c1"], ADMIN)
    await store.close()

    assert await restore("", data, tmp_path / "copy.db", KEEP, clock=clock) == 1

    assert holders(data) == []
    again = await open_store("", data, clock=clock)
    assert [row["id"] for row in (await again.calls()).rows] == ["c2"]
    with pytest.raises(StoreError, match="was erased"):
        await again.attach("c1", "node-1")
    await again.close()


async def test_what_grew_too_old_meanwhile_does_not_come_back(
    store: Store, data: Path, tmp_path: Path, clock: FakeClock
) -> None:
    await put(store, [started(), final(2, MARKER), ended(3)])
    backup(store.place, tmp_path / "copy.db")
    await store.close()
    clock.now += 31 * DAY

    await restore("", data, tmp_path / "copy.db", KEEP, clock=clock)

    assert holders(data) == []


async def test_nothing_is_restored_under_a_running_service(data: Path, tmp_path: Path) -> None:
    service = await open_store("", data, serving=True)
    await put(service, [started()])
    backup(service.place, tmp_path / "copy.db")

    with pytest.raises(StoreError, match="another service already runs"):
        await restore("", data, tmp_path / "copy.db", KEEP)

    assert numbers(await service.read("c1")) == [1]
    await service.close()


async def test_a_backup_never_replaces_a_file_nor_stands_beside_what_it_saves(
    store: Store, data: Path, tmp_path: Path
) -> None:
    (tmp_path / "old.db").touch()

    with pytest.raises(StoreError, match="is there already"):
        backup(store.place, tmp_path / "old.db")
    with pytest.raises(StoreError, match="outside of the data directory"):
        backup(store.place, data / "copy.db")
    with pytest.raises(StoreError, match="no calls are stored"):
        backup(find("", tmp_path / "empty"), tmp_path / "copy.db")
    with pytest.raises(StoreError, match="PostgreSQL's own tools"):
        backup(find("postgresql://db/calls", data), tmp_path / "copy.db")


async def test_a_backup_that_is_none_is_one_sentence(data: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.db"
    bad.write_bytes(b"no database" * 100)

    with pytest.raises(StoreError, match="is damaged"):
        await restore("", data, bad, KEEP)
    with pytest.raises(StoreError, match="there is no backup"):
        await restore("", data, tmp_path / "nothing.db", KEEP)

    assert not (data / "calls.db").exists()


async def test_the_backup_stays_as_it_is(store: Store, data: Path, tmp_path: Path) -> None:
    await put(store, [started(), final(2, MARKER)])
    backup(store.place, tmp_path / "copy.db")
    await store.erase(["c1"], ADMIN)
    await store.close()
    before = (tmp_path / "copy.db").read_bytes()

    await restore("", data, tmp_path / "copy.db", KEEP)

    assert (tmp_path / "copy.db").read_bytes() == before
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copied:
        assert copied.execute("SELECT count(*) FROM calls").fetchone() == (1,)
