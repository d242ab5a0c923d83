"""The real server in a thread of its own, for tests."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn

from assist.events import CallStarted, Event
from assist.server.access import Access, Audit
from assist.server.access.who import LOCAL
from assist.server.app import STATIC, create_app
from assist.server.local import bind, server
from assist.server.rooms import Rooms


@dataclass
class Serving:
    """A running server and what its pages asked for."""

    port: int
    access: Access
    rooms: Rooms
    told: list[Event] = field(default_factory=list)
    awaited: str = ""
    """What `/ready` says that words still wait for."""
    asked: threading.Event = field(default_factory=threading.Event)
    loop: asyncio.AbstractEventLoop | None = None
    stop: Callable[[], None] = lambda: None
    """Ends it at once; the block's end does so anyway."""

    @property
    def feed(self) -> str:
        return f"ws://127.0.0.1:{self.port}/feed/agent"

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.access.link('/overlay')}"

    def publish(self, *events: Event) -> None:
        assert self.loop is not None
        for event in events:
            self.loop.call_soon_threadsafe(self._show, event)

    def _show(self, event: Event) -> None:
        if isinstance(event, CallStarted):
            self.rooms.open(event.call_id, agent=LOCAL.id)
        self.rooms.publish(event)

    def tell(self, call_id: str, event: Event) -> None:
        self.told.append(event)
        self.asked.set()


@contextmanager
def serving(
    *, static: Path = STATIC, port: int = 0, access: Access | None = None
) -> Iterator[Serving]:
    """Run the server until the block ends."""
    listening = bind(port)
    known = access or Access(audit=Audit(None))
    here = Serving(port=listening.getsockname()[1], access=known, rooms=Rooms())
    app = create_app(
        rooms=here.rooms,
        access=here.access,
        tell=here.tell,
        checks=lambda: {"model": here.awaited} if here.awaited else {},
        static=static,
    )
    running = server(app)
    ready = threading.Event()

    async def run() -> None:
        here.loop = asyncio.get_running_loop()
        here.loop.call_soon(ready.set)
        await running.serve(sockets=[listening])

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert ready.wait(10)

    def stop() -> None:
        end(running)
        thread.join(10)
        assert not thread.is_alive()

    here.stop = stop
    try:
        yield here
    finally:
        stop()


def end(running: uvicorn.Server) -> None:
    running.should_exit = True
