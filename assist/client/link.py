"""The client's socket: connects, comes back when a connection breaks, and carries what is said."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterable, Callable, Mapping
from random import Random

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidStatus,
    InvalidURI,
    WebSocketException,
)

from assist.client.returning import Return, Stay
from assist.client.sender import Sender
from assist.core.audio import Samples
from assist.errors import ProtocolError
from assist.events import Channel
from assist.protocol import (
    ENDED,
    FULL,
    JITTER,
    NOT_YOURS,
    OUT_OF_ORDER,
    SEND_BUFFER,
    TEXT_LIMIT,
    UNKNOWN_TOKEN,
    RefusedError,
)

BROKE = 1006
REFUSALS = {401: UNKNOWN_TOKEN, 403: NOT_YOURS, 429: FULL, 503: FULL}
"""What a refused upgrade means, as a close code; any other is as if the link had broken."""
WATCH_S = 0.25
"""So often the client looks whether the server still lives."""
FAREWELL_S = 10.0
"""After the end, and with all safe, the server has so long to say that the call has ended."""
OPEN_S, CLOSE_S = 10.0, 1.0
"""Time to connect, and to close: a dead server answers neither."""


def milliseconds_now() -> int:
    """Return the machine's own time, which never goes back."""
    return time.monotonic_ns() // 1_000_000


class Link:
    """Carry one call to the server, over as many connections as it takes.

    Args:
        url: of the service, `ws://…/ingest/audio`.
        sender: the call; after each change to it, call `wake`.
        token: returns a token, a fresh one each time.
        seed: decides the jitter of the waits.
        clock: the time in milliseconds.
    """

    def __init__(
        self,
        url: str,
        sender: Sender,
        *,
        token: Callable[[], str],
        seed: int = 0,
        clock: Callable[[], int] = milliseconds_now,
    ) -> None:
        self._url = url
        self._sender = sender
        self._token = token
        self._random = Random(seed)
        self._clock = clock
        self._news = asyncio.Event()
        self._socket: ClientConnection | None = None
        self.connections = 0
        """How many were tried."""

    def wake(self) -> None:
        """Say that there may be something to send."""
        self._news.set()

    def cut(self) -> bool:
        """Break the connection without a word, as a bad network does; false where there is none.

        For tests and measurements.
        """
        if self._socket is None:
            return False
        self._socket.transport.abort()
        return True

    async def run(self) -> Stay:
        """Carry the call until it has ended, and say how.

        Raises:
            ProtocolError: the address is none of a WebSocket.
        """
        while True:
            code = await self._connection()
            decided = self._sender.lost(code, self._clock())
            if isinstance(decided, Stay):
                return decided
            await self._rest(decided)

    async def _rest(self, pause: Return) -> None:
        longer = 1 + JITTER * self._random.random()
        await asyncio.sleep(pause.after_ms / 1000 * longer)

    async def _connection(self) -> int:
        """Return the code with which one connection ends."""
        self.connections += 1
        hello = self._sender.hello(self._clock(), self._token() if self._sender.needs_token else "")
        try:
            async with connect(
                self._url,
                compression=None,
                max_size=TEXT_LIMIT,
                write_limit=SEND_BUFFER,
                open_timeout=OPEN_S,
                close_timeout=CLOSE_S,
            ) as socket:
                return await self._talk(socket, hello)
        except InvalidURI:
            raise ProtocolError(
                f"{self._url!r} is no address of a service: ws://… or wss://…"
            ) from None
        except InvalidStatus as refused:
            return REFUSALS.get(refused.response.status_code, BROKE)
        except (OSError, TimeoutError, InvalidHandshake, WebSocketException):
            return BROKE

    async def _talk(self, socket: ClientConnection, hello: str) -> int:
        """Send, receive and watch until one of the three ends."""
        tasks = [
            asyncio.create_task(work)
            for work in (self._send(socket, hello), self._receive(socket), self._watch())
        ]
        self._socket = socket
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return max(task.result() for task in done)
        finally:
            self._socket = None
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self, socket: ClientConnection, hello: str) -> int:
        """Send what there is; a full socket holds it back, and it stays in the ring."""
        with contextlib.suppress(ConnectionClosed):
            await socket.send(hello)
            while True:
                self._news.clear()
                while (message := self._sender.take()) is not None:
                    await socket.send(message)
                await self._news.wait()
        return _code(socket)

    async def _receive(self, socket: ClientConnection) -> int:
        with contextlib.suppress(ConnectionClosed):
            async for text in socket:
                try:
                    self._hear(text)
                except RefusedError:
                    await socket.close(OUT_OF_ORDER)
                    return OUT_OF_ORDER
        return _code(socket)

    def _hear(self, text: str | bytes) -> None:
        if isinstance(text, bytes):
            raise RefusedError(OUT_OF_ORDER, "The server sends no sound.")
        self._sender.hear(text, self._clock())
        self.wake()

    async def _watch(self) -> int:
        """Return when the server is silent for too long, or there is nothing more to wait for."""
        finished = 0.0
        while not self._sender.dead(self._clock()) and self._sender.outcome is None:
            await asyncio.sleep(WATCH_S)
            finished = finished + WATCH_S if self._sender.finished else 0.0
            if finished >= FAREWELL_S:
                return ENDED
        return BROKE


def _code(socket: ClientConnection) -> int:
    """Return the code with which a socket was closed."""
    return socket.close_code or BROKE


async def stream(
    url: str,
    steps: AsyncIterable[Mapping[Channel, Samples]],
    *,
    sender: Sender,
    token: Callable[[], str],
    seed: int = 0,
) -> Stay:
    """Send a whole call as it comes, and say how it ended.

    Args:
        url: of the service, `ws://…/ingest/audio`.
        steps: one frame of each channel at a time, at the pace of the call.
        sender: fresh, of a format `pcm16`.
        token: returns a token, a fresh one each time.
        seed: decides the jitter of the waits.
    """
    link = Link(url, sender, token=token, seed=seed)
    running = asyncio.create_task(link.run())
    try:
        async for step in steps:
            if running.done():
                break
            for channel, pcm in step.items():
                payload = pcm.astype("<i2").tobytes()
                sender.audio(channel, payload, len(pcm) * 1000 // sender.form.rate)
            link.wake()
        sender.end("hangup")
        link.wake()
        return await running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
