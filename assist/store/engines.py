"""The connections to the database: a writer, some readers, and what each is told first."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, NullPool, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from assist.errors import StoreError
from assist.store.place import Place
from assist.store.trouble import translated

READERS = 2
BUSY_MS = 5_000
"""So long does SQLite wait for another process."""
WAL_LIMIT = 64 * 1024 * 1024
POSTGRES = {"lock_timeout": "1000", "idle_in_transaction_session_timeout": "2000"}
"""A node that stands still within its transaction must not keep a call from its successor."""
ANSWER_S = 5
CONNECT_S = 2
PLAIN = {"plain": True}
"""An execution option: no transaction is begun."""

# Its debug lines would hold every word that is stored.
logging.getLogger("aiosqlite").setLevel(logging.INFO)


class Engines:
    """Hand out connections of a place.

    Args:
        place: where the database stands.
        durable: whether a commit must outlast a power failure; else it outlasts a crash alone.
        busy_ms: how long SQLite waits for another process, or for readers.
    """

    def __init__(self, place: Place, *, durable: bool = True, busy_ms: int = BUSY_MS) -> None:
        self.is_sqlite = place.file is not None
        self._place = place
        if self.is_sqlite:
            self._writer = _sqlite(
                place, _writing(durable), begin="BEGIN IMMEDIATE", size=1, busy_ms=busy_ms
            )
            reading = ("PRAGMA query_only = ON",)
            self._readers = _sqlite(place, reading, begin="BEGIN", size=READERS, busy_ms=busy_ms)
        else:
            self._writer = _postgres(place)
            self._readers = _postgres(place, isolation_level="REPEATABLE READ")

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that commits when the block ends well.

        Raises:
            StoreError: the database refused; see `translated`.
        """
        with translated():
            async with self._writer.begin() as connection:
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that only reads; one state of the database throughout.

        Raises:
            StoreError: the database refused; see `translated`.
        """
        with translated():
            async with self._readers.connect() as connection:
                yield connection

    @asynccontextmanager
    async def plain(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection without a transaction and without a time limit, to tidy up.

        Raises:
            StoreError: the database refused; see `translated`.
        """
        if self.is_sqlite:
            with translated():
                async with self._writer.connect() as connection:
                    yield await connection.execution_options(**PLAIN)
            return
        engine = create_async_engine(
            self._place.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True
        )
        with translated():
            async with engine.connect() as connection:
                yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self._readers.dispose()
        await self._writer.dispose()


def _writing(durable: bool) -> Sequence[str]:
    """Return what the writer is told; the order matters: auto_vacuum before the first page."""
    return (
        "PRAGMA auto_vacuum = INCREMENTAL",
        "PRAGMA journal_mode = WAL",
        f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}",
        "PRAGMA fullfsync = ON",
        "PRAGMA secure_delete = ON",
        "PRAGMA foreign_keys = ON",
        f"PRAGMA journal_size_limit = {WAL_LIMIT}",
    )


def _sqlite(
    place: Place, settings: Sequence[str], *, begin: str, size: int, busy_ms: int
) -> AsyncEngine:
    """Make an engine whose transactions begin as told, and not as the driver thinks."""
    engine = create_async_engine(
        place.url,
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,
        # Every connection keeps text out of temporary files and out of mapped memory.
        connect_args={"isolation_level": None, "timeout": busy_ms / 1000},
    )
    every = ("PRAGMA temp_store = MEMORY", "PRAGMA mmap_size = 0")

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for statement in (*every, *settings):
            cursor.execute(statement)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("plain"):
            connection.exec_driver_sql(begin)

    return engine


def _postgres(place: Place, **options: Any) -> AsyncEngine:
    """Make an engine that never waits for long.

    Raises:
        StoreError: the driver is not installed.
    """
    try:
        return create_async_engine(
            place.url,
            pool_pre_ping=True,
            hide_parameters=True,
            **options,
            connect_args={
                "timeout": CONNECT_S,
                "command_timeout": ANSWER_S,
                "server_settings": POSTGRES,
            },
        )
    except ModuleNotFoundError as error:
        raise StoreError(
            "PostgreSQL needs its driver: pip install 'call-assist[postgres]'"
        ) from error
