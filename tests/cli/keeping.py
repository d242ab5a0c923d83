"""A data directory with calls, for tests of the commands that look after them."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from assist.errors import StoreError
from assist.store.clock import Clock, wall_clock
from assist.store.commands import Person
from assist.store.opening import open_store
from assist.store.store import Store
from tests.store.told import ADMIN, ended, final, put, started


def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name a data directory in the settings, and no other settings."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("ASSIST_SERVE__DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def fill(data: Path, *calls: str, person: str = "", clock: Clock = wall_clock) -> None:
    """Store finished calls in which somebody says the call's own name."""

    async def stored() -> None:
        store = await open_store("", data, upgrading=True, durable=False, clock=clock)
        for call in calls:
            await put(store, [started(call), final(2, f"hello {call}", call=call), ended(3, call)])
            if person:
                who = Person(call_id=call, channel="customer", reference=person)
                await store.record(who, ADMIN)
        await store.close()

    asyncio.run(stored())


def kept(data: Path) -> list[str]:
    """Return the calls that are stored."""

    async def listed() -> list[str]:
        store = await open_store("", data)
        page = await store.calls()
        await store.close()
        return sorted(row["id"] for row in page.rows)

    return asyncio.run(listed())


def run(command: click.Command, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(command, list(words), input=typed)


def refusal(command: click.Command, *words: str) -> str:
    """Return the one sentence with which a command ends."""
    error = run(command, *words).exception
    assert isinstance(error, StoreError), error
    return str(error)


def on_store(data: Path, work: Callable[[Store], object]) -> None:
    """Do something with the store of a directory."""

    async def done() -> None:
        store = await open_store("", data)
        result = work(store)
        if asyncio.iscoroutine(result):
            await result
        await store.close()

    asyncio.run(done())
