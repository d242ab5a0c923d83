"""The feed of one agent's page: the call so far, then each event as it happens; commands back."""

import asyncio
from collections.abc import Callable

from starlette.websockets import WebSocket, WebSocketDisconnect

from assist.errors import ProtocolError
from assist.events import Event
from assist.server.commands import LONGEST, NotJsonError, read
from assist.server.door import SUBPROTOCOL, Door, same_host
from assist.server.hub import Client, Hub

Tell = Callable[[Event], None]
"""Hands a command to the running call; returns at once."""

GONE = 1000
NO_TEXT, BROKEN, WRONG, TOO_LONG = 1003, 1007, 1008, 1009
SIGNED_OUT, SLOW = 4401, 4408
FAREWELL_S = 5.0
"""How long a client that reads slowly may take to read why it was dropped."""


class AgentFeed:
    """The WebSocket endpoint `/feed/agent`.

    Args:
        hub: what happens.
        door: who may come in.
        tell: where commands go.
    """

    def __init__(self, hub: Hub, door: Door, tell: Tell) -> None:
        self._hub = hub
        self._door = door
        self._tell = tell

    async def follow(self, websocket: WebSocket) -> None:
        """Serve one page until it goes or is sent away."""
        if not same_host(websocket.headers.get("origin"), websocket.headers.get("host", "")):
            await websocket.close()  # before the handshake: a plain 403
            return
        offered = websocket.scope["subprotocols"]
        await websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
        code = SIGNED_OUT
        if self._door.knows(offered):
            code = await self._serve(websocket)
        if code != GONE:
            await _close(websocket, code)

    async def _serve(self, websocket: WebSocket) -> int:
        """Return the close code once the first of sending, receiving and patience ends."""
        query = websocket.query_params
        since = query.get("since", "0")
        if not since.isdecimal() or len(since) > 9:
            return WRONG
        client = self._hub.join(query.get("call", ""), int(since))
        tasks = [
            asyncio.create_task(work)
            for work in (_send(websocket, client), self._receive(websocket), _patience(client))
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return min(task.result() for task in done)
        finally:
            self._hub.leave(client)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _receive(self, websocket: WebSocket) -> int:
        """Hand on commands until the page goes or says what nobody understands."""
        while True:
            heard = await websocket.receive()
            if heard["type"] == "websocket.disconnect":
                return GONE
            text = heard.get("text")
            if text is None:
                return NO_TEXT
            if len(text) > LONGEST:
                return TOO_LONG
            try:
                self._tell(read(text))
            except NotJsonError:
                return BROKEN
            except ProtocolError:
                return WRONG


async def _send(websocket: WebSocket, client: Client) -> int:
    """Send what the client is owed until it is gone."""
    try:
        while True:
            for one in await client.next():
                await websocket.send_text(one.text)
    except (WebSocketDisconnect, RuntimeError):  # the latter: it said goodbye meanwhile
        return GONE


async def _patience(client: Client) -> int:
    await client.lost()
    return SLOW


async def _close(websocket: WebSocket, code: int) -> None:
    try:
        await asyncio.wait_for(websocket.close(code), FAREWELL_S)
    except (TimeoutError, WebSocketDisconnect, RuntimeError):
        return  # it reads nothing any more, or is gone already
