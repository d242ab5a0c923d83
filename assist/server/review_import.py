"""Recordings that people bring in on the review page: each becomes a stored call, one at a time.

A page says what it brings, sends the bytes to an address that it is told, and asks how far it is.
The file lies in the data directory while it is heard, and is gone afterwards.
"""

import asyncio
import os
import secrets
import shutil
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from assist.audio.plain import plain
from assist.core.consent import initial
from assist.errors import AssistError, StoreError
from assist.evaluate.review_messages import Brought
from assist.server.access import Access
from assist.server.access.routes import refused
from assist.server.access.who import FORBIDDEN, Refusal, Who
from assist.server.importing import Import, Order, Playing
from assist.server.review_asks import Bring, Watch
from assist.server.review_endpoint import BusyError, Endpoint, admitted, counter
from assist.store.commands import Actor
from assist.store.store import Store

FOLDER = "uploads"
AT_A_TIME = 8
"""Recordings that are sent, wait or run; each may be large."""
REMEMBERED = 64
"""So many are told of after their end."""
PATIENCE_S = 60.0
"""A page that sends nothing for so long has gone."""
State = Literal["sending", "waiting", "running", "stored", "failed"]
OPEN: tuple[State, ...] = ("sending", "waiting", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a recording is to be heard."""

    language: str
    agent: str
    broken: str = ""
    """How the recording broke off, in a sentence; the plain sound no longer tells."""


Play = Callable[[Path, str, Wanted], Playing]
"""Makes a call of that id of plain sound; it runs in a thread."""


@dataclass(slots=True)
class _Job:
    """A recording that somebody brings in."""

    id: str
    who: Who
    asked: Bring
    path: Path
    state: State = "sending"
    done: float = 0.0
    call: str = ""
    text: str = ""

    def told(self) -> Brought:
        return Brought(id=self.id, state=self.state, done=self.done, call=self.call, text=self.text)


def create_import_routes(store: Store, access: Access, play: Play) -> list[BaseRoute]:
    """Return the routes.

    Args:
        store: where the calls are kept.
        access: who may come in, and whose calls they may bring.
        play: hears a recording.
    """
    desk = _Desk(store, access, play)
    begin = Endpoint(access, Bring, desk.begin, desk.counter).ask
    look = Endpoint(access, Watch, desk.look, desk.counter).ask
    return [
        Route("/api/review/bring", begin, methods=["POST"]),
        Route("/api/review/brought", look, methods=["POST"]),
        Route("/api/recording/{id}", desk.take, methods=["PUT"]),
    ]


class _Desk:
    """What is brought in, and how far it is."""

    def __init__(self, store: Store, access: Access, play: Play) -> None:
        self._store = store
        self._access = access
        self._play = play
        self.counter = counter()
        self._jobs: OrderedDict[str, _Job] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self._folder = store.place.data / FOLDER
        shutil.rmtree(self._folder, ignore_errors=True)  # of a service that was cut off

    async def begin(self, who: Who, asked: Bring) -> Brought:
        """Say where the bytes of a recording go."""
        if not self._access.may(who, "import_calls", agent=who.id):
            self._access.refuse("call_refused", Refusal(FORBIDDEN, "import_calls"), who=who.id)
            raise StoreError("you may not bring recordings in")
        if sum(one.state in OPEN for one in self._jobs.values()) >= AT_A_TIME:
            raise BusyError("too many recordings are being brought in; wait a little")
        await asyncio.to_thread(partial(self._folder.mkdir, mode=0o700, exist_ok=True))
        id = secrets.token_urlsafe(24)
        job = self._jobs[id] = _Job(id, who, asked, self._folder / secrets.token_hex(16))
        self._hold(self._expire(job))
        self._forget()
        return job.told()

    async def look(self, who: Who, asked: Watch) -> Brought:
        """Tell how far a recording is."""
        job = self._jobs.get(asked.id)
        if job is None or job.who.id != who.id:
            raise StoreError("there is no such recording")
        return job.told()

    async def take(self, request: Request) -> Response:
        """Take the bytes of a recording; what happens with them is told by `look`."""
        who = admitted(self._access, request, self.counter)
        if isinstance(who, Refusal):
            return refused(who)
        job = self._jobs.get(request.path_params["id"])
        if job is None or job.who.id != who.id or job.state != "sending":
            return JSONResponse({"error": "there is no such recording"}, 404)
        try:
            whole = await self._receive(request, job)
        except (ClientDisconnect, TimeoutError):
            self._fail(job, "the recording did not arrive whole.")
            return Response(status_code=400)
        except FileExistsError:  # another request sends it
            return JSONResponse({"error": "there is no such recording"}, 404)
        except OSError:
            self._fail(job, "there is no room for the recording here.")
            return JSONResponse({"error": job.text}, 507)
        if not whole:
            self._fail(job, "the recording is not as long as was said.")
            return JSONResponse({"error": job.text}, 413)
        job.state = "waiting"
        self._hold(self._hear(job))
        return JSONResponse({"id": job.id}, 202)

    # --- inside -----------------------------------------------------------------------------------

    async def _receive(self, request: Request, job: _Job) -> bool:
        """Write the body to the file; false where it is longer or shorter than was said."""
        opened = partial(os.open, job.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        number = await asyncio.to_thread(opened)
        with os.fdopen(number, "wb") as file:
            stream = request.stream()
            while True:
                async with asyncio.timeout(PATIENCE_S):
                    part = await anext(stream, None)
                if part is None:
                    return file.tell() == job.asked.size
                if file.tell() + len(part) > job.asked.size:
                    return False
                await asyncio.to_thread(file.write, part)

    async def _hear(self, job: _Job) -> None:
        """Make a call of a recording when it is its turn."""
        async with self._turn:
            job.state = "running"
            try:
                await self._keep(job)
                job.state = "stored"
            except AssistError as error:
                job.text = str(error).replace(str(job.path), "the recording")
                job.state = "failed"
            except Exception as error:  # a strange file can make a decoder raise what it likes
                job.text = f"the recording cannot be heard ({type(error).__name__})."
                job.state = "failed"
            finally:
                await asyncio.to_thread(_remove, job.path)
                self._forget()

    async def _keep(self, job: _Job) -> None:
        def play(path: Path, call_id: str) -> Playing:
            sound = path.with_suffix(".wav")
            broken = plain(path, sound, first=job.asked.first)
            wanted = Wanted(language=job.asked.language, agent=job.who.id, broken=broken)
            return self._play(sound, call_id, wanted)

        order = Order(
            play=play,
            consents=initial(("assist", "transcript", "review")),
            basis=job.asked.basis,
            actor=Actor(job.who.id, "agent"),
            team=self._access.team(job.who.id),
        )
        troubles: list[str] = []

        def tell(text: str, trouble: bool) -> None:
            if trouble:
                troubles.append(text.removeprefix(f"{job.path}: "))

        def advance(done: float) -> None:
            job.done = done

        tally = await Import(self._store, order, tell=tell, advance=advance).run([job.path])
        if tally.failed:
            raise StoreError(troubles[-1] if troubles else "the recording cannot be heard.")
        job.call, job.text = tally.call, " ".join(troubles)

    async def _expire(self, job: _Job) -> None:
        """Forget a recording that was promised and never came."""
        await asyncio.sleep(PATIENCE_S)
        if job.state == "sending" and not job.path.exists():
            self._fail(job, "the recording did not arrive.")

    def _fail(self, job: _Job, text: str) -> None:
        job.state, job.text = "failed", text
        _remove(job.path)
        self._forget()

    def _forget(self) -> None:
        """Keep in mind the newest of those that ended."""
        ended = [id for id, one in self._jobs.items() if one.state not in OPEN]
        for id in ended[:-REMEMBERED]:
            del self._jobs[id]

    def _hold(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _remove(path: Path) -> None:
    for one in (path, path.with_suffix(".wav")):
        one.unlink(missing_ok=True)
