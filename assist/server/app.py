"""The web application: pages, assets, health and feeds, with the headers that guard them."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assist import __version__
from assist.server.access import Access
from assist.server.agent import AgentFeed, Tell
from assist.server.board import Board, lexicons
from assist.server.metrics import CONTENT_TYPE, Metrics
from assist.server.rooms import Rooms
from assist.server.supervisor import SupervisorFeed

STATIC = Path(__file__).parent / "static"
"""The built client."""
PAGES = {"/overlay": "overlay", "/supervisor": "supervisor", "/review": "review"}
"""Which page stands at which path."""
Checks = Callable[[], Mapping[str, str]]
"""Says what keeps the service from being ready: a sentence by the part that it is about."""
NOT_BUILT = "The pages have not been built: run `npm ci` and `npm run build` in client/.\n"

_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; object-src 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_ENCRYPTED = {"strict-transport-security": "max-age=31536000"}
_FOREVER = "public, max-age=31536000, immutable"


def create_app(
    *,
    rooms: Rooms,
    access: Access,
    tell: Tell,
    checks: Checks = dict,
    metrics: Metrics | None = None,
    doors: Sequence[BaseRoute] = (),
    static: Path = STATIC,
) -> Starlette:
    """Put the application together.

    Args:
        rooms: the live calls.
        access: who may come in, and what they may do.
        tell: where the commands of the pages go.
        checks: says what keeps the service from being ready; nothing = it is.
        metrics: what is counted.
        doors: through which calls come in.
        static: the built client.
    """
    counted = metrics or Metrics()
    probes = _Probes(access, checks, counted)
    agents = AgentFeed(
        rooms,
        access,
        tell,
        sent=counted.observe_sent,
        evicted=counted.evicted.labels("agent").inc,
    )
    supervisors = SupervisorFeed(rooms, Board(rooms, lexicons=lexicons()), access, tell)
    return Starlette(
        routes=[
            *(Route(path, _page(static / f"{name}.html")) for path, name in PAGES.items()),
            Route("/", _page(static / "index.html") if doors else _start),
            Route("/mark.svg", _page(static / "mark.svg")),
            Route("/health", probes.health),
            Route("/ready", probes.ready),
            Route("/metrics", probes.metrics),
            *access.routes,
            *doors,
            WebSocketRoute("/feed/agent", agents.follow),
            WebSocketRoute("/feed/supervisor", supervisors.follow),
            Mount("/assets", StaticFiles(directory=static / "assets", check_dir=False)),
        ],
        middleware=[
            Middleware(Guard, secure=access.secure),
            Middleware(TrustedHostMiddleware, allowed_hosts=access.hosts, www_redirect=False),
        ],
    )


def _start(request: Request) -> Response:
    return RedirectResponse("/overlay")  # a browser carries the #token along


def _page(file: Path) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        return FileResponse(file) if file.is_file() else PlainTextResponse(NOT_BUILT, 503)

    return answer


class _Probes:
    """What programs ask: is it alive, is it ready, what does it count?"""

    def __init__(self, access: Access, checks: Checks, metrics: Metrics) -> None:
        self._access = access
        self._checks = checks
        self._metrics = metrics

    async def health(self, request: Request) -> Response:
        """Say that the loop turns."""
        return JSONResponse({"status": "ok", "version": __version__})

    async def ready(self, request: Request) -> Response:
        """Say whether calls are taken and heard, and what is missing."""
        missing = dict(self._checks())
        return JSONResponse({"ready": not missing, **missing}, 503 if missing else 200)

    async def metrics(self, request: Request) -> Response:
        """Tell the figures to a program on this machine, or with the right to read them."""
        if not self._is_near(request) and not self._may(request):
            return PlainTextResponse("Not for you.\n", 404)
        return Response(self._metrics.text(), headers={"content-type": CONTENT_TYPE})

    def _is_near(self, request: Request) -> bool:
        """Tell whether a program on this machine asks, and no proxy on it for somebody else."""
        near = request.client is not None and request.client.host in ("127.0.0.1", "::1")
        forwarded = {"x-forwarded-for", "forwarded"} & set(request.headers.keys())
        return near and not forwarded and "origin" not in request.headers

    def _may(self, request: Request) -> bool:
        who = self._access.who(request)
        return who is not None and self._access.may(who, "read_metrics")


class Guard:
    """Put the guarding headers on every answer.

    Args:
        app: what answers.
        secure: whether browsers come by TLS.
    """

    def __init__(self, app: ASGIApp, *, secure: bool = False) -> None:
        self._app = app
        self._headers = _HEADERS | (_ENCRYPTED if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and its answer back."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                hashed = scope["path"].startswith("/assets/") and message["status"] == 200
                if "cache-control" not in headers or hashed:
                    headers["cache-control"] = _FOREVER if hashed else "no-cache"
            await send(message)

        await self._app(scope, receive, guarded)
