"""Open a store: alone or beside the service, upgraded, and with what is damaged set aside."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from assist.errors import StoreError
from assist.store import reserve
from assist.store.clock import Clock, wall_clock
from assist.store.engines import Engines
from assist.store.lock import Lock
from assist.store.migrating import newest, revision, upgrade
from assist.store.place import Place, find
from assist.store.store import Store
from assist.store.trouble import StoreAwayError


async def open_store(
    url: str,
    data: Path,
    *,
    serving: bool = False,
    upgrading: bool = False,
    durable: bool = True,
    clock: Clock = wall_clock,
) -> Store:
    """Open the store of a data directory.

    Args:
        url: see `find`; empty = a SQLite file in the directory.
        data: the data directory.
        serving: hold the directory, make the file, upgrade it, and set a damaged one aside.
        upgrading: bring a PostgreSQL database to the newest tables.
        durable: whether a commit outlasts a power failure, too.
        clock: of the store.

    Raises:
        StoreError: another service holds it, there is none, or its tables are not the newest.
    """
    place = find(url, data)
    alone = serving or upgrading
    if alone:
        place.prepare()
    elif place.file is not None and not place.file.is_file():
        raise StoreError(f"no calls are stored in {place.file.parent}")
    lock = Lock(place.lock) if alone else None
    try:
        fault = await asyncio.to_thread(_set_aside, place, clock()) if serving else ""
        if serving:
            await asyncio.to_thread(reserve.take, data)
        engines = Engines(place, durable=durable)
        await _current(engines, place, may=upgrading or (alone and engines.is_sqlite))
    except BaseException:
        if lock is not None:
            lock.release()
        raise
    return Store(place, engines, clock=clock, lock=lock, fault=fault)


async def _current(engines: Engines, place: Place, *, may: bool) -> None:
    """Bring the tables to the newest revision, if that may be done here.

    Raises:
        StoreError: they are not the newest, and may not be touched here.
    """
    try:
        async with engines.read() as connection:
            found = await revision(connection)
        if found == newest():
            return
        if not may:
            raise StoreError("the tables of the store are not the newest: `assist store upgrade`")
        if place.file is not None and found:
            await asyncio.to_thread(copy, place.file, place.data / f"before-{newest()}.db")
        async with engines.write() as connection:
            await upgrade(connection)
    except BaseException:
        await engines.close()
        raise


def copy(file: Path, to: Path) -> None:
    """Copy a SQLite database, as it stands in one moment, while others write to it.

    Raises:
        StoreError: it cannot be read, or there is no room for the copy.
    """
    half = to.with_name(f"{to.name}.half")
    try:
        half.unlink(missing_ok=True)
        half.touch(mode=0o600)
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("VACUUM INTO ?", (str(half),))
        half.replace(to)
    except (OSError, sqlite3.Error) as error:
        half.unlink(missing_ok=True)
        raise StoreError(f"the store cannot be copied to {to}: {error}") from error


def damage(file: Path) -> str:
    """Return what is wrong with a SQLite file; empty = nothing.

    Raises:
        StoreAwayError: somebody else holds it.
    """
    try:
        with closing(sqlite3.connect(file)) as connection:
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError as error:
        raise StoreAwayError(f"{file} cannot be read: {error}") from error
    except sqlite3.DatabaseError as error:
        said = str(error)
    return "" if said == "ok" else said


def _set_aside(place: Place, now: int) -> str:
    """Move a damaged file out of the way, never delete it; return the sentence about it."""
    if place.file is None or not (wrong := damage(place.file)):
        return ""
    for path in place.files():
        path.rename(path.with_name(f"damaged-{now}-{path.name}"))
    place.prepare()
    return f"the stored calls were damaged ({wrong}) and set aside as damaged-{now}-*"
