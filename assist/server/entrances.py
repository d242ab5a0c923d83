"""Where calls come in: one route a door that the operator opened."""

import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from assist.errors import CapacityError, ProtocolError, SettingsError
from assist.ingest import asterisk, freeswitch, twilio
from assist.ingest.asterisk import AsteriskSession
from assist.ingest.audiohook import AudioHook
from assist.ingest.audiosocket_port import AudioSocketPort
from assist.ingest.freeswitch import FreeSwitchSession
from assist.ingest.native import Admitted, NativeSession, Register
from assist.ingest.pairing import Pairing, read
from assist.ingest.peers import Networks
from assist.ingest.session import Session, Unacceptable
from assist.ingest.signature import Nonces, check
from assist.ingest.socket import Manner, Socket
from assist.ingest.switchboard import Line, Switchboard
from assist.ingest.twilio import Streams, TwilioSession
from assist.protocol import FULL, NOT_YOURS, PATH, RESUME_MS, UNKNOWN_TOKEN, Hello
from assist.server.access import Access, Credential, Refusal, address
from assist.server.access.body import body
from assist.server.access.who import FORBIDDEN, LOCAL, MACHINE, Who
from assist.settings.doors import Ingest

logger = logging.getLogger("assist.door")

NATIVE = Manner("native", resends=True, patience_ms=RESUME_MS)
TWILIO = Manner("twilio", patience_ms=10_000)
AUDIOHOOK = Manner("audiohook", patience_ms=10_000)
ASTERISK = Manner("asterisk", patience_ms=10_000, subprotocol="media")
FREESWITCH = Manner("freeswitch", patience_ms=0)
OWN_CALLS = 4
"""A person may send so many calls at a time; a machine is bounded by the service alone."""
ANNOUNCEMENT = 16 * 1024
"""Bytes of `POST /api/calls`."""

Serve = Callable[[WebSocket], Awaitable[None]]


def now_ms() -> int:
    """Return the machine's own time in milliseconds; its zero means nothing."""
    return time.monotonic_ns() // 1_000_000


