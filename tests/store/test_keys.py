"""The keys of recordings: one a call, wrapped; who destroys it has erased the sound."""

import os
import stat
from pathlib import Path

import pytest

from assist.core.consent import Consents
from assist.errors import StoreError
from assist.events import CHANNELS
from assist.store import keys
from assist.store.commands import ConsentMoved
from assist.store.limits import DAY, Limits
from assist.store.spans import Span
from assist.store.store import Store
from tests.store.conftest import FakeClock
from tests.store.told import ADMIN, ended, put, started

pytestmark = pytest.mark.anyio

GRANTED = Consents({(channel, "record"): "granted" for channel in CHANNELS})


@pytest.fixture
def master(tmp_path: Path) -> Path:
    file = tmp_path / "master.key"
    keys.make(file)
    return file


def test_a_new_master_key_is_the_owners_alone_and_replaces_none(master: Path) -> None:
    assert len(master.read_bytes()) == keys.KEY
    assert stat.S_IMODE(master.stat().st_mode) == 0o600
    with pytest.raises(StoreError, match="cannot be written"):
        keys.make(master)


def test_a_master_key_that_is_missing_or_shared_or_short_is_refused(master: Path) -> None:
    with pytest.raises(StoreError, match="assist store key"):
        keys.load(master.with_name("none"))
    master.chmod(0o640)
    with pytest.raises(StoreError, match="chmod 600"):
        keys.load(master)
    master.chmod(0o600)
    master.write_bytes(b"short")
    with pytest.raises(StoreError, match="no key of 32 bytes"):
        keys.load(master)


def test_a_key_is_wrapped_for_its_call_by_its_master_alone() -> None:
    one, other = keys.Master(os.urandom(32)), keys.Master(os.urandom(32))
    key = os.urandom(32)
    wrapped = one.wrap(key, "c1")

    assert one.unwrap(wrapped, "c1") == key
    assert one.id != other.id
    for master, call in ((one, "c2"), (other, "c1")):
        with pytest.raises(StoreError, match="another key"):
            master.unwrap(wrapped, call)


async def test_a_call_has_one_key_and_no_two_calls_the_same(store: Store, master: Path) -> None:
    store.unlock(str(master))
    for call in ("c1", "c2"):
        await store.attach(call, "node-1", consents=GRANTED)

    first = await store.new_sound_key("c1")

    assert first == await store.new_sound_key("c1") == await store.sound_key("c1")
    assert first != await store.new_sound_key("c2")


async def test_without_a_master_or_a_call_there_is_no_key(store: Store, master: Path) -> None:
    await store.attach("c1", "node-1", consents=GRANTED)

    assert await store.new_sound_key("c1") is None
    store.unlock(str(master))
    assert await store.new_sound_key("nobody") is None
    assert await store.sound_key("c1") is None


def bytes_of(directory: Path) -> bytes:
    return b"".join(file.read_bytes() for file in directory.rglob("*") if file.is_file())


async def test_erasing_a_call_destroys_its_key(store: Store, data: Path, master: Path) -> None:
    store.unlock(str(master))
    await store.attach("c1", "node-1", consents=GRANTED)
    await store.new_sound_key("c1")
    async with store._engines.read() as connection:
        wrapped = bytes(
            (await connection.exec_driver_sql("SELECT wrapped FROM sound_keys")).scalar_one()
        )

    assert store.place.file is None or bytes_of(data).count(wrapped)
    erased = await store.erase(["c1"], ADMIN)

    assert erased.left == ""
    assert await store.sound_key("c1") is None
    assert bytes_of(data).count(wrapped) == 0


async def test_who_takes_consent_back_destroys_it_too(store: Store, master: Path) -> None:
    store.unlock(str(master))
    await store.attach("c1", "node-1", consents=GRANTED)
    await store.new_sound_key("c1")

    moved = ConsentMoved(
        call_id="c1", channel="customer", purpose="record", state="withdrawn", basis="spoken"
    )
    await store.record(moved, ADMIN)

    assert await store.sound_key("c1") is None


async def test_a_key_does_not_outlive_its_recordings(
    store: Store, master: Path, clock: FakeClock
) -> None:
    store.unlock(str(master))
    taken = await store.attach("c1", "node-1", consents=GRANTED)
    await store.new_sound_key("c1")
    assert await store.begin_span(Span("c1", 0, "recordings/a.sealed", key_id="m"))
    await put(store, [started(), ended(2)], attached=taken)
    clock.now += 15 * DAY

    await store.purge(Limits())

    assert await store.sound_key("c1") is None
