"""The store of the settings, for commands."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from assist.cli.options import settings
from assist.settings.keeping import data_directory
from assist.store.commands import Actor
from assist.store.opening import open_store
from assist.store.store import Store

T = TypeVar("T")


def place() -> tuple[str, Path]:
    """Return the address of the store, and the data directory."""
    found = settings()
    return found.store.url, data_directory(found.serve.data)


def with_store(work: Callable[[Store], Awaitable[T]], *, upgrading: bool = False) -> T:
    """Open the store, also beside a running service, and do something with it.

    Args:
        work: what.
        upgrading: see `open_store`.

    Raises:
        StoreError: there is none, or it refused.
    """
    url, data = place()

    async def run() -> T:
        store = await open_store(url, data, upgrading=upgrading)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


def operator() -> Actor:
    """Return who sits at the terminal, for the audit."""
    try:
        return Actor(f"terminal:{getpass.getuser()}", "admin")
    except (KeyError, OSError):  # a container may not know its own user
        return Actor("terminal", "admin")
