"""Those who look on: overlays, supervisors, and pages that stop reading."""

import asyncio
import contextlib
import json
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from benchmarks.served import Stamp

SMALL = 4096
"""Bytes that a page which reads nothing lets its system keep for it."""
AT_ONCE = 20
"""Overlays that connect at the same time."""
NOTE = 2000
"""Characters of a note."""
_TIMED = {"nudge.shown", "supervisor.note"}


class Arrival(NamedTuple):
    """A message that a page has read; times in seconds of the machine's clock."""

    call_id: str
    seq: int
    """Its place in the call's log."""
    since: float
    """When the page began to follow the call: what was decided before came with the past."""
    at: float


@dataclass(slots=True)
class Audience:
    """Pages of one service.

    Args:
        url: of the service, `ws://host:port`.
        token: of local mode.
    """

    url: str
    token: str
    received: list[Arrival] = field(default_factory=list)
    """Nudges and notes."""
    messages: int = 0
    _coming: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    closed: Counter[int] = field(default_factory=Counter)
    """Pages that were sent away, by code."""

    async def overlay(self, agent: str) -> None:
        """Look at an agent's calls until the end."""
        async with self._coming:
            page = await self._connect(f"/feed/agent?agent={agent}")
        async with page:
            await self._read(page)

    async def supervisor(self, call_id: str, after: float) -> None:
        """Look at the table and, when so many seconds are over, into one call until the end."""
        async with self._connect("/feed/supervisor") as page:
            await asyncio.sleep(after)
            await page.send(json.dumps({"type": "follow", "call_id": call_id}))
            await self._read(page)

    async def write(self, call_id: str, *, rate: float, seconds: float) -> int:
        """Send long notes to a call's agent, so many a second; return how many."""
        loop, told = asyncio.get_running_loop(), 0
        note = json.dumps({"type": "note", "call_id": call_id, "text": "x" * NOTE})
        async with self._connect("/feed/supervisor") as page:
            reading = asyncio.create_task(_forget(page))  # unread, it would answer no ping
            begun = loop.time()
            while told < rate * seconds:
                await page.send(note)
                told += 1
                await asyncio.sleep(max(0.0, begun + told / rate - loop.time()))
        await reading
        return told

    @contextlib.asynccontextmanager
    async def stalled(self, agent: str) -> AsyncIterator[ClientConnection]:
        """Open a page that reads nothing after its first messages."""
        where = urlsplit(self.url)
        plain = socket.socket()
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        plain.setblocking(False)
        address = (where.hostname, where.port)
        await asyncio.get_running_loop().sock_connect(plain, address)
        async with self._connect(f"/feed/agent?agent={agent}", sock=plain, max_queue=1) as page:
            yield page

    async def idle(self, agent: str) -> ClientConnection:
        """Open a page of an agent without a call."""
        return await self._connect(f"/feed/agent?agent={agent}")

    def _connect(self, path: str, **options: Any) -> connect:
        return connect(
            self.url + path,
            subprotocols=[Subprotocol("assist"), Subprotocol(self.token)],
            compression=None,
            ping_interval=None,
            close_timeout=1,
            open_timeout=30,
            **options,
        )

    async def _read(self, page: ClientConnection) -> None:
        since = time.monotonic()
        with contextlib.suppress(ConnectionClosed):
            async for text in page:
                now = time.monotonic()
                self.messages += 1
                head = text[:32]
                if any(kind in head for kind in _TIMED):
                    event = json.loads(text)
                    self.received.append(Arrival(event["call_id"], event["seq"], since, now))
        self.closed[page.close_code or 1006] += 1


async def _forget(page: ClientConnection) -> None:
    with contextlib.suppress(ConnectionClosed):
        async for _ in page:
            pass


def delays(decided: list[Stamp], received: list[Arrival]) -> list[float]:
    """Return how long each message was on its way, in milliseconds."""
    times = {(call_id, seq): at for call_id, seq, at in decided}
    known = ((times.get((one.call_id, one.seq), 0.0), one) for one in received)
    return [(one.at - begun) * 1000 for begun, one in known if begun >= one.since]
