"""Who may come in: pages of this server, with the token that was printed at its start; pure."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SUBPROTOCOL = "assist"
"""A page offers this and the token as protocols: no token ever stands in an address or a log."""


def _new_token() -> str:
    return secrets.token_urlsafe(18)


@dataclass(frozen=True, slots=True)
class Door:
    """Let in who knows the token."""

    token: str = field(default_factory=_new_token, repr=False)

    def knows(self, offered: Sequence[str]) -> bool:
        """Tell whether one of the protocols that a page offers is the token."""
        return any(secrets.compare_digest(one.encode(), self.token.encode()) for one in offered)


def same_host(origin: str | None, host: str) -> bool:
    """Tell whether a page of this server asks; programs that are no browser name no origin."""
    return origin is None or urlsplit(origin).netloc == host
