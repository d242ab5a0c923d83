"""The TCP port of AudioSocket: connections in, their bytes to a session each."""

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Any, cast

from starlette.websockets import WebSocket

from assist.errors import SettingsError
from assist.ingest.audiosocket import AudioSocketSession
from assist.ingest.pairing import Pairing
from assist.ingest.peers import Networks, private
from assist.ingest.socket import Manner, Socket
from assist.ingest.switchboard import Switchboard
from assist.settings.doors import AudioSocketDoor

logger = logging.getLogger("assist.door")

MANNER = Manner("audiosocket")
SLICE = 64 * 1024
"""Bytes that are read at a time, at most."""
DEAD_MS = 10_000
"""What we send every second is unacknowledged for so long: the other end is dead."""
PUBLIC = "the port of AudioSocket has no password: give it a private address, not {}"


class AudioSocketPort:
    """Listen for Asterisk.

    Args:
        door: of the settings.
        pairing: knows the calls.
        board: where calls are opened.
        clock: the machine's own, in milliseconds.
        most: connections at a time; two for each call.
    """

    def __init__(
        self,
        door: AudioSocketDoor,
        pairing: Pairing,
        board: Switchboard,
        *,
        clock: Callable[[], int],
        most: int = 200,
    ) -> None:
        self._door = door
        self._peers = Networks(door.peers)
        self._pairing = pairing
        self._board = board
        self._clock = clock
        self._most = most
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._server: asyncio.Server | None = None

    async def listen(self) -> int:
        """Open the port, and return the port's number.

        Raises:
            SettingsError: the address is a public one, or taken.
        """
        host, port = self._door.host, self._door.port
        if not private(host):
            raise SettingsError(PUBLIC.format(host))
        try:
            self._server = await asyncio.start_server(self._meet, host, port, limit=SLICE)
        except OSError as error:
            raise SettingsError(f"AudioSocket cannot listen on {host}:{port}: {error}") from None
        number: int = self._server.sockets[0].getsockname()[1]
        return number

    async def close(self) -> None:
        """Listen no more, and close every connection; their sides of calls hang up."""
        if self._server is not None:
            self._server.close()
        for writer in self._open.values():
            writer.close()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        task = asyncio.current_task()
        if task is None or peer is None or peer[0] not in self._peers or self._full:
            logger.info("door_refused", extra={"source": MANNER.name})
            writer.close()
            return
        self._open[task] = writer
        try:
            await self._serve(reader, writer)
        finally:
            del self._open[task]
            writer.close()

    @property
    def _full(self) -> bool:
        return len(self._open) >= self._most

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _notice_death(writer)
        session = AudioSocketSession(self._pairing)
        wire = cast(WebSocket, _Wire(reader, writer))  # it has all that a `Socket` asks of one
        try:
            await Socket(wire, session, self._board, MANNER, clock=self._clock).serve()
        finally:
            list(session.lost(self._clock()))  # a stream without a call leaves, too


class _Wire:
    """A TCP connection in the manner of a WebSocket: every slice is a binary message."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def accept(self, subprotocol: str | None = None) -> None:
        """Do nothing: there is no handshake."""

    async def receive(self) -> dict[str, Any]:
        """Wait for a slice, or the end."""
        try:
            found = await self._reader.read(SLICE)
        except OSError:
            found = b""
        if not found:
            return {"type": "websocket.disconnect", "code": 1006}
        return {"type": "websocket.receive", "bytes": found}

    async def send_bytes(self, data: bytes) -> None:
        """Send a message; that the connection is gone shows when it is read from."""
        if not self._writer.is_closing():
            self._writer.write(data)
            try:
                await self._writer.drain()
            except OSError:
                return

    async def send_text(self, data: str) -> None:
        """Send nothing: there is no text."""

    async def close(self, code: int = 1000) -> None:
        """Close the connection; it has no codes."""
        self._writer.close()


def _notice_death(writer: asyncio.StreamWriter) -> None:
    """Let a connection to a machine that vanished end by itself, where the system can do that."""
    raw: socket.socket | None = writer.get_extra_info("socket")
    option: int | None = getattr(socket, "TCP_USER_TIMEOUT", None)
    if raw is not None and option is not None:
        raw.setsockopt(socket.IPPROTO_TCP, option, DEAD_MS)
