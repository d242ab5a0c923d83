"""Sessions of people who logged in: what the cookie stands for; pure but for chance."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass, replace

from assist.server.access.tickets import hashed
from assist.server.access.who import Who

EACH = 10
"""Sessions of one person; the oldest gives way."""
KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody is logged in."""

    who: Who
    """With `proof` = the hash of what the cookie holds."""
    word: str
    """What the log-in hung on, such as the hash of a password; empty = an identity provider."""
    started: float
    seen: float


class Sessions:
    """Keep who is logged in.

    Args:
        longest: seconds from log-in to the end, whatever happens.
        idle: seconds without a request or an open page.
    """

    def __init__(self, *, longest: float, idle: float) -> None:
        self._longest = longest
        self._idle = idle
        self._open: OrderedDict[str, Session] = OrderedDict()

    def begin(self, who: Who, *, word: str, now: float) -> str:
        """Return what the cookie holds."""
        own = [key for key, one in self._open.items() if one.who.id == who.id]
        for key in own[: max(0, len(own) - EACH + 1)]:
            del self._open[key]
        if len(self._open) >= KEPT:
            self._open.popitem(last=False)
        secret = secrets.token_urlsafe(32)
        proof = hashed(secret)
        self._open[proof] = Session(replace(who, proof=proof), word, now, now)
        return secret

    def find(self, proof: str, now: float) -> Session | None:
        """Return a session that is still good; looking at it keeps it from being idle."""
        found = self._open.get(proof)
        if found is None:
            return None
        if now - found.started >= self._longest or now - found.seen >= self._idle:
            del self._open[proof]
            return None
        self._open[proof] = replace(found, seen=now)
        return found

    def of(self, name: str) -> Who | None:
        """Return somebody by name, as they last logged in; it keeps nothing from being idle."""
        found = [one.who for one in self._open.values() if one.who.id == name]
        return found[-1] if found else None

    def end(self, proof: str) -> None:
        """Log out."""
        self._open.pop(proof, None)

    def __len__(self) -> int:
        """Count the sessions that have not been found to be over."""
        return len(self._open)