class Entrances:
    """The doors of one service.

    Args:
        settings: `[ingest]`.
        board: where calls are opened.
        access: who may come in.
        public_url: how the world reaches the service.

    Raises:
        SettingsError: a secret cannot be read, or an address is none.
    """

    def __init__(
        self, settings: Ingest, board: Switchboard, access: Access, *, public_url: str = ""
    ) -> None:
        self._settings = settings
        self._board = board
        self._access = access
        self._public_url = public_url
        self._pairing = Pairing()

    def routes(self) -> list[BaseRoute]:
        """Return a route for every door that is open."""
        settings = self._settings
        doors: Iterable[tuple[bool, str, Callable[[], Serve]]] = (
            (settings.native.enabled, PATH, self._native),
            (settings.twilio.enabled, "/ingest/twilio", self._twilio),
            (settings.audiohook.enabled, "/ingest/audiohook", self._audiohook),
            (settings.asterisk.enabled, "/ingest/asterisk", self._asterisk),
            (settings.freeswitch.enabled, "/ingest/freeswitch", self._freeswitch),
        )
        routes: list[BaseRoute] = [
            WebSocketRoute(path, make()) for enabled, path, make in doors if enabled
        ]
        if settings.asterisk.enabled or settings.audiosocket.enabled:
            routes.append(Route("/api/calls", self._announce, methods=["POST"]))
        return routes

    def port(self) -> AudioSocketPort | None:
        """Return the port of AudioSocket, not yet open, if the operator wants it."""
        door = self._settings.audiosocket
        if not door.enabled:
            return None
        return AudioSocketPort(
            door, self._pairing, self._board, clock=now_ms, most=2 * self._board.most
        )

    # ---- our own protocol ----------------------------------------------------------------------

    def _native(self) -> Serve:
        register = Register()

        async def serve(websocket: WebSocket) -> None:
            if self._access.admits(websocket):
                await websocket.close()  # before the handshake: a plain 403
                return
            session = NativeSession(
                register, lambda hello: self._authorise(websocket, hello), now=now_ms()
            )

            def joined(line: Line) -> None:
                if session.call is not None:
                    session.call.settled = lambda: line.settled

            with self._access.connection(address(websocket)) as too_many:
                if too_many:
                    await websocket.close()
                    return
                await self._serve(websocket, session, NATIVE, joined=joined)

        return serve

    def _authorise(self, websocket: WebSocket, hello: Hello) -> Admitted:
        """Return whose call it is, and how long the client may send it.

        Raises:
            Unacceptable: the token is not valid, or not for this agent's calls.
        """
        origin, come_from = websocket.headers.get("origin", ""), address(websocket)
        shown = (
            Credential(token=hello.token)
            if self._access.local or not origin
            else Credential(ticket=hello.token)
        )
        who = self._access.redeem(shown, origin=origin, address=come_from)
        if isinstance(who, Refusal):
            raise Unacceptable(UNKNOWN_TOKEN, "The token is not valid.")
        agent = hello.agent or ("" if who.id.startswith(MACHINE) else who.id)
        if not self._access.demand(who, "send_audio", call=hello.call_id, agent=agent):
            raise Unacceptable(NOT_YOURS, "This client may not send calls for this agent.")
        if self._too_many(who, hello.call_id, agent):
            raise Unacceptable(FULL, "You send as many calls already as one person may.")
        return Admitted(agent, lambda: self._access.may(who, "send_audio", agent=agent))

    def _too_many(self, who: Who, call_id: str, agent: str) -> bool:
        """Tell whether a person who opens one more call has too many of them."""
        person = who != LOCAL and not who.id.startswith(MACHINE)
        return person and len(self._board.calls_of(agent) - {call_id}) >= OWN_CALLS

    # ---- telephony -----------------------------------------------------------------------------

    def _twilio(self) -> Serve:
        door, streams = self._settings.twilio, Streams()
        token = secret(door.auth_token_file)

        async def serve(websocket: WebSocket) -> None:
            refused = twilio.admit(
                websocket.headers,
                door=door,
                token=token,
                public_url=self._public_url,
                path=websocket.url.path,
                peer=address(websocket),
            )
            if await self._let_in(websocket, refused, TWILIO):
                await self._serve(websocket, TwilioSession(door, streams), TWILIO)

        return serve

    def _audiohook(self) -> Serve:
        door, nonces = self._settings.audiohook, Nonces()

        async def serve(websocket: WebSocket) -> None:
            headers, url = websocket.headers, websocket.url
            refused = check(
                headers,
                target=url.path + (f"?{url.query}" if url.query else ""),
                authority=urlsplit(self._public_url).netloc or headers.get("host", ""),
                keys=door.keys,
                now_s=self._access.clock.wall(),
                nonces=nonces,
            )
            if refused:
                logger.warning("unsigned", extra={"source": AUDIOHOOK.name, "code": refused})
                self._refuse(websocket, AUDIOHOOK)
            session = AudioHook(
                door,
                session=headers.get("audiohook-session-id", ""),
                organisation=headers.get("audiohook-organization-id", ""),
                authorised=not refused,
                now=now_ms(),
            )
            await self._serve(websocket, session, AUDIOHOOK)

        return serve

    def _asterisk(self) -> Serve:
        door = self._settings.asterisk
        password, peers = secret(door.password_file), Networks(door.peers)

        async def serve(websocket: WebSocket) -> None:
            refused = asterisk.admit(
                websocket.headers,
                username=door.username,
                password=password,
                peer=address(websocket),
                peers=peers,
            )
            if await self._let_in(websocket, refused, ASTERISK):
                session = AsteriskSession(self._pairing)
                try:
                    await self._serve(websocket, session, ASTERISK)
                finally:
                    list(session.lost(now_ms()))  # a stream without a call leaves, too

        return serve

    def _freeswitch(self) -> Serve:
        door = self._settings.freeswitch
        token = secret(door.password_file)

        async def serve(websocket: WebSocket) -> None:
            refused = freeswitch.admit(
                websocket.headers, door=door, token=token, peer=address(websocket)
            )
            if await self._let_in(websocket, refused, FREESWITCH):
                offered = websocket.scope["subprotocols"]
                spoken = next((one for one in freeswitch.SUBPROTOCOLS if one in offered), None)
                session = FreeSwitchSession(door, call_id=secrets.token_urlsafe(12))
                await self._serve(websocket, session, replace(FREESWITCH, subprotocol=spoken))

        return serve

    async def _announce(self, request: Request) -> Response:
        """Take the announcement of a call whose streams come one by one."""
        who = self._access.who(request)
        if who is None or self._access.admits(request):
            return JSONResponse({"error": "Say who you are."}, 401)
        try:
            told = read(await body(request, ANNOUNCEMENT) or b"")
            if not self._access.demand(who, "send_audio", call=told.call_id, agent=told.agent):
                return JSONResponse({"error": "Not for this agent."}, 403)
            self._pairing.announce(told, now_ms())
        except ProtocolError as error:
            return JSONResponse({"error": str(error)}, 400)
        except CapacityError as error:
            return JSONResponse({"error": str(error)}, 503)
        return JSONResponse({"call_id": told.call_id}, 201)

    # ---- what they share -----------------------------------------------------------------------

    async def _let_in(self, websocket: WebSocket, refused: str, manner: Manner) -> bool:
        if refused:
            self._refuse(websocket, manner)
            await websocket.close()  # before the handshake: a plain 403
        return not refused

    def _refuse(self, websocket: WebSocket, manner: Manner) -> None:
        refusal = Refusal(FORBIDDEN, manner.name)
        self._access.refuse("connection_refused", refusal, address=address(websocket))

    async def _serve(
        self,
        websocket: WebSocket,
        session: Session,
        manner: Manner,
        *,
        joined: Callable[[Line], None] = lambda line: None,
    ) -> None:
        await Socket(websocket, session, self._board, manner, clock=now_ms, joined=joined).serve()


def secret(file: str) -> str:
    """Return what a file of one secret holds; empty where no file is named.

    Raises:
        SettingsError: it cannot be read, or holds nothing.
    """
    if not file:
        return ""
    try:
        found = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: the secret cannot be read") from error
    if not found:
        raise SettingsError(f"{file}: there is no secret in it")
    return found
