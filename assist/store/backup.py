"""Copy a store while it is used, and bring a copy back without what was erased since."""

import asyncio
from pathlib import Path

from assist.errors import StoreError
from assist.store.clock import Clock, wall_clock
from assist.store.commands import SERVICE, Hold
from assist.store.erasures import digest, remembered
from assist.store.limits import Limits
from assist.store.opening import copy, damage, open_store
from assist.store.place import ERASED, Place, find
from assist.store.reading import MOST
from assist.store.store import Store

ELSEWHERE = "is a PostgreSQL database: back it up with PostgreSQL's own tools"


def backup(place: Place, to: Path) -> int:
    """Copy the store as it stands in this moment; return the size of the copy in bytes.

    Raises:
        StoreError: there is none, it is no file, or the copy cannot be written there.
    """
    file = _file(place)
    if not file.is_file():
        raise StoreError(f"no calls are stored in {file.parent}")
    if to.exists():
        raise StoreError(f"{to} is there already")
    if to.resolve().is_relative_to(place.data.resolve()):
        raise StoreError("a backup belongs outside of the data directory, best on another disk")
    copy(file, to)
    if wrong := damage(to):
        raise StoreError(f"the backup {to} is damaged: {wrong}")
    return to.stat().st_size


async def restore(
    url: str, data: Path, copied: Path, limits: Limits, *, clock: Clock = wall_clock
) -> int:
    """Put a backup in the place of the store; return how many erased calls it still held.

    Nobody sees it before what was erased since, and what is too old, is gone from it.

    Args:
        url: of the store; a file.
        data: its data directory.
        copied: the backup; it stays as it is.
        limits: the ages.
        clock: of the store.

    Raises:
        StoreError: the service runs, or the backup cannot be read.
    """
    place = find(url, data)
    file = _file(place)
    fresh = await asyncio.to_thread(_fresh, place, copied)
    store = await open_store(f"sqlite:///{fresh}", data, upgrading=True, clock=clock)
    try:
        count = await _without_erased(store, remembered(data / ERASED))
        await store.purge(limits, thorough=True)
        await store.close(locked=True)
        _unlink(place)
        fresh.replace(file)  # without a log: it was cut
    finally:
        await store.close()
        _unlink(find(f"sqlite:///{fresh}", data))
    return count


def _fresh(place: Place, copied: Path) -> Path:
    """Copy the backup to where the store stands, under another name."""
    if not copied.is_file():
        raise StoreError(f"there is no backup {copied}")
    if wrong := damage(copied):
        raise StoreError(f"the backup {copied} is damaged: {wrong}")
    place.prepare()
    file = _file(place)
    fresh = file.with_name(f"{file.name}.restored")
    _unlink(find(f"sqlite:///{fresh}", place.data))
    copy(copied, fresh)
    return fresh


async def _without_erased(store: Store, digests: set[str]) -> int:
    """Erase what was erased before; no later hold can have been meant for it."""
    calls = [call for call in await _all(store) if digest(call) in digests]
    for call in calls:
        await store.record(Hold(call_id=call, on=False), SERVICE)
    if calls:
        await store.erase(calls, SERVICE, reason="restore")
    await store.refuse(digests)
    return len(calls)


async def _all(store: Store) -> list[str]:
    found: list[str] = []
    page = await store.calls(limit=MOST)
    while True:
        found += [row["id"] for row in page.rows]
        if not page.after:
            return found
        page = await store.calls(limit=MOST, after=page.after)


def _file(place: Place) -> Path:
    if place.file is None:
        raise StoreError(f"{place.url.database or 'the store'} {ELSEWHERE}")
    return place.file


def _unlink(place: Place) -> None:
    for path in place.files():
        path.unlink()
