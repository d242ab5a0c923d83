import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import pytest
from starlette.websockets import WebSocket

from assist.events import CallEnded, Event
from assist.ingest.items import Audio, Close, End, Item, Mark, Pause, Send, Start
from assist.ingest.live import FULL_MS
from assist.ingest.session import Unacceptable
from assist.ingest.socket import OUTGOING, Manner, Socket
from assist.ingest.switchboard import Switchboard
from tests.ingest.sound import Clock, compose, pieces

PLAIN = Manner("test")
START = Start("call-0001", agent="anna", source="test")


class Wire:
    """A WebSocket whose other end is the test."""

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sent: list[str | bytes] = []
        self.accepted: str | None = "not yet"
        self.code: int | None = None
        self.reads = asyncio.Event()
        self.reads.set()

    async def accept(self, subprotocol: str | None = None) -> None:
        self.accepted = subprotocol

    async def receive(self) -> dict[str, Any]:
        return await self.incoming.get()

    async def send_text(self, data: str) -> None:
        await self.reads.wait()
        self.sent.append(data)

    async def send_bytes(self, data: bytes) -> None:
        await self.reads.wait()
        self.sent.append(data)

    async def close(self, code: int = 1000) -> None:
        self.code = code

    def say(self, text: str) -> None:
        self.incoming.put_nowait({"type": "websocket.receive", "text": text})

    def go(self) -> None:
        self.incoming.put_nowait({"type": "websocket.disconnect", "code": 1006})


class Scripted:
    """A session that yields what the script has for each text."""

    LONGEST_TEXT = 20
    LONGEST_BINARY = 20

    def __init__(self, **script: Callable[[], Iterator[Item]] | Sequence[Item]) -> None:
        self._script = script
        self.heard: list[Event] = []

    def text(self, data: str, now: int) -> Iterator[Item]:
        found = self._script[data]
        return found() if callable(found) else iter(found)

    def binary(self, data: bytes, now: int) -> Iterator[Item]:
        return iter(())

    def wait(self, now: int) -> Iterator[Item]:
        return iter(())

    def told(self, event: Event) -> Iterator[Item]:
        self.heard.append(event)
        if isinstance(event, CallEnded):
            yield Close(1000)

    def lost(self, now: int) -> Iterator[Item]:
        return iter((End("hangup"), Send("nobody reads this")))


class House:
    """A switchboard, and a socket that is served."""

    def __init__(self, session: Scripted, *, manner: Manner = PLAIN, most: int = 9) -> None:
        self.wire, self.session, self.clock = Wire(), session, Clock()
        self.events: list[Event] = []
        self.news = asyncio.Event()
        self.board = Switchboard(
            compose,
            opened=lambda start: None,
            publish=self._take,
            closed=lambda call_id: None,
            clock=self.clock,
            most=most,
        )
        self.socket = Socket(
            cast(WebSocket, self.wire), session, self.board, manner, clock=self.clock
        )

    def _take(self, event: Event, decided: float) -> None:
        self.events.append(event)
        self.news.set()

    async def serve(self, *said: str) -> None:
        """Serve until the socket is done; the test has said all before."""
        for text in said:
            self.wire.say(text)
        beating = asyncio.create_task(self.board.run())
        try:
            async with asyncio.timeout(10):
                await self.socket.serve()
        finally:
            beating.cancel()

    async def until(self, kind: type[Event]) -> None:
        async with asyncio.timeout(10):
            while not any(isinstance(event, kind) for event in self.events):
                self.news.clear()
                await self.news.wait()


def test_a_session_opens_a_call_answers_and_says_goodbye_when_it_is_over() -> None:
    async def run() -> None:
        house = House(Scripted(go=[START, Send("welcome"), *pieces(0, 500), End("hangup")]))
        await house.serve("go")

        assert house.wire.accepted is None
        assert house.wire.sent == ["welcome"]
        assert house.wire.code == 1000
        assert isinstance(house.events[-1], CallEnded)
        assert house.session.heard == house.events

    asyncio.run(run())


def refuse() -> Iterator[Item]:
    yield Send("sorry")
    raise Unacceptable(4400, "no")


def mistake() -> Iterator[Item]:
    yield Send("so far")
    raise KeyError("4111")


def at_once() -> Iterator[Item]:
    raise Unacceptable(1007, "no")


@pytest.mark.parametrize(
    ("script", "code"), [(refuse, 4400), (mistake, 1011), (at_once, 1007), ([Close(4410)], 4410)]
)
def test_a_session_that_refuses_or_fails_closes_its_socket(
    script: Any, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        house = House(Scripted(go=script))
        await house.serve("go")

        assert house.wire.code == code
        assert "4111" not in caplog.text

    asyncio.run(run())


def test_what_is_too_long_is_not_even_looked_at() -> None:
    async def run() -> None:
        house = House(Scripted())
        await house.serve("x" * 21)

        assert house.wire.code == 1009

    asyncio.run(run())


def test_a_lost_connection_tells_the_call_and_sends_nothing() -> None:
    async def run() -> None:
        house = House(Scripted(go=[START, *pieces(0, 500)]))
        house.wire.say("go")
        house.wire.go()
        await house.serve()
        beating = asyncio.create_task(house.board.run())
        await house.until(CallEnded)
        beating.cancel()

        assert house.wire.sent == []
        assert house.wire.code is None
        assert house.events[-1].reason == "hangup"  # type: ignore[attr-defined]  # it is the end

    asyncio.run(run())


def test_without_room_a_source_is_told_to_come_later() -> None:
    async def run() -> None:
        house = House(Scripted(go=[START]), most=0)
        await house.serve("go")

        assert house.wire.code == 1013

    asyncio.run(run())


def test_who_reads_nothing_is_sent_away() -> None:
    async def run() -> None:
        house = House(Scripted(go=[Send("word")] * (OUTGOING + 2)))
        house.wire.reads.clear()
        asyncio.get_running_loop().call_later(0.2, house.wire.reads.set)
        await house.serve("go")

        assert house.wire.code == 4408

    asyncio.run(run())


def test_sound_for_which_there_is_no_room_becomes_a_gap() -> None:
    async def run() -> None:
        house = House(Scripted(go=[START], more=[*pieces(0, FULL_MS), Pause("x")]))
        house.board.call_for = lambda live: None  # type: ignore[method-assign]  # it is stuck
        house.wire.say("go")
        house.wire.say("more")
        house.wire.go()
        await house.serve()
        (line,) = house.board._lines.values()
        waiting = list(line._live._inbox)

        assert not any(isinstance(item, Audio) for item in waiting)
        assert sum(getattr(item, "ms", 0) for item in waiting) == 2 * FULL_MS
        assert Pause("x") in waiting

    asyncio.run(run())


def test_a_source_that_can_send_again_is_kept_waiting_instead() -> None:
    async def run() -> None:
        manner = Manner("test", resends=True)
        sound = [item for piece in pieces(0, FULL_MS // 2) for item in (piece, Mark(1))]
        house = House(Scripted(go=[START], half=sound, end=[End("hangup")]), manner=manner)
        await house.serve("go", "half", "half", "half", "end")

        assert house.wire.code == 1000
        assert house.events[-1].at == 3 * FULL_MS // 2

    asyncio.run(run())
