"""Every test of the store runs on SQLite and on a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from assist.store.opening import open_store
from assist.store.store import Store
from tests.store.postgres import Server, binaries
from tests.store.postgres import postgres as running

_numbers = count(1)


class FakeClock:
    """A wall clock that stands until it is told otherwise."""

    def __init__(self, now: int = 1_800_000_000_000) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose template database holds the tables already."""
    tools = binaries()
    if tools is None:
        pytest.skip("no PostgreSQL is installed")
    with running(tools) as server:
        server.sql("CREATE DATABASE tables")
        asyncio.run(_tables(server.url("tables"), tmp_path_factory.mktemp("tables")))
        yield server


async def _tables(url: str, data: Path) -> None:
    store = await open_store(url, data, upgrading=True)
    await store.close()


@pytest.fixture
def new_database(request: pytest.FixtureRequest) -> Callable[[], str]:
    """Makes an empty PostgreSQL database with tables, and returns its address."""
    server: Server = request.getfixturevalue("postgres")

    def make() -> str:
        name = f"calls{next(_numbers)}"
        server.sql(f"CREATE DATABASE {name} TEMPLATE tables")
        return server.url(name)

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of a store that nobody has used."""
    if request.param == "sqlite":
        return ""
    made: str = request.getfixturevalue("new_database")()
    return made


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
async def store(url: str, data: Path, clock: FakeClock) -> AsyncIterator[Store]:
    opened = await open_store(url, data, upgrading=True, durable=False, clock=clock)
    yield opened
    await opened.close()
