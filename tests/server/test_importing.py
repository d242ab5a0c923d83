"""Recordings become stored calls: several at a time, none twice."""

import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from assist.core.consent import initial
from assist.errors import AudioError, StoreError
from assist.events import CallEnded, Event, Fault
from assist.server.importing import Import, Order, Tally, consents, name, recordings
from assist.settings.keeping import Consent
from assist.store.opening import open_store
from assist.store.store import Store
from assist.store.trouble import StoreFullError
from tests.evaluate.reviewed import rough
from tests.store.told import ADMIN, ended, put, started, written

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store("", tmp_path / "data", upgrading=True, durable=False)
    yield opened
    await opened.close()


def play(path: Path, call_id: str) -> tuple[int, Iterator[Event]]:
    """Run a recording that holds one of the demo's calls, or none where its name says so."""
    if "bad" in path.name:
        raise AudioError(f"{path} is no recording that can be read.")
    return 60_000, iter(call(call_id))


def call(call_id: str) -> list[Event]:
    """Return the log of one of the demo's calls under another id."""
    return [replace(event, call_id=call_id) for event in rough()]


def order(jobs: int = 1, team: str = "") -> Order:
    agreed = initial(("assist", "transcript", "review"))
    return Order(play=play, consents=agreed, basis="contract", actor=ADMIN, team=team, jobs=jobs)


class Heard:
    """Keep what an import told."""

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.troubles: list[str] = []
        self.done: list[float] = []

    def tell(self, text: str, trouble: bool) -> None:
        (self.troubles if trouble else self.sentences).append(text)

    def advance(self, done: float) -> None:
        self.done.append(done)


async def imported(
    store: Store, files: list[Path], *, told: Heard | None = None, by: Order | None = None
) -> Tally:
    heard = told or Heard()
    one = Import(store, by or order(), tell=heard.tell, advance=heard.advance)
    return await one.run(files)


def sound(folder: Path, *names: str) -> list[Path]:
    return [written(folder / one, one.encode()) for one in names]


async def stored(store: Store) -> list[str]:
    return sorted(row["id"] for row in (await store.calls()).rows)


# ---- which files ---------------------------------------------------------------------------------


async def test_folders_are_searched_to_their_bottom_for_sound(tmp_path: Path) -> None:
    one, two, _ = sound(tmp_path / "calls", "b.wav", "2025/05/a.MP3", "2025/notes.txt")

    assert recordings([tmp_path / "calls"]) == [one, two]


async def test_a_file_that_is_named_twice_is_one(tmp_path: Path) -> None:
    (one,) = sound(tmp_path, "a.wav")

    assert recordings([one, tmp_path, tmp_path / "." / "a.wav"]) == [tmp_path / "." / "a.wav"]


async def test_a_folder_without_recordings_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="holds no recording"):
        recordings([tmp_path])


async def test_the_same_sound_is_the_same_call_whatever_its_file_is_called(tmp_path: Path) -> None:
    one, other = written(tmp_path / "a.wav", b"sound"), written(tmp_path / "b.wav", b"sound")

    assert name(one) == name(other)
    assert name(one) != name(written(tmp_path / "c.wav", b"other sound"))


# ---- whose words may be kept ---------------------------------------------------------------------


async def test_without_a_reason_no_words_are_stored() -> None:
    with pytest.raises(StoreError, match="--basis"):
        consents(Consent(), "")


async def test_a_reason_for_these_recordings_goes_before_the_settings() -> None:
    stated = Consent(basis="works agreement", announced=("assist",))

    assert consents(stated, "").of("agent", "transcript") == "unknown"
    assert consents(stated, "contract").of("agent", "transcript") == "informed"
    assert not consents(stated, "contract").may("record")


# ---- storing -------------------------------------------------------------------------------------


async def test_each_recording_becomes_a_call_with_its_words(store: Store, tmp_path: Path) -> None:
    files = sound(tmp_path, "a.wav", "b.wav")

    tally = await imported(store, files, by=order(team="north"))

    assert (tally.stored, tally.there, tally.failed) == (2, 0, 0)
    assert await stored(store) == sorted(map(name, files))
    call = await store.open(name(files[0]))
    assert call.call["team"] == "north"
    assert call.utterances
    assert {row["state"] for row in call.consents} == {"informed"}


async def test_what_was_stored_comes_out_as_it_was_played(store: Store, tmp_path: Path) -> None:
    (file,) = sound(tmp_path, "a.wav")

    await imported(store, [file])

    assert await store.read(name(file)) == call(name(file))


async def test_a_second_import_goes_on_where_the_first_ended(store: Store, tmp_path: Path) -> None:
    files = sound(tmp_path, "a.wav", "b.wav", "c.wav")
    await imported(store, files[:2])

    tally = await imported(store, files)

    assert (tally.stored, tally.there) == (1, 2)


async def test_the_same_sound_in_two_files_is_stored_once(store: Store, tmp_path: Path) -> None:
    files = [written(tmp_path / f"{n}.wav", b"sound") for n in range(4)]

    tally = await imported(store, files, by=order(jobs=3))

    assert (tally.stored, tally.there) == (1, 3)


