"""The real application with finished calls in a real store, in a thread of its own."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

from assist.core.consent import initial
from assist.events import Event
from assist.server.access import Access, Audit
from assist.server.app import STATIC, create_app
from assist.server.local import bind, server
from assist.server.review import create_review_routes
from assist.server.rooms import Rooms
from assist.store.batches import batch
from assist.store.opening import open_store
from assist.store.store import Store
from tests.server.serving import end

T = TypeVar("T")
AGREED = initial(("assist", "transcript", "review"))


async def keep(store: Store, events: tuple[Event, ...], *, team: str, agreed: bool = True) -> None:
    """Store a call."""
    call, consents = events[0].call_id, AGREED if agreed else initial(None)
    taken = await store.attach(call, "node", team=team, consents=consents)
    await store.append([batch(call, taken.epoch, events, {})])


@dataclass
class Reviewing:
    """A running server, and its store."""

    port: int
    access: Access
    found: list[tuple[asyncio.AbstractEventLoop, Store]] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def page(self, query: str = "") -> str:
        return f"{self.origin}/review{query}#token={self.access.token}"

    def on_store(self, work: Callable[[Store], Awaitable[T]]) -> T:
        """Do something with the store, on its own loop."""
        loop, store = self.found[0]

        async def done() -> T:
            return await work(store)

        future: Future[T] = asyncio.run_coroutine_threadsafe(done(), loop)
        return future.result(20)


@contextmanager
def reviewing(
    data: Path,
    *calls: tuple[Event, ...],
    without: tuple[Event, ...] = (),
    samples: tuple[str, ...] = (),
    **access: Any,
) -> Iterator[Reviewing]:
    """Run the server until the block ends.

    Args:
        data: the data directory.
        calls: that are stored, with consent to their review.
        without: a call that is stored without it.
        samples: calls that are assigned to every reviewer.
        access: of `Access`.
    """
    listening = bind(0)
    here = Reviewing(listening.getsockname()[1], Access(audit=Audit(None), **access))
    ready, ending = threading.Event(), threading.Event()

    async def run() -> None:
        store = await open_store("", data, upgrading=True, durable=False)
        for events in calls:
            await keep(store, events, team="north")
        if without:
            await keep(store, without, team="north", agreed=False)
        here.found.append((asyncio.get_running_loop(), store))
        asked = create_review_routes(store, here.access, samples=lambda who: samples)
        routes = [Route("/review", _page), *asked]
        app = create_app(
            rooms=Rooms(), access=here.access, tell=lambda call, event: None, doors=routes
        )
        running.append(server(app))
        ready.set()
        await running[0].serve(sockets=[listening])
        await store.close()
        ending.set()

    running: list[Any] = []
    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert ready.wait(20)
    try:
        yield here
    finally:
        end(running[0])
        assert ending.wait(20)
        thread.join(10)


def _page(request: Request) -> FileResponse:
    return FileResponse(STATIC / "review.html")
