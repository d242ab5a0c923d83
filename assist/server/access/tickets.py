"""Tickets: what a browser shows to open a socket; one use, half a minute, one page, one person."""

import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass

from assist.server.access.who import Who

SECONDS = 30.0
EACH = 20
"""So many unused tickets of one person are kept, the newest."""
KEPT = 10_000


@dataclass(frozen=True, slots=True)
class _Ticket:
    who: Who
    origin: str
    until: float


class Tickets:
    """Hand out tickets and take each of them back once; only their hashes are kept."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, _Ticket] = OrderedDict()

    def issue(self, who: Who, *, origin: str, now: float) -> str:
        """Return a new ticket for pages of this origin."""
        self._forget(who, now)
        ticket = secrets.token_urlsafe(32)
        self._open[hashed(ticket)] = _Ticket(who, origin, now + SECONDS)
        return ticket

    def redeem(self, ticket: str, *, origin: str, now: float) -> Who | str:
        """Return whose ticket it is, or the word for why it is refused; it is used up anyhow."""
        found = self._open.pop(hashed(ticket), None)
        if found is None:
            return "ticket_unknown"  # or used before, or long expired
        if now >= found.until:
            return "ticket_expired"
        return found.who if found.origin == origin else "ticket_of_another_page"

    def __len__(self) -> int:
        """Count the unused tickets."""
        return len(self._open)

    def _forget(self, who: Who, now: float) -> None:
        for key in [key for key, one in self._open.items() if now >= one.until]:
            del self._open[key]
        own = [key for key, one in self._open.items() if one.who.id == who.id]
        for key in own[: max(0, len(own) - EACH + 1)]:
            del self._open[key]
        if len(self._open) >= KEPT:
            self._open.popitem(last=False)


def hashed(secret: str) -> str:
    """Return what is kept of a secret; it has 256 random bits, so one plain hash is enough."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
