"""The real server in a thread of its own, for tests."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn

from assist.events import Event
from assist.server.app import STATIC, create_app
from assist.server.door import Door
from assist.server.hub import Hub
from assist.server.local import bind, server


@dataclass
class Serving:
    """A running server and what its pages asked for."""

    port: int
    door: Door
    hub: Hub
    told: list[Event] = field(default_factory=list)
    awaited: str = ""
    """What `/ready` says that words still wait for."""
    asked: threading.Event = field(default_factory=threading.Event)
    loop: asyncio.AbstractEventLoop | None = None

    @property
    def feed(self) -> str:
        return f"ws://127.0.0.1:{self.port}/feed/agent"

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{self.port}/overlay#token={self.door.token}"

    def publish(self, *events: Event) -> None:
        assert self.loop is not None
        for event in events:
            self.loop.call_soon_threadsafe(self.hub.publish, event)

    def tell(self, event: Event) -> None:
        self.told.append(event)
        self.asked.set()


@contextmanager
def serving(*, static: Path = STATIC, port: int = 0, door: Door | None = None) -> Iterator[Serving]:
    """Run the server until the block ends."""
    listening = bind(port)
    here = Serving(port=listening.getsockname()[1], door=door or Door(), hub=Hub())
    app = create_app(
        hub=here.hub, door=here.door, tell=here.tell, waits=lambda: here.awaited, static=static
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
    try:
        yield here
    finally:
        end(running)
        thread.join(10)
        assert not thread.is_alive()


def end(running: uvicorn.Server) -> None:
    running.should_exit = True
