"""The page on which people log in: three files, and which ways in it shows."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from assist.server.access import Access

HERE = Path(__file__).parent


def login_routes(access: Access) -> list[BaseRoute]:
    """Return the routes of the page."""

    def page(request: Request) -> Response:
        if access.local:
            return RedirectResponse("/")  # nobody logs in here
        text = (HERE / "login.html").read_text(encoding="utf-8")
        ways = {"provider": bool(access.settings.oidc.issuer), "people": access.users is not None}
        for way, there in ways.items():
            text = text.replace(f'data-{way}="no"', f'data-{way}="{"yes" if there else "no"}"')
        return Response(text, media_type="text/html")

    def file(name: str) -> Route:
        return Route(f"/{name}", lambda request: FileResponse(HERE / name))

    return [Route("/login", page), file("login.css"), file("login.js")]
