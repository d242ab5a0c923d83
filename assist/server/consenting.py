"""How somebody's consent reaches the store: `POST /api/consent`, from a source or the agent."""

from typing import Literal

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from assist.core.consent import Purpose, State
from assist.errors import ProtocolError, StoreError
from assist.events import Channel
from assist.server.access import Access
from assist.server.access.body import body
from assist.server.access.who import Who
from assist.server.rooms import Room, Rooms
from assist.store.commands import Actor, ConsentMoved
from assist.store.store import Store

LONGEST = 4096
"""Bytes of a body."""


class Moved(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body: one side of a running call was told, agreed, refused or withdrew."""

    call_id: str
    channel: Channel
    purpose: Purpose
    state: State
    basis: Literal["spoken", "keypad", "contract", "works_agreement", "announcement"]
    evidence: str = ""
    """An id that leads to the proof; never words."""


def create_consent_routes(store: Store, rooms: Rooms, access: Access) -> list[Route]:
    """Return the route by which consent is told.

    Args:
        store: that keeps it.
        rooms: the live calls.
        access: who may say so: whoever may send the call's sound, or its agent.
    """

    async def move(request: Request) -> Response:
        who = access.who(request)
        if who is None or access.admits(request):
            return _no("Say who you are.", 401)
        try:
            moved = _read(await body(request, LONGEST) or b"")
            room = rooms.get(moved.call_id)
            if room is None or not _may(access, who, room):
                return _no("There is no such call.", 404)
            await store.record(_command(moved), Actor(who.id, min(who.roles, default="")))
        except ProtocolError as error:
            return _no(str(error), 400)
        except StoreError as error:
            return _no(str(error), 503)
        return JSONResponse({"call_id": moved.call_id}, 201)

    return [Route("/api/consent", move, methods=["POST"])]


def _may(access: Access, who: Who, room: Room) -> bool:
    return access.may(who, "send_audio", agent=room.agent) or access.may(
        who, "command_own_call", agent=room.agent
    )


def _read(told: bytes) -> Moved:
    """Read the body.

    Raises:
        ProtocolError: it says nothing that there is.
    """
    try:
        return msgspec.json.decode(told, type=Moved)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProtocolError(f"this tells of no consent: {error}") from None


def _command(moved: Moved) -> ConsentMoved:
    return ConsentMoved(
        call_id=moved.call_id,
        channel=moved.channel,
        purpose=moved.purpose,
        state=moved.state,
        basis=moved.basis,
        evidence=moved.evidence[:200],
    )


def _no(text: str, status: int) -> Response:
    return JSONResponse({"error": text}, status)
