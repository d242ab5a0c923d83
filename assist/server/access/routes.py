"""The HTTP side: log in, log out, ask for a ticket, and see who one is."""

from collections.abc import Awaitable, Callable

import msgspec
from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from assist.errors import SettingsError
from assist.server.access import Access, address
from assist.server.access.body import from_page
from assist.server.access.limits import Lock, Tries, neighbourhood
from assist.server.access.passwords import matches
from assist.server.access.tickets import hashed
from assist.server.access.who import (
    FORBIDDEN,
    SIGNED_OUT,
    TOO_LONG,
    TOO_MANY,
    Refusal,
    Who,
)

LARGEST = 4096
"""Bytes of a body."""
HASHING = 1
"""Passwords that are checked at a time: each takes a third of a second of a core."""
WAITING = 16
"""Log-ins that may wait for that."""

Endpoint = Callable[[Request], Awaitable[Response]]


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody types to log in."""

    user: str
    password: str


_decoder = msgspec.json.Decoder(Login)


def routes(access: Access) -> list[BaseRoute]:
    """Return the routes."""
    desk = Desk(access)
    provided = Abroad(access, desk).routes() if access.settings.oidc.issuer else []
    return [
        *provided,
        Route("/api/login", desk.login, methods=["POST"]),
        Route("/api/logout", desk.logout, methods=["POST"]),
        Route("/api/ticket", desk.ticket, methods=["POST"]),
        Route("/api/me", desk.me, methods=["GET"]),
    ]


class Desk:
    """Where people come to log in.

    Args:
        access: who may come in.
    """

    def __init__(self, access: Access) -> None:
        self._access = access
        self._tries = Tries()
        self._lock = Lock()
        self._limiter: CapacityLimiter | None = None  # belongs to the loop that asks first
        self._waiting = 0

    async def login(self, request: Request) -> Response:
        """Begin a session: `{"user", "password"}` → who that is, and the cookie."""
        if refusal := self._access.admits(request, page=True):
            return refused(refusal)
        read = await from_page(request, _decoder, most=LARGEST, name="login")
        found = read if isinstance(read, Refusal) else await self._known(read, address(request))
        return refused(found) if isinstance(found, Refusal) else self.welcome(*found)

    async def logout(self, request: Request) -> Response:
        """End the session; sockets that hang on it end within seconds."""
        if refusal := self._access.admits(request, page=True):
            return refused(refusal)
        if who := self._access.session(request):
            self._access.sessions.end(who.proof)
            self._access.audit.record("logout", who=who.id)
        answer = Response(status_code=204)
        self._cookie(answer, "", 0)
        return answer

    async def ticket(self, request: Request) -> Response:
        """Hand out a ticket to open one socket with."""
        access = self._access
        if refusal := access.admits(request, page=True):
            return refused(refusal)
        who = access.who(request)
        if who is None:
            refusal = Refusal(SIGNED_OUT, "no_session")
            access.refuse("session_refused", refusal, address=address(request))
            return refused(refusal)
        ticket, seconds = access.ticket(who, origin=request.headers["origin"])
        return JSONResponse({"ticket": ticket, "seconds": seconds}, headers=_UNKEPT)

    async def me(self, request: Request) -> Response:
        """Say who asks."""
        who = self._access.who(request)
        if who is None:
            return refused(Refusal(SIGNED_OUT, "no_session"))
        return JSONResponse(_told(who) | {"local": self._access.local}, headers=_UNKEPT)

    def welcome(self, who: Who, word: str) -> Response:
        """Begin a session and say who that is."""
        answer = JSONResponse(_told(who), headers=_UNKEPT)
        self.begin(answer, who, word)
        return answer

    def begin(self, answer: Response, who: Who, word: str) -> None:
        """Begin a session and put its cookie on an answer."""
        access = self._access
        secret = access.sessions.begin(who, word=word, now=access.clock.steady())
        self._cookie(answer, secret, int(access.settings.session_hours * 3600))
        access.audit.record("login", who=who.id, code="password" if word else "oidc")

    async def _known(self, login: Login, come_from: str) -> tuple[Who, str] | Refusal:
        """Check a name and password, with patience for neither guessers nor crowds."""
        access, now, near = self._access, self._access.clock.steady(), neighbourhood(come_from)
        person = access.users.person(login.user) if access.users else None
        name = login.user if person else ""  # a stranger's word is never written down
        typed = hashed(login.user)  # of one length, however long it is
        wait = max(self._lock.wait(typed, now), self._tries.take(near, now))
        if wait or self._waiting >= WAITING:
            refusal = Refusal(TOO_MANY, "too_many_tries", retry_after=int(wait) + 1)
            return access.refuse("login_failed", refusal, who=name, address=come_from)
        kept = access.users.password(login.user) if access.users else ""
        good = await self._matches(login.password, kept)
        if person and kept and good:
            self._lock.opened(typed)
            self._tries.give_back(near)  # a whole office may come from one address
            return person, kept
        self._lock.failed(typed, access.clock.steady())
        refusal = Refusal(SIGNED_OUT, "wrong")
        return access.refuse("login_failed", refusal, who=name, address=come_from)

    async def _matches(self, password: str, kept: str) -> bool:
        """Compare in a thread of our own: it takes a core a third of a second.

        A name that nobody has takes as long to refuse as any other: with it somebody else's hash
        is compared, and the answer thrown away.
        """
        self._limiter = self._limiter or CapacityLimiter(HASHING)
        self._waiting += 1
        try:
            compared = kept or self._anybodys()
            good = await to_thread.run_sync(matches, password, compared, limiter=self._limiter)
            return good and bool(kept)
        finally:
            self._waiting -= 1

    def _anybodys(self) -> str:
        people = self._access.users.listed.people.values() if self._access.users else ()
        return next((person.password for person in people if person.password), "")

    def _cookie(self, answer: Response, value: str, seconds: int) -> None:
        answer.set_cookie(
            self._access.cookie,
            value,
            max_age=seconds,
            path="/",
            secure=self._access.secure,
            httponly=True,
            samesite="strict",
        )


class Abroad:
    """Where people come who log in at an identity provider.

    Args:
        access: who may come in.
        desk: begins their session.
    """

    def __init__(self, access: Access, desk: Desk) -> None:
        try:
            from assist.server.access.oidc import BACK, Provider  # an extra
        except ImportError as error:
            raise SettingsError("access.oidc needs the extra: call-assist[oidc]") from error
        self._access = access
        self._desk = desk
        self._tries = Tries(limit=20)
        self._back = BACK
        self._provider = Provider(access.settings.oidc, public=access.public, clock=access.clock)

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/login/oidc", self.begin, methods=["GET"]),
            Route(self._back, self.back, methods=["GET"]),
        ]

    async def begin(self, request: Request) -> Response:
        """Send the browser to the provider."""
        near = neighbourhood(address(request))
        if wait := self._tries.take(near, self._access.clock.steady()):
            return refused(Refusal(TOO_MANY, "too_many_tries", retry_after=int(wait) + 1))
        found = await self._provider.begin()
        if isinstance(found, Refusal):
            return self._refused(found, request)
        there, cookie = found
        answer = RedirectResponse(there, 303, headers=_UNKEPT)
        self._cookie(answer, cookie, 600)
        return answer

    async def back(self, request: Request) -> Response:
        """Begin a session for somebody whom the provider sends back."""
        query = request.query_params
        who = await self._provider.finish(
            state=query.get("state", ""),
            code=query.get("code", ""),
            issuer=query.get("iss", ""),
            cookie=request.cookies.get(self._name, ""),
        )
        users = self._access.users
        if isinstance(who, Who) and users is not None and users.person(who.id):
            who = Refusal(FORBIDDEN, "oidc_name_taken")  # the users file knows somebody else
        if isinstance(who, Refusal):
            return self._refused(who, request)
        answer = RedirectResponse("/", 303, headers=_UNKEPT)
        self._desk.begin(answer, who, "")
        self._cookie(answer, "", 0)
        return answer

    def _refused(self, refusal: Refusal, request: Request) -> Response:
        return refused(self._access.refuse("login_failed", refusal, address=address(request)))

    @property
    def _name(self) -> str:
        return f"{self._access.cookie}-oidc"

    def _cookie(self, answer: Response, value: str, seconds: int) -> None:
        answer.set_cookie(
            self._name,
            value,
            max_age=seconds,
            path="/",
            secure=self._access.secure,
            httponly=True,
            samesite="lax",  # the browser comes back from another site
        )


def refused(refusal: Refusal) -> Response:
    """Answer a refusal: why, in one sentence that tells a stranger nothing."""
    headers = dict(_UNKEPT)
    if refusal.retry_after:
        headers["retry-after"] = str(refusal.retry_after)
    text = _TEXTS.get(refusal.reason) or _TEXTS.get(str(refusal.code), "this cannot be read")
    return JSONResponse({"error": text}, refusal.status, headers=headers)


_UNKEPT = {"cache-control": "no-store"}
_TEXTS = {
    "wrong": "the name or the password is wrong",
    "origin": "this page may not ask here",
    "provider_away": "the identity provider does not answer; try again in a while",
    "oidc_no_role": "you are in no group that may work here",
    "oidc_name_taken": "somebody else has your name here",
    str(SIGNED_OUT): "please log in",
    str(FORBIDDEN): "this is not for you",
    str(TOO_MANY): "too many tries; wait a little",
    str(TOO_LONG): "this is too long",
}


def _told(who: Who) -> dict[str, object]:
    return {"user": who.id, "roles": sorted(who.roles), "teams": sorted(who.teams)}