async def test_a_bad_file_is_told_once_and_the_rest_goes_on(store: Store, tmp_path: Path) -> None:
    files = sound(tmp_path, "bad.wav", "good.wav")
    told = Heard()

    tally = await imported(store, [tmp_path / "none.wav", *files], told=told)

    assert (tally.stored, tally.failed) == (1, 2)
    assert told.troubles == [
        f"{tmp_path / 'none.wav'} cannot be read: No such file or directory.",
        f"{files[0]} is no recording that can be read.",
    ]
    assert told.done[-1] == 3


async def test_a_decoder_that_raises_what_it_likes_is_one_bad_file(
    store: Store, tmp_path: Path
) -> None:
    def strange(path: Path, call_id: str) -> tuple[int, Iterator[Event]]:
        raise ZeroDivisionError

    told = Heard()
    by = Order(play=strange, consents=initial(()), basis="contract", actor=ADMIN)

    await imported(store, sound(tmp_path, "a.wav"), told=told, by=by)

    assert told.troubles == [f"{tmp_path / 'a.wav'} cannot be run (ZeroDivisionError)."]


async def test_a_call_whose_words_could_not_be_heard_is_not_stored(
    store: Store, tmp_path: Path
) -> None:
    def deaf(path: Path, call_id: str) -> tuple[int, Iterator[Event]]:
        fault = Fault(seq=2, call_id=call_id, at=0, code="recogniser_failed", text="No memory.")
        return 0, iter([started(call_id), fault, ended(3, call_id)])

    told = Heard()
    by = Order(play=deaf, consents=initial(()), basis="contract", actor=ADMIN)

    tally = await imported(store, sound(tmp_path, "a.wav"), told=told, by=by)

    assert tally.failed == 1
    assert told.troubles == [f"{tmp_path / 'a.wav'}: No memory."]
    assert await stored(store) == []


async def test_where_a_recording_breaks_off_is_told_with_its_file_and_stored_without(
    store: Store, tmp_path: Path
) -> None:
    (file,) = sound(tmp_path, "anna.wav")

    def cut(path: Path, call_id: str) -> tuple[int, Iterator[Event]]:
        text = f"{path}: the recording breaks off at 0:01."
        fault = Fault(seq=2, call_id=call_id, at=0, code="audio_broken", text=text)
        return 0, iter([started(call_id), fault, ended(3, call_id)])

    told = Heard()
    by = Order(play=cut, consents=initial(()), basis="contract", actor=ADMIN)

    await imported(store, [file], told=told, by=by)

    assert told.troubles == [f"{file}: the recording breaks off at 0:01."]
    faults = [one for one in await store.read(name(file)) if isinstance(one, Fault)]
    assert [one.text for one in faults] == ["the recording breaks off at 0:01."]


async def test_an_import_that_was_cut_off_is_stored_under_a_new_id(
    store: Store, tmp_path: Path
) -> None:
    (file,) = sound(tmp_path, "a.wav")
    lost = CallEnded(seq=2, call_id=name(file), at=1000, reason="lost")
    await put(store, [started(name(file)), lost])

    first, second = await imported(store, [file]), await imported(store, [file])

    assert (first.stored, second.there) == (1, 1)
    assert first.call == second.call == f"{name(file)}-2"
    assert await stored(store) == [name(file), f"{name(file)}-2"]


async def test_an_erased_call_does_not_come_back(store: Store, tmp_path: Path) -> None:
    (file,) = sound(tmp_path, "a.wav")
    await imported(store, [file])
    await store.erase([name(file)], ADMIN)
    told = Heard()

    tally = await imported(store, [file], told=told)

    assert tally.failed == 1
    assert told.troubles == [f"{file}: call {name(file)} was erased"]


async def test_recordings_run_at_the_same_time(store: Store, tmp_path: Path) -> None:
    together = threading.Barrier(2, timeout=10)

    def meeting(path: Path, call_id: str) -> tuple[int, Iterator[Event]]:
        together.wait()
        return play(path, call_id)

    by = Order(play=meeting, consents=initial(()), basis="contract", actor=ADMIN, jobs=2)

    assert (await imported(store, sound(tmp_path, "a.wav", "b.wav"), by=by)).stored == 2


async def test_a_full_disk_ends_the_import(tmp_path: Path, store: Store) -> None:
    def full(path: Path, call_id: str) -> tuple[int, Iterator[Event]]:
        raise StoreFullError("the disk is full")

    by = Order(play=full, consents=initial(()), basis="contract", actor=ADMIN, jobs=2)

    with pytest.raises(StoreFullError, match="the disk is full"):
        await imported(store, sound(tmp_path, "a.wav", "b.wav", "c.wav"), by=by)


async def test_the_audit_says_that_a_call_was_imported_and_why(
    store: Store, tmp_path: Path
) -> None:
    await imported(store, sound(tmp_path, "a.wav"))

    found = b"".join(file.read_bytes() for file in store.place.files())
    assert b"import.call" in found
    assert b"contract" in found
