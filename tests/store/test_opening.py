"""A store is opened alone, upgraded, and whatever is damaged is set aside."""

from pathlib import Path

import pytest

from assist.errors import StoreError
from assist.store.opening import copy, damage, open_store
from assist.store.reserve import NAME
from assist.store.trouble import StoreAwayError
from tests.store.conftest import FakeClock
from tests.store.postgres import Server
from tests.store.told import final, names, numbers, put, started, written

pytestmark = pytest.mark.anyio


async def test_a_service_makes_what_it_needs(data: Path) -> None:
    store = await open_store("", data, serving=True)
    await put(store, [started()])
    await store.close()

    assert names(data) == {"calls.db", "lock", NAME}
    assert store.fault == ""


async def test_a_second_service_is_refused(url: str, data: Path) -> None:
    store = await open_store(url, data, serving=True)

    with pytest.raises(StoreError, match="another service already runs"):
        await open_store(url, data, serving=True)

    await store.close()
    await (await open_store(url, data, serving=True)).close()


async def test_a_command_works_beside_the_service(url: str, data: Path) -> None:
    service = await open_store(url, data, serving=True)
    await put(service, [started(), final(2, "hello")])

    command = await open_store(url, data)

    assert numbers(await command.read("c1")) == [1, 2]
    await command.close()
    await service.close()


async def test_where_nothing_is_stored_a_command_says_so(data: Path) -> None:
    with pytest.raises(StoreError, match="no calls are stored in"):
        await open_store("", data)

    assert names(data.parent) == set()


@pytest.mark.parametrize(
    "damaged", [b"no database at all" * 100, b"SQLite format 3\0" + b"x" * 9000]
)
async def test_a_damaged_file_is_set_aside_and_the_service_starts(
    data: Path, clock: FakeClock, damaged: bytes
) -> None:
    written(data / "calls.db", damaged)

    store = await open_store("", data, serving=True, clock=clock)

    assert "set aside as damaged-1800000000000-*" in store.fault
    assert (data / f"damaged-{clock.now}-calls.db").read_bytes() == damaged
    await put(store, [started()])
    await store.close()


async def test_a_command_leaves_a_damaged_file_alone(data: Path) -> None:
    written(data / "calls.db", b"no database at all" * 100)

    with pytest.raises(StoreError, match="the database refused"):
        await open_store("", data)

    assert names(data) == {"calls.db"}


async def test_tables_of_an_older_version_want_an_upgrade(postgres: Server, data: Path) -> None:
    postgres.sql("CREATE DATABASE bare")
    url = postgres.url("bare")

    with pytest.raises(StoreError, match="assist store upgrade"):
        await open_store(url, data, serving=True)

    await (await open_store(url, data, upgrading=True)).close()
    await (await open_store(url, data, serving=True)).close()


async def test_a_server_that_is_not_there_is_one_sentence(data: Path) -> None:
    with pytest.raises(StoreAwayError, match="does not answer"):
        await open_store("postgresql://nobody@127.0.0.1:1/calls", data, serving=True)


async def test_a_copy_that_fails_leaves_nothing_behind(data: Path) -> None:
    store = await open_store("", data, upgrading=True)
    await store.close()

    with pytest.raises(StoreError, match="cannot be copied"):
        copy(data / "calls.db", data / "nowhere" / "copy.db")
    (data / "bad.db").write_bytes(b"no database" * 100)
    with pytest.raises(StoreError, match="cannot be copied"):
        copy(data / "bad.db", data / "copy.db")

    assert names(data) == {"bad.db", "calls.db", "lock"}


def test_a_file_that_cannot_be_opened_is_not_called_damaged(tmp_path: Path) -> None:
    with pytest.raises(StoreAwayError, match="cannot be read"):
        damage(tmp_path)
