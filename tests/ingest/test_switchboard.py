import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from assist.errors import AssistError, CapacityError
from assist.events import CallEnded, CallStarted, Event, Fault, NudgeDismissed, Tick
from assist.ingest.items import End, Start
from assist.ingest.switchboard import Switchboard
from tests.ingest.sound import Clock, compose, pieces

START = Start("call-0001", agent="anna", source="test")


class House:
    """A switchboard that beats, and what it told."""

    def __init__(self, *, most: int = 10) -> None:
        self.clock = Clock()
        self.opened: list[str] = []
        self.closed: list[str] = []
        self.events: list[Event] = []
        self.broken = ""
        """The call whose events nobody can take."""
        self.news = asyncio.Event()
        self.board = Switchboard(
            compose,
            opened=lambda start: self.opened.append(start.call_id),
            publish=self._take,
            closed=self._closed,
            clock=self.clock,
            most=most,
        )

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                self.news.clear()
                await self.news.wait()

    def _take(self, event: Event, decided: float) -> None:
        if event.call_id == self.broken:
            raise ValueError("broken")
        self.events.append(event)
        self.news.set()

    def _closed(self, call_id: str) -> None:
        self.closed.append(call_id)
        self.news.set()


@asynccontextmanager
async def house(*, most: int = 10) -> AsyncIterator[House]:
    here = House(most=most)
    beating = asyncio.create_task(here.board.run())
    try:
        yield here
    finally:
        beating.cancel()
        here.board.close()


def ignore(event: Event) -> None:
    """Take an event and do nothing."""


def test_a_call_is_opened_heard_and_closed() -> None:
    async def run() -> None:
        async with house() as here:
            followed: list[Event] = []
            line = here.board.open(START, followed.append)
            line.put([*pieces(0, 2_000), End("hangup")])
            await here.until(lambda: here.closed)

            assert here.opened == here.closed == ["call-0001"]
            assert isinstance(here.events[0], CallStarted)
            assert isinstance(here.events[-1], CallEnded)
            assert followed == here.events
            assert len(here.board) == 0

    asyncio.run(run())


def test_a_second_connection_joins_the_call() -> None:
    async def run() -> None:
        async with house() as here:
            first = here.board.open(START, ignore)
            second = here.board.open(START, ignore)

            assert first is second
            assert here.opened == ["call-0001"]
            with pytest.raises(AssistError, match="other channels"):
                here.board.open(Start("call-0001", source="test", channels=("agent",)), ignore)
            with pytest.raises(AssistError, match="another source"):
                here.board.open(Start("call-0001", source="twilio"), ignore)

    asyncio.run(run())


def test_a_call_whose_source_does_not_come_back_ends_as_lost() -> None:
    async def run() -> None:
        async with house() as here:
            line = here.board.open(START, ignore)
            line.put(pieces(0, 1_000))
            line.leave(ignore, now=here.clock.now, patience_ms=10_000)
            here.clock.now += 9_999
            await here.until(lambda: any(isinstance(event, Tick) for event in here.events))
            still = here.board.line("call-0001")
            here.clock.now += 1
            await here.until(lambda: here.closed)

            assert still is line
            assert here.events[-1] == CallEnded(
                seq=here.events[-1].seq, call_id="call-0001", at=1_000, reason="lost"
            )

    asyncio.run(run())


def test_a_source_that_comes_back_in_time_keeps_its_call() -> None:
    async def run() -> None:
        async with house() as here:
            line = here.board.open(START, ignore)
            line.leave(ignore, now=here.clock.now, patience_ms=10_000)
            here.clock.now += 5_000
            here.board.open(START, ignore)
            here.clock.now += 50_000
            line.put(pieces(0, 1_000))
            await here.until(lambda: any(isinstance(event, Tick) for event in here.events))

            assert here.closed == []

    asyncio.run(run())


def test_there_are_so_many_calls_and_no_more() -> None:
    async def run() -> None:
        async with house(most=1) as here:
            here.board.open(START, ignore)

            with pytest.raises(CapacityError, match="as many as may be"):
                here.board.open(Start("call-0002"), ignore)
            assert here.board.refused == 1

    asyncio.run(run())


def test_while_it_drains_it_takes_no_new_call_but_keeps_the_old() -> None:
    async def run() -> None:
        async with house() as here:
            here.board.open(START, ignore)
            here.board.draining = True

            assert here.board.open(START, ignore)
            with pytest.raises(CapacityError, match="about to stop"):
                here.board.open(Start("call-0002"), ignore)

    asyncio.run(run())


def test_a_command_reaches_its_call_alone() -> None:
    async def run() -> None:
        async with house() as here:
            here.board.open(START, ignore)
            told = NudgeDismissed(at=0, id="n1")

            assert here.board.tell("call-0001", told)
            assert not here.board.tell("call-0002", told)
            await here.until(
                lambda: any(isinstance(event, NudgeDismissed) for event in here.events)
            )

    asyncio.run(run())


def test_a_mistake_about_one_call_keeps_no_other_back() -> None:
    async def run() -> None:
        async with house() as here:
            here.broken = "call-0001"
            here.board.open(START, ignore)
            here.board.open(Start("call-0002"), ignore)
            here.board._workers.submit(lambda: None).result(10)  # the loop takes both at once
            await here.until(lambda: here.events)

            assert {event.call_id for event in here.events} == {"call-0002"}

    asyncio.run(run())


def test_trouble_of_the_machine_is_told_to_all_calls() -> None:
    async def run() -> None:
        async with house() as here:
            here.board.open(START, ignore)
            here.board.open(Start("call-0002"), ignore)
            here.board.tell_all(Fault(at=0, code="behind", text="Words come late."))
            await here.until(
                lambda: sum(isinstance(e, Fault) and e.code == "behind" for e in here.events) == 2
            )
            here.board.end("stopped")
            await here.until(lambda: len(here.closed) == 2)

    asyncio.run(run())


def test_a_second_source_of_a_conversation_has_a_call_of_its_own() -> None:
    async def run() -> None:
        async with house() as here:
            one, two = replace(START, spare="session-1"), replace(START, spare="session-2")
            first, second = here.board.open(one, ignore), here.board.open(two, ignore)
            for line in (first, second):
                line.put([End("hangup")])
            await here.until(lambda: len(here.closed) == 2)

            assert here.opened == ["call-0001", "session-2"]
            assert second.start.call_id == "session-2"

    asyncio.run(run())


def test_a_session_is_carried_by_one_connection() -> None:
    async def run() -> None:
        async with house() as here:
            for session in ("session-1", "session-2"):
                here.board.open(replace(START, spare=session), ignore)

            with pytest.raises(CapacityError, match="session"):
                here.board.open(replace(START, spare="session-2"), ignore)

    asyncio.run(run())


def test_the_running_calls_of_a_workplace_are_known_by_name() -> None:
    async def run() -> None:
        async with house() as here:
            here.board.open(START, ignore)
            here.board.open(replace(START, call_id="call-0002", agent="bert"), ignore)

            assert here.board.calls_of("anna") == {"call-0001"}

    asyncio.run(run())
