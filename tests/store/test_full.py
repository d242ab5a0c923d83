"""A disk that is full stops nothing for good and damages nothing."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from assist.events import Event
from assist.store.opening import open_store
from assist.store.reserve import NAME, take
from assist.store.writer import Pace, Trouble, Writer
from tests.store.told import ADMIN, final, numbers, started

pytestmark = pytest.mark.anyio

SIZE = 8 << 20
DEADLINE_S = 30


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", str(place)]
    if os.name != "posix" or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def long(first: int, count: int) -> list[Event]:
    """Return utterances of about 2 kB each."""
    return [final(seq, f"word{seq} " * 25) for seq in range(first, first + count)]


async def test_what_finds_no_room_is_stored_as_soon_as_there_is_some(disk: Path) -> None:
    (disk / "other").write_bytes(b"x" * (3 << 20))
    store = await open_store("", disk / "data", upgrading=True)
    full, well = asyncio.Event(), asyncio.Event()
    said: list[tuple[Trouble, bool]] = []

    def trouble(code: Trouble, active: bool) -> None:
        said.append((code, active))
        if code == "storage_full":
            (full if active else well).set()

    writer = Writer(store, trouble=trouble, pace=Pace(commit_ms=5, retry_ms=20))
    writer.start()
    await writer.attach("c1", "node-1")
    writer.put("c1", [started()])
    last = 1
    while not full.is_set():
        writer.put("c1", long(last + 1, 20))
        last += 20
        await writer_rests(writer, full)
    (disk / "other").unlink()
    await asyncio.wait_for(well.wait(), DEADLINE_S)
    await asyncio.wait_for(writer.settle(), DEADLINE_S)
    await writer.close()

    assert said == [("storage_full", True), ("storage_full", False)]
    assert writer.lost == 0
    assert numbers(await store.read("c1")) == list(range(1, last + 1))
    assert [finding for finding in await store.check() if finding.text] == []
    await store.close()


async def writer_rests(writer: Writer, full: asyncio.Event) -> None:
    """Wait until all is stored, or nothing more fits."""
    waits = [asyncio.ensure_future(writer.settle()), asyncio.ensure_future(full.wait())]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED, timeout=DEADLINE_S)
    for one in waits:
        one.cancel()


async def test_a_call_can_be_erased_from_a_full_disk(disk: Path) -> None:
    data = disk / "data"
    store = await open_store("", data, upgrading=True)
    attached = await store.attach("c1", "node-1")
    assert take(data, 3 << 20)
    fill(disk)

    erased = await store.erase(["c1"], ADMIN)

    assert attached.epoch == 1
    assert erased.rows == {"calls": 1}
    assert NAME not in os.listdir(data)
    await store.close()


def fill(disk: Path) -> None:
    """Write until nothing more fits."""
    with (disk / "other").open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(b"x" * 4096)
        except OSError:
            return
