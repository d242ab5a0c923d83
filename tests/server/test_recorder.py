"""Live calls on the disk: what is recorded, when, and what becomes of it."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assist.audio.files import Recording as Played
from assist.audio.peaks import duration
from assist.audio.recorded import PEAKS, beside
from assist.audio.sealed import SEALED, Sealed
from assist.core.audio import STEP_MS, samples
from assist.core.consent import Consents
from assist.core.redaction import Silence
from assist.errors import StoreError
from assist.events import CHANNELS, Fault
from assist.ingest.items import Start
from assist.ingest.tape import Tape
from assist.server.recorder import BEHIND, TROUBLE, Recorder
from assist.settings.recording import Recording
from assist.speech.scheduler import Scheduler
from assist.speech.scripted import ScriptedRecogniser, ScriptedVad, coded, say, spans
from assist.store import erase
from assist.store.commands import Actor, ConsentMoved
from assist.store.keys import load, make
from assist.store.opening import open_store
from assist.store.spans import Span
from assist.store.store import Store
from tests.server.running import running, send

GRANTED = Consents({(channel, "record"): "granted" for channel in CHANNELS})
ADMIN = Actor("u-admin", "admin")
CALL = "call-0001"


class House:
    """A recorder with a real store, a call, and what the call was told."""

    def __init__(self, store: Store, data: Path, key_file: str = "") -> None:
        self.store = store
        self.data = data
        self.faults: list[Fault] = []
        self.recorder = Recorder(
            store,
            Recording(enabled=True, key_file=key_file),
            tell=lambda _, fault: self.faults.append(fault),
            again_s=0,
        )
        self.tape = Tape(lambda part: None)

    async def open(self, consents: Consents = GRANTED) -> None:
        await self.store.attach(CALL, "node", consents=consents)
        self.tape = self.recorder.open(Start(CALL, agent="anna", source="test"))
        await self.recorder.look()

    def hear(self, start: int, end: int, *secrets: Silence, certain: int | None = None) -> None:
        """Let the call go on, from one time to another."""
        for at in range(start, end, STEP_MS):
            time = np.arange(samples(at), samples(at + STEP_MS)) / 16_000
            tone = (8_000 * np.sin(2 * np.pi * 440 * time)).astype(np.int16)
            self.tape.take(at, {"agent": tone, "customer": tone // 2})
        self.tape.advance(end if certain is None else certain, secrets)

    async def end(self, at: int) -> list[Span]:
        """End the call, and return what was recorded."""
        self.tape.advance(at, last=True)
        await self.recorder.close()
        return await self.store.spans(CALL)

    async def until(self, condition: Callable[[], Awaitable[object]]) -> None:
        async with asyncio.timeout(20):
            while not await condition():
                await asyncio.to_thread(lambda: None)

    def files(self) -> list[Path]:
        return sorted((self.data / "recordings").glob("*"))


@asynccontextmanager
async def house(tmp_path: Path, key_file: str = "") -> AsyncIterator[House]:
    store = await open_store("", tmp_path, serving=True, durable=False)
    here = House(store, tmp_path, key_file)
    try:
        yield here
    finally:
        await here.recorder.close()
        await store.close()


def loud(path: Path, ms: int) -> int:
    """Return how loud the agent is at a time of a recording."""
    steps = list(Played(path).steps())
    return int(np.abs(steps[ms // STEP_MS]["agent"]).max())


def test_a_call_is_recorded_with_its_peaks(tmp_path: Path) -> None:
    async def run() -> None:
        async with house(tmp_path) as here:
            await here.open()
            here.hear(0, 5_000)
            (span,) = await here.end(5_000)

            path = tmp_path / span.location
            assert (span.start, span.end, len(span.sha256)) == (0, 5_000, 64)
            assert CALL not in span.location
            assert 20 * len(list(Played(path).steps())) == pytest.approx(5_000, abs=40)
            assert duration(beside(path).stat().st_size) == 5_000
            assert here.faults == []

    asyncio.run(run())


def test_with_a_master_key_the_sound_is_sealed_and_gone_with_its_key(tmp_path: Path) -> None:
    key_file = tmp_path / "master.key"
    make(key_file)

    async def run() -> None:
        async with house(tmp_path / "data", str(key_file)) as here:
            await here.open()
            here.hear(0, 3_000)
            (span,) = await here.end(3_000)

            path = here.data / span.location
            sealed = path.read_bytes()
            assert (path.suffix, span.key_id) == (SEALED, load(key_file).id)
            assert span.sha256 == hashlib.sha256(sealed).hexdigest()
            assert b"Ogg" not in sealed
            assert duration(beside(path).stat().st_size) == 3_000
            key = await here.store.sound_key(CALL)
            assert key is not None
            plain = tmp_path / "opened.ogg"
            plain.write_bytes(b"".join(Sealed(path, key).read()))
            assert loud(plain, 2_000) > 4_000

            await here.store.erase([CALL], ADMIN)
            assert await here.store.sound_key(CALL) is None
            assert here.files() == []

    asyncio.run(run())


def test_a_master_key_that_cannot_be_read_is_told_before_any_call(tmp_path: Path) -> None:
    async def run() -> None:
        store = await open_store("", tmp_path, serving=True, durable=False)
        with pytest.raises(StoreError, match="assist store key"):
            Recorder(store, Recording(key_file=str(tmp_path / "none")), tell=lambda *_: None)
        await store.close()

    asyncio.run(run())


def test_one_looks_at_the_consents_at_a_time(tmp_path: Path) -> None:
    async def run() -> None:
        async with house(tmp_path) as here:
            await here.open()
            ask, asking = here.store.recordable, [0]

            async def recordable(calls: Collection[str]) -> set[str]:
                asking.append(asking[-1] + 1)
                allowed = await ask(calls)
                asking.append(asking[-1] - 1)
                return allowed

            here.store.recordable = recordable  # type: ignore[method-assign]  # to watch it
            await asyncio.gather(here.recorder.look(), here.recorder.look())

            assert asking == [0, 1, 0, 1, 0]

    asyncio.run(run())


def test_without_consent_no_file_is_made(tmp_path: Path) -> None:
    async def run() -> None:
        async with house(tmp_path) as here:
            await here.open(Consents({("agent", "record"): "granted"}))
            here.hear(0, 5_000)

            assert await here.end(5_000) == []
            assert here.files() == []

    asyncio.run(run())


def test_it_begins_when_the_second_side_has_granted_it(tmp_path: Path) -> None:
    async def run() -> None:
        async with house(tmp_path) as here:
            states: Any = {("agent", "record"): "granted", ("customer", "record"): "informed"}
            await here.open(Consents(states))
            here.hear(0, 2_000)
            await here.store.record(moved("granted"), ADMIN)
            await here.recorder.look()
            here.hear(2_000, 5_000)

            assert [(span.start, span.end) for span in await here.end(5_000)] == [(2_000, 5_000)]

    asyncio.run(run())


def test_taking_consent_back_ends_it_and_leaves_nothing(tmp_path: Path) -> None:
    async def run() -> None:
        async with house(tmp_path) as here:
            await here.open()
            here.hear(0, 2_000)
            await here.until(lambda: here.store.spans(CALL))
            await here.store.record(moved("withdrawn"), ADMIN)
            here.hear(2_000, 3_000)
            await here.recorder.look()
            here.hear(3_000, 4_000)

            assert await here.end(4_000) == []
            assert here.files() == []

    asyncio.run(run())


def moved(state: Any) -> ConsentMoved:
    return ConsentMoved(
        call_id=CALL, channel="customer", purpose="record", state=state, basis="spoken"
    )


def test_an_erased_call_leaves_nothing_though_it_goes_on(tmp_path: Path) -> None:
    async def run() -> None:
        async with house(tmp_path) as here:
            await here.open()
            here.hear(0, 2_000)
            await here.until(lambda: here.store.spans(CALL))
            await here.store.erase([CALL], ADMIN, reason="asked")
            here.hear(2_000, 3_000)

            assert await here.end(3_000) == []
            assert here.files() == []

    asyncio.run(run())


def test_after_a_jump_of_the_clock_a_new_span_begins(tmp_path: Path) -> None:
    async def run() -> None:
        async with house(tmp_path) as here:
            await here.open()
            here.hear(0, 2_000)
            here.hear(60_000, 63_000)
            spans = await here.end(63_000)

            assert [(span.start, span.end) for span in spans] == [(0, 2_000), (60_000, 63_000)]
            assert len(here.files()) == 4

    asyncio.run(run())


def test_a_secret_is_silent_in_the_file(tmp_path: Path) -> None:
    async def run() -> None:
        async with house(tmp_path) as here:
            await here.open()
            here.hear(0, 4_000, Silence("customer", 1_000, 3_000))
            (span,) = await here.end(4_000)

            path = tmp_path / span.location
            assert loud(path, 500) > 4_000
            assert loud(path, 2_000) < 50
            assert beside(path).read_bytes()[40:120] == bytes(80)

    asyncio.run(run())


def test_a_file_with_a_secret_that_was_known_too_late_goes(tmp_path: Path) -> None:
    async def run() -> None:
        async with house(tmp_path) as here:
            await here.open()
            here.hear(0, 2_000)
            here.hear(2_000, 3_000, Silence("customer", 1_000, 1_500), certain=2_000)
            here.hear(3_000, 5_000)
            spans = await here.end(5_000)

            assert [(span.start, span.end) for span in spans] == [(2_000, 5_000)]
            assert len(here.files()) == 2

    asyncio.run(run())


def test_sound_that_was_lost_is_told_once(tmp_path: Path) -> None:
    async def run() -> None:
        async with house(tmp_path) as here:
            await here.open()
            here.hear(0, 130_000, certain=0)
            await here.end(0)

            assert here.faults == [BEHIND]

    asyncio.run(run())


def test_where_nothing_can_be_written_the_call_is_told_and_it_is_tried_again(
    tmp_path: Path,
) -> None:
    async def run() -> None:
        async with house(tmp_path) as here:
            await here.open()
            wall = tmp_path / "recordings"
            wall.write_text("a file where the directory should be")
            here.hear(0, 1_000)
            await here.until(told(here, 1))
            wall.unlink()
            here.hear(1_000, 2_000)
            spans = await here.end(2_000)

            assert [(span.start, span.end) for span in spans] == [(1_000, 2_000)]
            assert [(one.code, one.active) for one in here.faults] == [
                (TROUBLE.code, True),
                (TROUBLE.code, False),
            ]

    asyncio.run(run())


def told(here: House, count: int) -> Callable[[], Awaitable[bool]]:
    async def is_told() -> bool:
        return len(here.faults) >= count

    return is_told


def test_a_call_that_the_store_does_not_know_is_not_recorded(tmp_path: Path) -> None:
    async def run() -> None:
        async with house(tmp_path) as here:
            here.tape = here.recorder.open(Start(CALL, agent="anna", source="test"))
            here.tape.on = True
            here.hear(0, 2_000)

            assert await here.end(2_000) == []
            assert here.files() == []

    asyncio.run(run())


@pytest.mark.parametrize("granted", [True, False])
def test_the_service_records_whom_it_may(tmp_path: Path, granted: bool) -> None:
    words = say("no we can never do that for you", start=1_000)
    sound: Any = {"agent": coded(0, 6_000), "customer": coded(0, 6_000)}

    async def prepared() -> Store:
        store = await open_store("", tmp_path, serving=True, durable=False)
        await store.attach(CALL, "before", consents=GRANTED if granted else None)
        return store

    with (
        Scheduler(ScriptedRecogniser(words)) as scheduler,
        running(
            scheduler=scheduler,
            vad=ScriptedVad(spans(words), ()),
            opening=prepared,
            recording=Recording(enabled=True),
        ) as here,
    ):
        asyncio.run(send(here, CALL, sound, speed=4))
        here.until_ended(CALL)

    kept = asyncio.run(spans_in(tmp_path))
    assert [(span.start, span.end) for span in kept] == [(0, 6_000)] * granted
    assert [file.suffix for file in sorted((tmp_path).glob("recordings/*"))] == [
        ".ogg",
        ".peaks",
    ] * granted


async def spans_in(data: Path) -> list[Span]:
    store = await open_store("", data, durable=False)
    found = await store.spans(CALL)
    await store.close()
    return found


def test_the_store_erases_the_file_that_is_written_beside() -> None:
    assert erase.PEAKS == PEAKS
