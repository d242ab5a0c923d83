import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from assist.core.consent import Consents, initial
from assist.events import CallEnded, CallStarted, Event, Fault, Tick
from assist.ingest.items import Start
from assist.server.keeper import Keeper, Told
from assist.store.limits import Limits
from assist.store.opening import open_store
from assist.store.store import Store

START = Start("call-0001", agent="anna", source="test")


class House:
    """A keeper with a real store, and what it told."""

    def __init__(self, store: Store, *, consents: Consents | None = None) -> None:
        self.stored: list[tuple[str, int]] = []
        self.faults: list[Fault] = []
        self.news = asyncio.Event()
        self.keeper = Keeper(
            store,
            Told(stored=self._take, fault=self.faults.append, lost=lambda call_id: None),
            team_of=lambda start: "blue",
            consents=consents or initial(("assist", "transcript")),
            limits=Limits(basis=True),
            commit_ms=20,
            every_s=60,
        )
        self.keeper.start()

    def _take(self, call_id: str, ms: int) -> None:
        self.stored.append((call_id, ms))
        self.news.set()

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                self.news.clear()
                await self.news.wait()


@asynccontextmanager
async def house(tmp_path: Path) -> AsyncIterator[tuple[House, Store]]:
    store = await open_store("", tmp_path, serving=True, durable=False)
    here = House(store)
    try:
        yield here, store
    finally:
        await here.keeper.close()


def events(*ats: int, first: int = 1) -> list[Event]:
    return [Tick(seq=first + i, call_id="call-0001", at=at) for i, at in enumerate(ats)]


STARTED = CallStarted(seq=1, call_id="call-0001", at=0, language="en", agent="anna")


def test_what_happens_is_stored_and_told_to_be(tmp_path: Path) -> None:
    async def run() -> None:
        async with house(tmp_path) as (here, store):
            memory = await here.keeper.recall(START)
            here.keeper.keep("call-0001", [STARTED], 0)
            here.keeper.keep("call-0001", events(500, 1_000, first=2), 800)
            await here.until(lambda: ("call-0001", 800) in here.stored)

            assert memory is None
            assert await store.read("call-0001") == [STARTED, *events(500, 1_000, first=2)]
            assert here.faults == []

    asyncio.run(run())


def test_what_comes_before_the_store_knows_the_call_waits_for_it(tmp_path: Path) -> None:
    async def run() -> None:
        async with house(tmp_path) as (here, store):
            recalling = asyncio.create_task(here.keeper.recall(START))
            await asyncio.sleep(0)
            here.keeper.keep("call-0001", [STARTED], 300)
            await recalling
            await here.until(lambda: here.stored)

            assert await store.read("call-0001") == [STARTED]

    asyncio.run(run())


def test_a_call_that_was_interrupted_is_remembered(tmp_path: Path) -> None:
    async def run() -> None:
        async with house(tmp_path) as (here, _):
            await here.keeper.recall(START)
            here.keeper.keep("call-0001", [STARTED, *events(500, 1_000, first=2)], 800)
            await here.until(lambda: here.stored)
        async with house(tmp_path) as (again, _):
            memory = await again.keeper.recall(START)

            assert memory is not None
            assert memory.at == 800
            assert list(memory.events) == [STARTED, *events(500, 1_000, first=2)]

    asyncio.run(run())


def test_a_call_that_ended_is_not_stored_again_and_runs_all_the_same(tmp_path: Path) -> None:
    async def run() -> None:
        async with house(tmp_path) as (here, store):
            await here.keeper.recall(START)
            here.keeper.keep("call-0001", [STARTED], 0)
            here.keeper.keep("call-0001", [CallEnded(seq=2, call_id="call-0001", at=9)], 9)
            await here.until(lambda: ("call-0001", 9) in here.stored)
            memory = await here.keeper.recall(START)
            here.keeper.keep("call-0001", [STARTED], 0)

            assert memory is None
            assert len(await store.read("call-0001")) == 2

    asyncio.run(run())


def test_it_says_how_much_waits(tmp_path: Path) -> None:
    async def run() -> None:
        async with house(tmp_path) as (here, _):
            await here.keeper.recall(START)
            here.keeper.keep("call-0001", [STARTED], 0)

            assert here.keeper.figures() == {"waiting": 1, "lost": 0}

    asyncio.run(run())
