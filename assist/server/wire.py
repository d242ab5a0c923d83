"""The WebSocket of uvicorn, with less memory for each page and less work for each message.

Three things differ. What waits is kept in small lists in place of `asyncio.Queue` and `Event`,
whose four deques weigh 3 KiB. Reading stops when many messages wait, not when one does: sound
comes twenty times a second, and each stop is two system calls. And a text that goes to many pages
is put into its frame once.
"""

import asyncio
from functools import lru_cache
from typing import Any

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

WAITING = 16
"""Messages that may wait before nothing more is read from a client."""
_TEXT = 0x81
_SHARED = 8
"""Texts whose frames are kept: a text goes to all its pages in one go."""


class Signal:
    """Let tasks wait until something is so; an `asyncio.Event` that is light while nobody waits."""

    __slots__ = ("_news", "_set")

    def __init__(self) -> None:
        self._set = True
        self._news: asyncio.Future[None] | None = None

    def set(self) -> None:
        """Say that it is so."""
        self._set = True
        if self._news is not None:
            self._news.set_result(None)
            self._news = None

    def clear(self) -> None:
        """Say that it is so no more."""
        self._set = False

    async def wait(self) -> None:
        """Wait until it is so."""
        while not self._set:
            self._news = self._news or asyncio.get_running_loop().create_future()
            await asyncio.shield(self._news)  # who gives up waiting does so alone


class Inbox:
    """What came and was not yet taken, for one reader; as an `asyncio.Queue` without its weight.

    It is bounded by its socket, which is read no more while much waits.
    """

    __slots__ = ("_news", "_waiting")

    def __init__(self) -> None:
        self._waiting: list[Any] = []
        self._news: asyncio.Future[None] | None = None

    def put_nowait(self, message: Any) -> None:
        """Let a message wait."""
        self._waiting.append(message)
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    async def get(self) -> Any:
        """Wait for the next message and take it."""
        while not self._waiting:
            self._news = asyncio.get_running_loop().create_future()
            await self._news
        return self._waiting.pop(0)

    def empty(self) -> bool:
        """Tell whether nothing waits."""
        return not self._waiting

    def __len__(self) -> int:
        """Count what waits."""
        return len(self._waiting)


class Wire(WebSocketsSansIOProtocol):
    """One client's WebSocket."""

    queue: Inbox  # type: ignore[assignment]  # lighter, and all of it that is used
    writable: Signal  # type: ignore[assignment]  # the same

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.queue, self.writable = Inbox(), Signal()

    def send_receive_event_to_app(self) -> None:
        """Hand on a message; stop reading when many wait."""
        paused, self.read_paused = self.read_paused, True  # else the first would stop it
        super().send_receive_event_to_app()
        self.read_paused = paused
        if not paused and len(self.queue) >= WAITING:
            self.read_paused = True
            self.transport.pause_reading()

    async def send(self, message: Any) -> None:
        """Send a message; the frame of a text is made once for all its pages."""
        text = message.get("text") if message["type"] == "websocket.send" else None
        if text is None or not self._plain:
            await super().send(message)
            if message["type"] == "websocket.accept":
                self._forget()
            return
        await self.writable.wait()
        if self.disconnected or self.conn.state is not State.OPEN:
            raise ClientDisconnected
        self.transport.write(_framed(text))

    def _forget(self) -> None:
        """Let go of the handshake's headers; whoever serves the client has a list of its own."""
        self.request.headers.clear()
        self.response.headers.clear()

    @property
    def _plain(self) -> bool:
        """Whether nothing stands between a text and the line."""
        return self.handshake_complete and not self.close_sent and not self.conn.extensions


@lru_cache(_SHARED)
def _framed(text: str) -> bytes:
    """Return the frame of a text as a server sends it (RFC 6455, section 5.2)."""
    payload = text.encode()
    length = len(payload)
    if length < 126:
        return bytes((_TEXT, length)) + payload
    if length < 65_536:
        return bytes((_TEXT, 126)) + length.to_bytes(2) + payload
    return bytes((_TEXT, 127)) + length.to_bytes(8) + payload
