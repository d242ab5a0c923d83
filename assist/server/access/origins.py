"""Which pages may connect, and under which names the service answers; pure."""

from collections.abc import Iterable
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")
_PORTS = {"http": 80, "https": 443}


class Origins:
    """The pages that may connect.

    Args:
        public: how the world reaches the service; empty = on this machine alone, by any port.
        others: origins of further pages.
    """

    def __init__(self, *, public: str = "", others: Iterable[str] = ()) -> None:
        self._public = public
        self._known = {origin for one in (public, *others) if (origin := normal(one))}

    @property
    def hosts(self) -> list[str]:
        """Host names under which the service answers; no other name may be made to point here."""
        own = urlsplit(self._public).hostname
        return sorted({*LOOPBACK[:3], own}) if own else list(LOOPBACK[:3])

    def knows(self, origin: str, *, host: str) -> bool:
        """Tell whether a page may connect.

        Args:
            origin: what the browser says.
            host: what it asked for; in local mode the page must come from there.
        """
        asked = normal(origin)
        if not asked:
            return False
        if asked in self._known:
            return True
        own = (normal(f"http://{host}"), normal(f"https://{host}"))
        return not self._public and asked in own and _is_loopback(host)


def normal(origin: str) -> str:
    """Return scheme, host and port in one form; empty when it is no origin."""
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return ""
    odd = parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in _PORTS or not parts.hostname or odd:
        return ""
    return f"{parts.scheme}://{parts.hostname}:{port or _PORTS[parts.scheme]}"


def _is_loopback(host: str) -> bool:
    return (urlsplit(f"//{host}").hostname or "") in LOOPBACK
