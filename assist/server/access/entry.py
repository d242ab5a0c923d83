"""How a page or machine enters a WebSocket: limits and Origin first, then its first message."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from assist.server.access import Access, address
from assist.server.access.who import (
    BAD_FIELD,
    BROKEN,
    FORBIDDEN,
    LOCAL,
    NO_TEXT,
    SIGNED_OUT,
    TOO_LONG,
    TOO_SLOW,
    Credential,
    Refusal,
    Who,
)

SUBPROTOCOL = "assist"
"""In local mode a page offers this and the token as protocols: no token ever stands in an address
or a log."""
FIRST_S = 3.0
"""Seconds for the first message."""
LONGEST = 8192
"""Bytes of the first message."""
RECHECK_S = 3.0
"""How often it is asked whether a connection still has its right: it must end in under 5 s."""
FAREWELL_S = 5.0
"""How long one who reads slowly may take to read why it was sent away."""


class Hello(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="hello"):
    """The first message of a page: who it is and what it has read."""

    token: str = ""
    ticket: str = ""
    call: str = ""
    since: Annotated[int, msgspec.Meta(ge=0)] = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody came in."""

    who: Who
    call: str = ""
    """What the page has read so far: a call, up to `since`."""
    since: int = 0


_decoder = msgspec.json.Decoder(Hello)


@asynccontextmanager
async def entering(websocket: WebSocket, access: Access) -> AsyncIterator[Entry | None]:
    """Let somebody in, and count them until the block ends; None: they were sent away.

    In local mode the token may travel as a subprotocol, and what the page has read in the query.
    """
    come_from = address(websocket)
    with access.connection(come_from) as too_many:
        if too_many or access.admits(websocket):
            await websocket.close()  # before the handshake: a plain 403
            yield None
            return
        offered = websocket.scope["subprotocols"]
        await websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
        found = await _first(websocket, access, offered)
        if isinstance(found, Entry):
            with access.presence(found.who) as too_many:
                if too_many is None:
                    yield found
                    return
                found = too_many
        await close(websocket, found.code)
        yield None


async def until_lost(access: Access, who: Who, *, every: float = RECHECK_S) -> int:
    """Wait until somebody lost a right with which they came in; return the code to close with."""
    while access.still(who):  # noqa: ASYNC110  # a file and the clock send no signal
        await asyncio.sleep(every)
    access.audit.record("right_lost", who=who.id)
    return FORBIDDEN


async def close(websocket: WebSocket, code: int) -> None:
    """Say goodbye; not for ever to one who does not listen."""
    try:
        await asyncio.wait_for(websocket.close(code), FAREWELL_S)
    except (TimeoutError, WebSocketDisconnect, RuntimeError):
        return  # it reads nothing any more, or is gone already


async def _first(websocket: WebSocket, access: Access, offered: list[str]) -> Entry | Refusal:
    if any(access.is_token(one) for one in offered):
        query = websocket.query_params
        since = query.get("since", "0")
        if not since.isdecimal() or len(since) > 9:
            return Refusal(BAD_FIELD, "since")
        return Entry(LOCAL, query.get("call", ""), int(since))
    if access.local and SUBPROTOCOL in offered:  # it offered another token, or none
        refusal = Refusal(SIGNED_OUT, "token_wrong")
        return access.refuse("token_refused", refusal, address=address(websocket))
    try:
        heard = await asyncio.wait_for(websocket.receive(), FIRST_S)
    except TimeoutError:
        return Refusal(TOO_SLOW, "no_first_message")
    hello = _hello(heard.get("text")) if heard["type"] == "websocket.receive" else None
    if hello is None:
        return Refusal(SIGNED_OUT, "gone")
    if isinstance(hello, Refusal):
        return hello
    found = access.redeem(
        Credential(token=hello.token, ticket=hello.ticket),
        origin=websocket.headers.get("origin", ""),
        address=address(websocket),
    )
    return Entry(found, hello.call, hello.since) if isinstance(found, Who) else found


def _hello(text: str | None) -> Hello | Refusal:
    """Read the first message."""
    if text is None:
        return Refusal(NO_TEXT, "no_text")
    if len(text) > LONGEST:
        return Refusal(TOO_LONG, "too_long")
    try:
        return _decoder.decode(text)
    except msgspec.ValidationError:
        return Refusal(BAD_FIELD, "hello")
    except (msgspec.DecodeError, UnicodeEncodeError):
        return Refusal(BROKEN, "no_json")
