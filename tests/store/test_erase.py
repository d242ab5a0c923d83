"""What is erased leaves no byte, and does not come back."""

from pathlib import Path

import pytest
from sqlalchemy import insert

from assist.errors import StoreError
from assist.store.batches import Fenced
from assist.store.commands import Hold, Note, Person
from assist.store.erase import unlink
from assist.store.erasures import digest, remembered
from assist.store.opening import open_store
from assist.store.store import Store
from assist.store.tables import AUDIO_SPANS
from tests.store.postgres import Server
from tests.store.told import ADMIN, REVIEWER, ended, final, put, started, ticks

pytestmark = pytest.mark.anyio

MARKER = "xylophonquast"


def holders(directory: Path, marker: str = MARKER) -> list[str]:
    """Return the files anywhere beneath a directory that hold a word."""
    files = (file for file in directory.rglob("*") if file.is_file())
    return [file.name for file in files if marker.encode() in file.read_bytes()]


async def forty(store: Store, data: Path) -> None:
    """Store forty calls; one of them says the marker, in words, a note and a recording."""
    for number in range(40):
        call = f"c{number}"
        said = MARKER if number == 17 else "wardrobe"
        events = [final(n, f"the {said} number {n}", call=call) for n in range(2, 40)]
        await put(store, [started(call), *events, ended(40, call)])
    await store.record(Note(call_id="c17", id="1", text=f"a {MARKER} again"), REVIEWER)
    (data / "sound.ogg").write_text(MARKER)
    span = {"call_id": "c17", "start": 0, "end": 9, "location": "sound.ogg"}
    rest = {"layout": "agent,customer", "sha256": "", "key_id": ""}
    async with store._engines.write() as connection:
        await connection.execute(insert(AUDIO_SPANS).values(**span, **rest))


async def test_no_byte_of_an_erased_call_is_left(
    store: Store, url: str, data: Path, request: pytest.FixtureRequest
) -> None:
    await forty(store, data)
    server: Server | None = request.getfixturevalue("postgres") if url else None
    everywhere = server.directory / "data" if server else data
    if server:
        async with store._engines.plain() as connection:
            await connection.exec_driver_sql("ANALYZE")  # as PostgreSQL does by itself at times
            await connection.exec_driver_sql("CHECKPOINT")
    assert holders(everywhere)

    erased = await store.erase(["c17"], ADMIN, reason="asked")

    assert erased.left == ""
    assert erased.rows == {"files": 1, "events": 1, "utterances": 38, "notes": 1, "calls": 1}
    assert holders(everywhere) + holders(data) == []
    assert len((await store.search("wardrobe", limit=100)).rows) == 100
    assert [finding for finding in await store.check() if finding.text] == []


async def test_in_a_long_log_no_byte_is_left_either(data: Path) -> None:
    store = await open_store("", data, upgrading=True)
    taken = await store.attach("c1", "node-1")
    await put(store, [started(), final(2, f"the {MARKER}")], attached=taken)
    for first in range(3, 3000, 300):
        await put(store, ticks(first, first + 299), attached=taken)

    await store.erase(["c1"], ADMIN)

    assert holders(data) == []
    await store.close()


async def test_an_erased_call_takes_no_event_and_is_not_taken_up_again(store: Store) -> None:
    taken = await store.attach("c1", "node-1")
    await put(store, [started()], attached=taken)

    await store.erase(["c1"], ADMIN)

    assert await put(store, ticks(2, 3), attached=taken) == Fenced("c1", 1)
    with pytest.raises(StoreError, match="c1 was erased"):
        await store.attach("c1", "node-1")


async def test_what_a_law_holds_is_not_erased(store: Store, data: Path) -> None:
    await put(store, [started()])
    await store.record(Hold(call_id="c1", on=True), ADMIN)

    with pytest.raises(StoreError, match="held by law"):
        await store.erase(["c1"], ADMIN)
    assert remembered(data / "erased.txt") == set()
    await store.record(Hold(call_id="c1", on=False), ADMIN)
    await store.erase(["c1"], ADMIN)

    assert remembered(data / "erased.txt") == {digest("c1")}


async def test_the_calls_of_a_person_are_found_by_the_operators_own_name(
    store: Store, data: Path
) -> None:
    for call in ("c1", "c2", "c3"):
        await put(store, [started(call)])
    for call in ("c1", "c3"):
        person = Person(call_id=call, channel="customer", reference="CRM-4711")
        await store.record(person, ADMIN)

    assert await store.calls_of("CRM-4711") == ["c1", "c3"]
    assert await store.calls_of("CRM-4712") == []
    assert holders(data, "CRM-4711") == []


async def test_a_copy_that_a_migration_left_goes_with_the_call(store: Store, data: Path) -> None:
    (data / "before-0002.db").write_text(MARKER)
    await put(store, [started()])

    await store.erase(["c1"], ADMIN)

    assert holders(data) == []


def test_no_file_outside_of_the_data_directory_is_removed(tmp_path: Path) -> None:
    outside = tmp_path / "precious"
    outside.touch()
    (tmp_path / "data").mkdir()

    assert not unlink(tmp_path / "data", "../precious")
    assert not unlink(tmp_path / "data", str(outside))
    assert outside.exists()
