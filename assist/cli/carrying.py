"""One call from the desk to the service: devices, sender and link put together."""

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from assist.capture.desk import Desk
from assist.capture.sound import SoundSystem
from assist.client import Link, Sender, Stay
from assist.client.link import milliseconds_now
from assist.errors import SettingsError
from assist.events import Channel
from assist.protocol import PATH

TICK_S = 0.1
FAREWELL_S = 8.0
"""The last sound has so long to reach the server."""

Show = Callable[[Desk, Sender], None]


class Carrier:
    """Carry calls from two devices to the service.

    Args:
        system: where the devices are.
        url: of the service, `ws://…/ingest/audio`.
        token: returns a token.
        devices: what is wanted of each channel.
        agent: whose overlay shows the call.
        language: of the call; empty = as the server's settings say.
        ring: seconds of sound that are kept until the server has them safe.
    """

    def __init__(
        self,
        system: SoundSystem,
        url: str,
        *,
        token: Callable[[], str],
        devices: Mapping[Channel, str],
        agent: str = "",
        language: str = "",
        ring: int = 60,
    ) -> None:
        self._system = system
        self._url = url
        self._token = token
        self._devices = devices
        self._agent, self._language = agent, language
        self._ring = ring
        self.show: Show = lambda desk, sender: None
        """Is told of desk and sender after every tick."""
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._sender: Sender | None = None
        self._stopped = False

    async def carry(self) -> Stay:
        """Carry one call until it is stopped or refused, and say how it ended."""
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        sender = self._sender = Sender(
            f"desk-{secrets.token_hex(8)}",
            agent=self._agent,
            language=self._language,
            source="desk",
            seconds=self._ring,
        )
        link = Link(self._url, sender, token=self._token, seed=secrets.randbits(32))
        carrying = asyncio.create_task(link.run())
        if self._stopped:
            self._stop.set()
        try:
            await self._read(sender, link, carrying)
            sender.end("stopped")
            link.wake()
            await asyncio.wait({carrying}, timeout=FAREWELL_S)
            return await carrying if carrying.done() else Stay("The server did not say goodbye.")
        finally:
            carrying.cancel()
            await asyncio.gather(carrying, return_exceptions=True)

    async def _read(self, sender: Sender, link: Link, carrying: "asyncio.Task[Stay]") -> None:
        """Let the desk work until somebody ends the call."""
        assert self._stop is not None
        desk = Desk(self._system, sender, now=time.monotonic(), devices=self._devices)
        stopping = asyncio.create_task(self._stop.wait())
        try:
            while not (carrying.done() or stopping.done()):
                desk.tick(time.monotonic())
                link.wake()
                self.show(desk, sender)
                await asyncio.wait(
                    {carrying, stopping},
                    timeout=TICK_S,
                    return_when=asyncio.FIRST_COMPLETED,
                )
        finally:
            desk.close()
            stopping.cancel()

    def stop(self) -> None:
        """End the call; from any thread."""
        self._stopped = True
        if self._loop is not None and self._stop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)

    def toggle_pause(self) -> None:
        """Pause, or go on; from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._toggle)

    def _toggle(self) -> None:
        sender = self._sender
        if sender is not None and sender.paused:
            sender.resume(milliseconds_now())
        elif sender is not None:
            sender.pause("agent", milliseconds_now())


def address(server: str, *, port: int) -> str:
    """Return where sound goes to.

    Args:
        server: as the operator wrote it, with or without a path; empty = this machine.
        port: of the service on this machine.

    Raises:
        SettingsError: it is no address.
    """
    told = server or f"ws://127.0.0.1:{port}"
    parts = urlsplit(told if "//" in told else f"wss://{told}")
    scheme = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}.get(parts.scheme)
    if scheme is None or not parts.netloc:
        raise SettingsError(f"{server!r} is no address of a service, like wss://assist.example.org")
    return f"{scheme}://{parts.netloc}{parts.path.rstrip('/') or PATH}"


def read_token(file: Path) -> str:
    """Return the token that a file holds.

    Raises:
        SettingsError: it cannot be read, or is empty.
    """
    try:
        token = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(
            f"there is no token in {file}: is `assist serve` running, or is token_file to be set?"
        ) from None
    if not token:
        raise SettingsError(f"{file} holds no token")
    return token
