"""The whole service in a thread of its own, for tests."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from msgspec.structs import replace

from assist.client import Link, Sender
from assist.core.audio import Samples
from assist.events import CHANNELS, CallEnded, Channel, Event
from assist.server.access import Access, Audit
from assist.server.local import bind
from assist.server.service import Service
from assist.settings import Settings
from assist.settings.recording import Recording
from assist.settings.serving import Serve
from assist.speech.scheduler import Scheduler
from assist.speech.vad import VoiceDetector
from assist.store.store import Store

QUIET = Settings(language="en", serve=Serve(drain_timeout=2.0))


@dataclass
class Running:
    """A running service, and what happened in its calls."""

    service: Service
    access: Access
    port: int
    loop: asyncio.AbstractEventLoop
    events: list[Event] = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)

    @property
    def base(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def hear(self, event: Event) -> None:
        with self.news:
            self.events.append(event)
            self.news.notify_all()

    def until(self, condition: Callable[[list[Event]], object], *, seconds: float = 20) -> None:
        """Wait until the events fulfil a condition."""
        with self.news:
            assert self.news.wait_for(lambda: condition(self.events), seconds)

    def until_ended(self, call_id: str, *, seconds: float = 20) -> list[Event]:
        """Wait for the end of a call, and return its events."""
        self.until(
            lambda events: any(isinstance(e, CallEnded) and e.call_id == call_id for e in events),
            seconds=seconds,
        )
        return [event for event in self.events if event.call_id == call_id]


@contextmanager
def running(
    settings: Settings = QUIET,
    *,
    access: Access | None = None,
    scheduler: Scheduler | None = None,
    vad: VoiceDetector | None = None,
    team_of: Callable[[str], str] = lambda agent: "",
    opening: Callable[[], Awaitable[Store]] | None = None,
    recording: Recording | None = None,
) -> Iterator[Running]:
    """Run the service until the block ends, with a store where one is opened."""
    known = access or Access(audit=Audit(None))
    listening = bind(0)
    found: list[Running] = []
    ready = threading.Event()

    def serve() -> None:
        asyncio.run(_run(listening, known, found, ready))

    async def _run(
        listening: socket.socket, known: Access, found: list[Running], ready: threading.Event
    ) -> None:
        here: Running
        store = await opening() if opening else None
        service = Service(
            settings,
            known,
            scheduler=scheduler,
            vad=vad,
            team_of=team_of,
            heard=lambda event: here.hear(event),
            store=store,
            recording=recording,
        )
        here = Running(service, known, listening.getsockname()[1], asyncio.get_running_loop())
        found.append(here)
        here.loop.call_later(0, ready.set)
        await service.run(listening)

    thread = threading.Thread(target=serve)
    thread.start()
    assert ready.wait(20)
    here = found[0]
    try:
        yield here
    finally:
        here.loop.call_soon_threadsafe(here.service.stop)
        thread.join(20)
        assert not thread.is_alive()


async def send(
    here: Running,
    call_id: str,
    sound: dict[Channel, Samples],
    *,
    speed: float = 10.0,
    cuts: int = 0,
    ms: int = 100,
) -> None:
    """Send a call as its source would, faster than it was spoken, and break the link so often."""
    sender = Sender(call_id, channels=CHANNELS)
    link = Link(f"{here.base}/ingest/audio", sender, token=lambda: here.access.token)
    carrying = asyncio.create_task(link.run())
    size, length = 16 * ms, min(map(len, sound.values()))
    loop, pieces = asyncio.get_running_loop(), length // size
    begun = loop.time()
    for number in range(pieces):
        for channel, pcm in sound.items():
            piece = pcm[number * size : (number + 1) * size]
            sender.audio(channel, piece.astype("<i2").tobytes(), ms)
        link.wake()
        if cuts and number % max(1, pieces // cuts) == pieces // cuts // 2:
            link.cut()
        ahead = begun + (number + 1) * ms / 1000 / speed - loop.time()
        await asyncio.wait({carrying}, timeout=max(0.0, ahead))
    sender.end("hangup")
    link.wake()
    await asyncio.wait_for(carrying, 30)


def comparable(events: list[Event]) -> list[Event]:
    """Return events without what the way of a call decides: its name, and how late it was."""
    found = []
    for event in events:
        names = {name: "" for name in ("call_id", "source", "agent") if hasattr(event, name)}
        late = {name: 0 for name in ("late", "behind") if hasattr(event, name)}
        found.append(replace(event, **names, **late))
    return found
