"""The feed of a supervisor's page: the table of live calls, the call that it looks into, notes.

First comes the whole table, then each line as it changes. The events of the one call that the page
follows travel on the same socket as they are. Everything that a page asks for is checked anew.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable
from typing import Annotated, Any, Literal

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from assist.errors import ProtocolError
from assist.events import Event, SupervisorNote
from assist.server.access import Access
from assist.server.access.entry import close, entering, until_lost
from assist.server.access.limits import Bucket
from assist.server.access.who import BROKEN, FORBIDDEN, NO_TEXT, TOO_LONG, TOO_MANY, TOO_SLOW, Who
from assist.server.board import BEAT_S, Board, Viewer
from assist.server.commands import NotJsonError
from assist.server.rooms import Room, Rooms

LONGEST = 16 * 1024
"""Characters of a command; a note is shorter."""
NOTE = 2000
"""Characters of a note."""
PATIENCE_S = 10.0
"""How long one message may wait for a page that reads slowly."""
GONE, WRONG = 1000, 1008

Right = Literal["see_live_calls", "send_note"]
CallId = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Tell = Callable[[str, Event], None]
"""Hands an event to the running call of that id; returns at once."""


class Follow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="follow"):
    """Look into a call; its events come from now on, in place of another call's."""

    call_id: CallId
    since: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)] = 0
    """The last event that the page has read."""


class Unfollow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="unfollow"):
    """Look away."""


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="note"):
    """Words to the agent."""

    call_id: CallId
    text: Annotated[str, msgspec.Meta(max_length=NOTE, pattern=r"\S")]


Request = Follow | Unfollow | Note
_decoder: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)


def read(text: str) -> Request:
    """Read what a page asks for.

    Raises:
        NotJsonError: the text is no JSON.
        ProtocolError: it asks for nothing that there is.
    """
    try:
        return _decoder.decode(text)
    except msgspec.ValidationError as error:
        raise ProtocolError(f"a supervisor cannot ask for this: {error}") from error
    except msgspec.DecodeError as error:
        raise NotJsonError(f"this is no JSON: {error}") from error


class SupervisorFeed:
    """The WebSocket endpoint `/feed/supervisor`.

    Args:
        rooms: the live calls.
        board: their lines.
        access: who may come in, and what they may do.
        tell: where notes go.
    """

    def __init__(self, rooms: Rooms, board: Board, access: Access, tell: Tell) -> None:
        self._rooms = rooms
        self._board = board
        self._access = access
        self._tell = tell
        self._timer: asyncio.TimerHandle | None = None

    async def follow(self, websocket: WebSocket) -> None:
        """Serve one page until it goes or is sent away."""
        async with entering(websocket, self._access) as entry:
            if entry is None:
                return
            code = FORBIDDEN
            if self._access.holds(entry.who, "see_live_calls"):
                code = await self._serve(websocket, entry.who)
            else:
                self._access.demand(entry.who, "see_live_calls")  # which writes the no down
            if code != GONE:
                await close(websocket, code)

    async def _serve(self, websocket: WebSocket, who: Who) -> int:
        """Show the table to somebody; return the close code."""
        access = self._access
        viewer = self._board.join(lambda room: access.may(who, "see_live_calls", team=room.team))
        if self._timer is None:
            self._beat()
        try:
            page = _Page(websocket, who, viewer, self._rooms, self._board, access, self._tell)
            return await page.serve()
        finally:
            self._board.leave(viewer)

    def _beat(self) -> None:
        """Beat while somebody looks."""
        self._board.beat()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(BEAT_S, self._beat) if self._board.viewers else None


class _Page:
    """One connection."""

    def __init__(
        self,
        websocket: WebSocket,
        who: Who,
        viewer: Viewer,
        rooms: Rooms,
        board: Board,
        access: Access,
        tell: Tell,
    ) -> None:
        self._websocket = websocket
        self._who = who
        self._access = access
        self._viewer = viewer
        self._rooms = rooms
        self._board = board
        self._tell = tell
        self._bucket = Bucket()
        self._end: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._tasks: set[asyncio.Task[int]] = set()
        self._following: asyncio.Task[int] | None = None

    async def serve(self) -> int:
        """Return the close code once the first of sending, receiving and patience ends."""
        self._start(self._show())
        self._start(self._receive())
        self._start(until_lost(self._access, self._who))
        try:
            return await self._end
        finally:
            tasks = tuple(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, int]) -> asyncio.Task[int]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[int]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or self._end.done():
            return
        error = task.exception()
        if error is not None:
            self._end.set_exception(error)
        else:
            self._end.set_result(task.result())

    async def _show(self) -> int:
        """Send the table, and then each line that the page is owed."""
        code = await self._send((self._board.snapshot(self._viewer),))
        while code is None:
            await self._viewer.news.wait()
            code = await self._send(self._board.take(self._viewer))
        return code

    async def _look_into(self, room: Room, since: int) -> int:
        """Send the events of the followed call."""
        client = room.hub.join(room.call_id, since, lost=self._lose_patience)
        code = None
        try:
            while code is None:
                code = await self._send(one.text for one in await client.next())
        finally:
            room.hub.leave(client)
        return code

    def _lose_patience(self) -> None:
        """End when the page reads the followed call too slowly."""
        if not self._end.done():
            self._end.set_result(TOO_SLOW)

    async def _send(self, texts: Iterable[str]) -> int | None:
        """Send the texts; return the close code when that is no longer possible."""
        try:
            for text in texts:
                async with asyncio.timeout(PATIENCE_S):
                    await self._websocket.send_text(text)
        except TimeoutError:
            return TOO_SLOW
        except (WebSocketDisconnect, RuntimeError):  # the latter: it said goodbye meanwhile
            return GONE
        return None

    async def _receive(self) -> int:
        """Do what the page asks for until it goes or says what nobody understands."""
        while True:
            heard = await self._websocket.receive()
            if heard["type"] == "websocket.disconnect":
                return GONE
            text = heard.get("text")
            if text is None:
                return NO_TEXT
            if len(text) > LONGEST:
                return TOO_LONG
            if not self._bucket.take(time.monotonic()):
                return TOO_MANY
            if not self._access.still(self._who):
                return FORBIDDEN
            try:
                self._do(read(text))
            except NotJsonError:
                return BROKEN
            except ProtocolError:
                return WRONG

    def _do(self, request: Request) -> None:
        """Do it; who asks for a call that is not there learns that it is gone."""
        match request:
            case Unfollow():
                self._look_away()
            case Follow():
                self._look_away()
                room = self._room(request.call_id, "see_live_calls")
                if room is None:
                    self._viewer.refuse(request.call_id)
                    return
                self._following = self._start(self._look_into(room, request.since))
            case Note():
                room = self._room(request.call_id, "send_note")
                if room is None or room.ended:
                    self._viewer.refuse(request.call_id)
                    return
                note = SupervisorNote(at=0, author=self._who.id, text=request.text.strip())
                self._tell(request.call_id, note)

    def _look_away(self) -> None:
        if self._following is not None:
            self._following.cancel()
            self._following = None

    def _room(self, call_id: str, right: Right) -> Room | None:
        """Return the call's room; a forbidden call looks like one that there is not."""
        room = self._rooms.get(call_id)
        may = room is not None and self._access.demand(
            self._who, right, call=call_id, team=room.team
        )
        return room if may else None
