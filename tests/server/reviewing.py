"""The real application with finished calls in a real store, in a thread of its own."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

from assist.audio.files import Recording
from assist.audio.recorded import Recorded
from assist.core.audio import STEP_MS
from assist.core.consent import Consents, initial
from assist.events import CHANNELS, Event
from assist.server.access import Access, Audit
from assist.server.app import STATIC, create_app
from assist.server.local import bind, server
from assist.server.review import create_review_routes
from assist.server.review_import import Play, create_import_routes
from assist.server.rooms import Rooms
from assist.server.sound import create_sound_routes
from assist.speech.bundled import bundled
from assist.store.batches import batch
from assist.store.commands import Actor, Assigned
from assist.store.opening import open_store
from assist.store.spans import Span
from assist.store.store import Store
from tests.server.serving import end

T = TypeVar("T")
AGREED = initial(("assist", "transcript", "review"))
HEARD = Consents(
    {(c, p): "granted" for c in CHANNELS for p in ("assist", "transcript", "record", "review")}
)
SPLIT_MS = 40_000
"""Where the recorded sound of a call breaks off, and goes on a second later."""


async def keep(
    store: Store,
    events: tuple[Event, ...],
    *,
    team: str,
    agreed: bool = True,
    consents: Consents | None = None,
) -> None:
    """Store a call."""
    call, consents = events[0].call_id, consents or (AGREED if agreed else initial(None))
    taken = await store.attach(call, "node", team=team, consents=consents)
    await store.append([batch(call, taken.epoch, events, {})])


async def keep_sound(store: Store, call: str, audio: Path) -> None:
    """Store the sound of a call, in two stretches."""
    steps = list(Recording(audio).steps())
    cut, gap = SPLIT_MS // STEP_MS, 1000 // STEP_MS
    for start, part in ((0, steps[:cut]), (cut + gap, steps[cut + gap :])):
        begin, end = start * STEP_MS, (start + len(part)) * STEP_MS
        span = Span(call, begin, f"recordings/{call}-{begin}.ogg", end, "")
        await store.begin_span(replace(span, end=begin))
        path = store.place.data / span.location
        path.parent.mkdir(exist_ok=True)
        file = Recorded(path)
        sides = [np.concatenate([step[channel] for step in part]) for channel in CHANNELS]
        file.add(np.stack(sides, axis=1))
        await store.finish_span(replace(span, sha256=file.close()))


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
    heard: tuple[Event, ...] = (),
    samples: tuple[str, ...] = (),
    play: Play | None = None,
    **access: Any,
) -> Iterator[Reviewing]:
    """Run the server until the block ends.

    Args:
        data: the data directory.
        calls: that are stored, with consent to their review.
        without: a call that is stored without it.
        heard: a call that is stored with its sound.
        samples: calls that are assigned to rita.
        play: hears recordings that are brought in; none = they are not.
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
        if heard:
            call = heard[0].call_id
            await keep(store, heard, team="north", consents=HEARD)
            await keep_sound(store, call, bundled("demo", "calls") / "en-rough" / "audio.ogg")
        for one in samples:
            await store.record(Assigned(call_id=one, reviewer="rita"), Actor("root", "admin"))
        here.found.append((asyncio.get_running_loop(), store))
        routes = [
            Route("/review", _page),
            *create_review_routes(store, here.access),
            *create_sound_routes(store, here.access),
            *(create_import_routes(store, here.access, play) if play else ()),
        ]
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
    assert ready.wait(60)  # sound is encoded meanwhile
    try:
        yield here
    finally:
        end(running[0])
        assert ending.wait(20)
        thread.join(10)


def _page(request: Request) -> FileResponse:
    return FileResponse(STATIC / "review.html")
