"""Whether a telephone system may come in: from this machine, or with a password; pure."""

from base64 import b64encode
from collections.abc import Mapping
from hmac import compare_digest
from urllib.parse import urlsplit

from assist.ingest.peers import plain

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
"""Headers of a proxy: behind one, the whole world seems to be this machine."""


def from_here(peer: str, headers: Mapping[str, str]) -> bool:
    """Tell whether a program on this machine asks: not a proxy on it, nor a page of the world.

    A page in a browser here may connect to this machine, too; it cannot hide its origin. A program
    that names one (libwebsockets does) names the host that it connects to.
    """
    proxied = any(name in headers for name in FORWARDED)
    origin = headers.get("origin")
    return _is_here(peer) and not proxied and (origin is None or _is_here(_host(origin)))


def _is_here(host: str) -> bool:
    address = plain(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _host(origin: str) -> str:
    try:
        return urlsplit(origin if "//" in origin else f"//{origin}").hostname or ""
    except ValueError:
        return ""


def knows(headers: Mapping[str, str], *, username: str, password: str) -> bool:
    """Tell whether a request names the password: as HTTP basic with the user's name, or as bearer.

    Args:
        headers: of the request, their names in lower case.
        username: for HTTP basic.
        password: for HTTP basic, or the bearer token; never empty.
    """
    scheme, _, given = headers.get("authorization", "").partition(" ")
    pair = b64encode(f"{username}:{password}".encode()).decode()
    expected = {"basic": pair, "bearer": password}.get(scheme.lower())
    return expected is not None and _same(given.strip(), expected)


def _same(given: str, expected: str) -> bool:
    """Compare in a time that does not depend on where the difference is."""
    return compare_digest(given.encode(errors="replace"), expected.encode())
