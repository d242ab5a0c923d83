"""The web application: pages, assets, health and the feed, with the headers that guard them."""

from collections.abc import Callable
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
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assist import __version__
from assist.server.agent import AgentFeed, Tell
from assist.server.door import Door
from assist.server.hub import Hub

STATIC = Path(__file__).parent / "static"
"""The built client."""
HOSTS = ("127.0.0.1", "localhost")
"""Names under which the local server answers: no other name may be made to point here."""
Waits = Callable[[], str]
"""Says what is still awaited, like `loading 43 %`; empty = nothing."""
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
_FOREVER = "public, max-age=31536000, immutable"


def create_app(
    *, hub: Hub, door: Door, tell: Tell, waits: Waits = lambda: "", static: Path = STATIC
) -> Starlette:
    """Put the application together.

    Args:
        hub: what the feeds send.
        door: who may follow them.
        tell: where the commands of the pages go.
        waits: says why words are not yet heard, or will not be; empty = they are.
        static: the built client.
    """

    async def overlay(request: Request) -> Response:
        page = static / "overlay.html"
        return FileResponse(page) if page.is_file() else PlainTextResponse(NOT_BUILT, 503)

    async def start(request: Request) -> Response:
        return RedirectResponse("/overlay")  # a browser carries the #token along

    async def mark(request: Request) -> Response:
        return FileResponse(static / "mark.svg")

    async def health(request: Request) -> Response:
        facts = {"status": "ok", "version": __version__, "call": hub.call_id, "pages": hub.clients}
        return JSONResponse(facts)

    async def ready(request: Request) -> Response:
        reason = waits()
        facts = {"ready": False, "model": reason} if reason else {"ready": True}
        return JSONResponse(facts, 503 if reason else 200)

    return Starlette(
        routes=[
            Route("/", start),
            Route("/overlay", overlay),
            Route("/mark.svg", mark),
            Route("/health", health),
            Route("/ready", ready),
            WebSocketRoute("/feed/agent", AgentFeed(hub, door, tell).follow),
            Mount("/assets", StaticFiles(directory=static / "assets", check_dir=False)),
        ],
        middleware=[
            Middleware(Guard),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS), www_redirect=False),
        ],
    )


class Guard:
    """Put the guarding headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and its answer back."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                hashed = scope["path"].startswith("/assets/") and message["status"] == 200
                headers["cache-control"] = _FOREVER if hashed else "no-cache"
            await send(message)

        await self._app(scope, receive, guarded)
