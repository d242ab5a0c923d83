"""The feed of one agent's page: the call so far, then each event as it happens; commands back."""

import asyncio
import time
from collections.abc import Callable

from starlette.websockets import WebSocket, WebSocketDisconnect

from assist.errors import ProtocolError
from assist.events import Event
from assist.server.access import Access
from assist.server.access.entry import RECHECK_S, Entry, close, entering
from assist.server.access.limits import Bucket
from assist.server.access.who import LOCAL, Who
from assist.server.commands import LONGEST, NotJsonError, read
from assist.server.hub import Client, Hub, Message
from assist.server.rooms import Rooms

Tell = Callable[[str, Event], None]
"""Hands a command to the running call of that id; returns at once."""
Sent = Callable[[Message], None]
"""Hears of each message that was sent, for the metrics."""

GONE = 1000
NO_TEXT, BROKEN, WRONG, TOO_LONG = 1003, 1007, 1008, 1009
FORBIDDEN, SLOW, TOO_MANY = 4403, 4408, 4429


class AgentFeed:
    """The WebSocket endpoint `/feed/agent`.

    Args:
        rooms: the live calls.
        access: who may come in, and what they may do.
        tell: where commands go.
        sent: hears of what was sent.
        evicted: hears of each page that was dropped because it read too slowly.
    """

    def __init__(
        self,
        rooms: Rooms,
        access: Access,
        tell: Tell,
        *,
        sent: Sent = lambda message: None,
        evicted: Callable[[], None] = lambda: None,
    ) -> None:
        self._rooms = rooms
        self._access = access
        self._tell = tell
        self._sent = sent
        self._evicted = evicted
        self._present: dict[asyncio.Future[int], Who] = {}
        """Who follows, by what ends with a close code when they are to go."""
        self._timer: asyncio.TimerHandle | None = None

    async def follow(self, websocket: WebSocket) -> None:
        """Serve one page until it goes or is sent away."""
        async with entering(websocket, self._access) as entry:
            if entry is None:
                return
            agent = self._agent(websocket, entry.who)
            code = FORBIDDEN
            if self._access.demand(entry.who, "see_own_call", agent=agent):
                code = await self._serve(websocket, entry, agent)
            if code == SLOW:
                self._evicted()
            if code != GONE:
                await close(websocket, code)

    def _agent(self, websocket: WebSocket, who: Who) -> str:
        """Return whose calls the page shows: one's own; in local mode whose is asked for."""
        return websocket.query_params.get("agent", who.id) if who == LOCAL else who.id

    async def _serve(self, websocket: WebSocket, entry: Entry, agent: str) -> int:
        """Return the close code once sending or receiving ends, patience or the right is lost."""
        hub = self._rooms.desk(agent)
        end: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        client = hub.join(entry.call, entry.since, lost=lambda: _settle(end, SLOW))
        tasks = [
            asyncio.create_task(work)
            for work in (
                self._send(websocket, client),
                self._receive(websocket, entry.who, agent, hub),
            )
        ]
        for task in tasks:
            task.add_done_callback(lambda done: _ended(done, end))
        self._present[end] = entry.who
        if self._timer is None:
            self._check_rights()
        try:
            return await end
        finally:
            del self._present[end]
            hub.leave(client)
            self._rooms.tidy(agent)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _check_rights(self) -> None:
        """Send away who lost a right, now and again while anybody follows."""
        for end, who in tuple(self._present.items()):
            if not self._access.still(who) and not end.done():
                self._access.audit.record("right_lost", who=who.id)
                end.set_result(FORBIDDEN)
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(RECHECK_S, self._check_rights) if self._present else None

    async def _send(self, websocket: WebSocket, client: Client) -> int:
        """Send what the client is owed until it is gone."""
        try:
            while True:
                for one in await client.next():
                    await websocket.send_text(one.text)
                    self._sent(one)
        except (WebSocketDisconnect, RuntimeError):  # the latter: it said goodbye meanwhile
            return GONE

    async def _receive(self, websocket: WebSocket, who: Who, agent: str, hub: Hub) -> int:
        """Hand on commands until the page goes or says what nobody understands."""
        bucket = Bucket()
        while True:
            heard = await websocket.receive()
            if heard["type"] == "websocket.disconnect":
                return GONE
            if not bucket.take(time.monotonic()):
                return TOO_MANY
            if not self._access.may(who, "command_own_call", agent=agent):
                return FORBIDDEN
            if code := self._obey(heard.get("text"), hub):
                return code

    def _obey(self, text: str | None, hub: Hub) -> int:
        """Hand on one command; return the close code where nobody understands it, else 0."""
        if text is None:
            return NO_TEXT
        if len(text) > LONGEST:
            return TOO_LONG
        try:
            self._tell(hub.call_id, read(text))
        except NotJsonError:
            return BROKEN
        except ProtocolError:
            return WRONG
        return 0


def _settle(end: asyncio.Future[int], code: int) -> None:
    if not end.done():
        end.set_result(code)


def _ended(task: asyncio.Task[int], end: asyncio.Future[int]) -> None:
    """Hand on how a task ended, a mistake of ours included."""
    if task.cancelled() or end.done():
        return
    error = task.exception()
    if error is None:
        end.set_result(task.result())
    else:
        end.set_exception(error)
