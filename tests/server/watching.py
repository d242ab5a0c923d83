"""The real application with calls that a test invents, in a thread of its own."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from msgspec import structs

from assist.events import CallStarted, Event
from assist.server.access import Access, Audit, Users, Who
from assist.server.access.tickets import hashed
from assist.server.app import create_app
from assist.server.local import bind, server
from assist.server.rooms import Rooms
from tests.server.serving import end


@dataclass
class Watching:
    """A running server, its calls and what the pages told them."""

    port: int
    access: Access
    rooms: Rooms = field(default_factory=Rooms)
    told: list[tuple[str, Event]] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)
    loop: asyncio.AbstractEventLoop | None = None
    _seq: dict[str, int] = field(default_factory=dict)
    _proofs: dict[str, str] = field(default_factory=dict)

    @property
    def feed(self) -> str:
        return f"ws://127.0.0.1:{self.port}/feed/supervisor"

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{self.port}/supervisor#token={self.access.token}"

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def log_in(self, who: Who) -> Who:
        """Begin a session, as an identity provider would."""
        secret = self.access.sessions.begin(who, word="", now=self.access.clock.steady())
        self._proofs[who.id] = hashed(secret)
        return replace(who, proof=hashed(secret))

    def log_out(self, who: Who) -> None:
        self.access.sessions.end(self._proofs[who.id])

    def open(self, call_id: str, *, agent: str = "", team: str = "north", seq: int = 0) -> None:
        self._seq[call_id] = seq
        self._do(lambda: self.rooms.open(call_id, agent=agent, team=team))

    def say(self, call_id: str, *events: Event) -> None:
        """Publish events of a call, numbered as the engine does."""
        for event in events:
            self._seq[call_id] += 1
            numbered = structs.replace(event, call_id=call_id, seq=self._seq[call_id])
            self._do(partial(self.rooms.publish, numbered))

    def begin(self, call_id: str, *, agent: str = "", team: str = "north") -> None:
        self.open(call_id, agent=agent, team=team)
        self.say(call_id, CallStarted(at=0, language="en"))

    def tell(self, call_id: str, event: Event) -> None:
        self.told.append((call_id, event))
        self.asked.set()

    def _do(self, act: Callable[[], object]) -> None:
        assert self.loop is not None
        self.loop.call_soon_threadsafe(act)


@contextmanager
def watching(*, users: Users | None = None, port: int = 0, token: str = "") -> Iterator[Watching]:
    """Run the server until the block ends."""
    listening = bind(port)
    here = Watching(listening.getsockname()[1], Access(users=users, audit=Audit(None)))
    here.access.token = token or here.access.token
    app = create_app(rooms=here.rooms, access=here.access, tell=here.tell)
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
