"""Runs the session of any door over a WebSocket; what it costs the loop is handing over."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from starlette.websockets import WebSocket, WebSocketDisconnect

from assist.errors import AssistError, CapacityError
from assist.events import Event
from assist.ingest.items import Audio, Close, Gap, Item, Send, Start
from assist.ingest.session import Session, Unacceptable
from assist.ingest.switchboard import Line, Switchboard

logger = logging.getLogger("assist.door")

WAIT_S = 0.1
"""A session is asked so often what time brings."""
ROOM_S = 5.0
"""A source that can send again is kept waiting so long at most for the call to catch up."""
OUTGOING = 256
"""Messages that may wait for a source; more than a few means that it reads nothing."""
FAREWELL_S = 2.0
TOO_LONG, NO_TEXT, FULL, BROKEN_BY_US, TOO_SLOW = 1009, 1003, 1013, 1011, 4408


@dataclass(frozen=True, slots=True)
class Manner:
    """How a door deals with its sources."""

    name: str
    resends: bool = False
    """Whether a source keeps what was not acknowledged: it is kept waiting rather than cut."""
    patience_ms: int = 10_000
    """After a lost connection the call waits so long for another."""
    subprotocol: str | None = None


@runtime_checkable
class Polite(Protocol):
    """A session that says in its own words that there is no room."""

    def busy(self, text: str, retry_after: float) -> Iterable[Item]:
        """Yield what tells the source to come again later."""
        ...


class Socket:
    """One connection of a source.

    Args:
        websocket: not yet accepted.
        session: that speaks the source's protocol.
        board: where calls are opened.
        manner: of the door.
        clock: the machine's own, in milliseconds.
        joined: is told of the line when the session's call was opened or joined.
    """

    def __init__(
        self,
        websocket: WebSocket,
        session: Session,
        board: Switchboard,
        manner: Manner,
        *,
        clock: Callable[[], int],
        joined: Callable[[Line], None] = lambda line: None,
    ) -> None:
        self._websocket = websocket
        self._session = session
        self._board = board
        self._manner = manner
        self._clock = clock
        self._joined = joined
        self._line: Line | None = None
        self._outgoing: asyncio.Queue[str | bytes] = asyncio.Queue(OUTGOING)
        self._code: int | None = None
        self._over = asyncio.Event()

    async def serve(self) -> None:
        """Serve the source until it goes or is sent away."""
        await self._websocket.accept(self._manner.subprotocol)
        tasks = [
            asyncio.create_task(work)
            for work in (self._receive(), self._send(), self._wait(), self._over.wait())
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._leave()
        if self._code is not None:
            await self._say_farewell(self._code)

    async def _receive(self) -> None:
        try:
            while self._code is None:
                message = await self._websocket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                await self._room()
                self._take(self._hear(message.get("text"), message.get("bytes")))
        except (WebSocketDisconnect, RuntimeError):  # the latter: it said goodbye meanwhile
            return

    async def _room(self) -> None:
        """Wait until the call has room, if the source can wait."""
        waited = 0.0
        while self._manner.resends and self._line and not self._line.has_room:
            await asyncio.sleep(0.02)
            waited += 0.02
            if waited >= ROOM_S:
                self._take(self._refusal("The service is behind; come again."))
                return

    def _hear(self, text: str | None, data: bytes | None) -> Iterator[Item]:
        """Yield what the session makes of a message; all that it raises comes from here."""
        session, now = self._session, self._clock()
        if text is not None and len(text) <= session.LONGEST_TEXT:
            yield from session.text(text, now)
        elif data is not None and len(data) <= session.LONGEST_BINARY:
            yield from session.binary(data, now)
        elif self._code is None:
            self._end(TOO_LONG, "too long")

    async def _send(self) -> None:
        try:
            while True:
                data = await self._outgoing.get()
                await self._write(data)
        except (WebSocketDisconnect, RuntimeError):
            return

    async def _write(self, data: str | bytes) -> None:
        if isinstance(data, str):
            await self._websocket.send_text(data)
        else:
            await self._websocket.send_bytes(data)

    async def _wait(self) -> None:
        while True:
            await asyncio.sleep(WAIT_S)
            self._take(self._pass_time())

    def _pass_time(self) -> Iterator[Item]:
        yield from self._session.wait(self._clock())

    # ---- items ---------------------------------------------------------------------------------

    def _take(self, items: Iterable[Item]) -> None:
        """Do what a session yields; one that is broken off closes its socket."""
        work: list[Item] = []
        try:
            for item in items:
                if isinstance(item, Start):
                    self._open(item)
                elif isinstance(item, Send):
                    self._put(item.data)
                elif isinstance(item, Close):
                    self._end(item.code, item.reason)
                else:
                    work.append(item)
        except CapacityError as error:
            self._take(self._refusal(str(error)))
        except Unacceptable as error:
            self._end(error.code, str(error))
        except AssistError as error:
            self._end(FULL, str(error))
        except Exception as error:  # a mistake of ours must not disturb the other calls
            logger.error(
                "door_failure", extra={"source": self._manner.name, "code": type(error).__name__}
            )
            self._end(BROKEN_BY_US, "a mistake of ours")
        if work and self._line is not None and not self._line.put(work):
            self._line.put([_unheard(item) for item in work])

    def _open(self, start: Start) -> None:
        if self._line is None:
            self._line = self._board.open(start, self._follow)
            self._joined(self._line)

    def _follow(self, event: Event) -> None:
        self._take(self._tell(event))

    def _tell(self, event: Event) -> Iterator[Item]:
        yield from self._session.told(event)

    def _put(self, data: str | bytes) -> None:
        if self._outgoing.full():
            self._end(TOO_SLOW, "reads nothing")
        else:
            self._outgoing.put_nowait(data)

    def _refusal(self, text: str) -> Iterable[Item]:
        if isinstance(self._session, Polite):
            return self._session.busy(text, 5.0)
        return (Close(FULL, text),)

    def _end(self, code: int, reason: str) -> None:
        if self._code is None:
            self._code = code
            facts = {"source": self._manner.name, "code": code, "reason": reason}
            logger.info("door_closed", extra=facts)
            self._over.set()

    def _leave(self) -> None:
        line, now = self._line, self._clock()
        if line is None:
            return
        work = [item for item in self._session.lost(now) if not isinstance(item, Send | Close)]
        if work:
            line.put(work)
        line.leave(self._follow, now=now, patience_ms=self._manner.patience_ms)

    async def _say_farewell(self, code: int) -> None:
        """Send what is still to be said, then close."""
        try:
            async with asyncio.timeout(FAREWELL_S):
                while not self._outgoing.empty():
                    await self._write(self._outgoing.get_nowait())
                await self._websocket.close(code)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            return  # it reads nothing any more, or is gone already


def _unheard(item: Item) -> Item:
    """Return silence in place of sound for which there was no room."""
    if isinstance(item, Audio):
        return Gap(item.channel, len(item.pcm) * 1000 // item.rate, "behind")
    return item
