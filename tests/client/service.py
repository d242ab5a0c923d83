"""A small service for the client's tests: the real door of our own protocol, and a network at will.

It keeps what it hears instead of understanding it, and can cut connections, fall silent, refuse
upgrades and die, on command.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterable
from http import HTTPStatus

import numpy as np
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from assist import protocol
from assist.core.audio import Samples
from assist.events import CallEnded, Channel, Event
from assist.ingest.items import Audio, Close, End, Gap, Item, Mark, Send
from assist.ingest.native import Admitted, NativeSession, Register
from assist.protocol import Hello, RefusedError

TOKEN = "token"
DEADLINE_S = 10.0


def now_ms() -> int:
    """Return the machine's own time."""
    return time.monotonic_ns() // 1_000_000


class Service:
    """One server, its calls, and what is to go wrong."""

    def __init__(self) -> None:
        self.register = Register()
        self.items: list[Item] = []
        self.tokens: set[str] = {TOKEN}
        self.connections = 0
        self.cut_after: list[int] = []
        """Break each connection after so many messages; those without a number stay."""
        self.silent = False
        """Say nothing at all."""
        self.refuse: list[HTTPStatus] = []
        """Answer the next upgrades with these."""
        self.url = ""
        self._server: Server | None = None
        self._sockets: dict[ServerConnection, NativeSession] = {}

    def sound(self, channel: Channel) -> Samples:
        """Return all sound of a channel so far."""
        pieces = [
            one.pcm for one in self.items if isinstance(one, Audio) and one.channel == channel
        ]
        return np.concatenate(pieces) if pieces else np.zeros(0, np.int16)

    def lost_ms(self, channel: Channel) -> int:
        """Return how much of a channel was declared lost."""
        gaps = (one for one in self.items if isinstance(one, Gap) and one.channel == channel)
        return sum(gap.ms for gap in gaps)

    async def tell(self, event: Event) -> None:
        """Let every connection know of an event of its call."""
        for socket, session in list(self._sockets.items()):
            await self._take(socket, session.told(event))

    async def break_all(self) -> None:
        """Break every connection without a word."""
        for socket in list(self._sockets):
            socket.transport.abort()

    # --- inside -----------------------------------------------------------------------------------

    async def start(self, port: int = 0) -> None:
        """Listen."""
        self._server = await serve(
            self._serve, "127.0.0.1", port, process_request=self._upgrade, compression=None
        )
        where = next(iter(self._server.sockets)).getsockname()
        self.url = f"ws://127.0.0.1:{where[1]}{protocol.PATH}"

    async def stop(self) -> None:
        """Listen no more."""
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    def _upgrade(self, socket: ServerConnection, request: Request) -> Response | None:
        return socket.respond(self.refuse.pop(0), "no\n") if self.refuse else None

    def _authorise(self, hello: Hello) -> Admitted:
        if hello.token not in self.tokens:
            raise RefusedError(protocol.UNKNOWN_TOKEN, "Nobody knows this token.")
        return Admitted("anna")

    async def _serve(self, socket: ServerConnection) -> None:
        self.connections += 1
        session = NativeSession(self.register, self._authorise, now=now_ms())
        self._sockets[socket] = session
        beating = asyncio.create_task(self._beat(socket, session))
        try:
            with contextlib.suppress(ConnectionClosed):
                await self._receive(socket, session)
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
            del self._sockets[socket]

    async def _receive(self, socket: ServerConnection, session: NativeSession) -> None:
        left = self.cut_after.pop(0) if self.cut_after else -1
        async for data in socket:
            left -= 1
            if left == 0:
                socket.transport.abort()
                return
            try:
                if isinstance(data, str):
                    await self._take(socket, session.text(data, now_ms()))
                else:
                    await self._take(socket, session.binary(data, now_ms()))
            except RefusedError as refused:
                await socket.close(refused.code)

    async def _beat(self, socket: ServerConnection, session: NativeSession) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                await asyncio.sleep(0.1)
                await self._take(socket, session.wait(now_ms()))

    async def _take(self, socket: ServerConnection, items: Iterable[Item]) -> None:
        session = self._sockets[socket]
        for item in items:
            match item:
                case Send() if not self.silent:
                    await socket.send(item.data)
                case Close():
                    await socket.close(item.code)
                case Mark() if session.call is not None:
                    safe = item.seq
                    session.call.settled = lambda safe=safe: safe  # type: ignore[misc]  # bound now
                case Send() | Mark():
                    pass
                case _:
                    self.items.append(item)
            if isinstance(item, End):
                await self._take(socket, session.told(CallEnded(at=0, reason=item.reason)))


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[Service]:
    """Run a service for a while."""
    service = Service()
    await service.start()
    try:
        yield service
    finally:
        await service.stop()
