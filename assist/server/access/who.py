"""Who asks, and what they may be told when they are refused."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, get_args

Role = Literal["agent", "supervisor", "reviewer", "ingest", "metrics", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
MACHINE = "machine:"
"""Begins the id of every machine; no person's id holds a colon."""
EVERYBODY = "*"
"""Among the agents of a machine: it may send anybody's call. Among teams: all of them."""

BROKEN, NO_TEXT, TOO_LONG = 1007, 1003, 1009
AWAY = 1013
BAD_FIELD, SIGNED_OUT, FORBIDDEN, TOO_SLOW, TOO_MANY = 4400, 4401, 4403, 4408, 4429
"""Close codes of a WebSocket."""


def _wall() -> float:
    return datetime.now(UTC).timestamp()


@dataclass(frozen=True, slots=True)
class Clock:
    """The two clocks of the edge, in seconds; tests bring their own."""

    steady: Callable[[], float] = time.monotonic
    """Never goes back; its zero means nothing."""
    wall: Callable[[], float] = _wall
    """Since 1970, UTC."""


CLOCK = Clock()


@dataclass(frozen=True, slots=True)
class Who:
    """A person or machine that proved who it is, with the rights it had then."""

    id: str
    """Like `local`, `anna` or `machine:desk-7`."""
    roles: frozenset[Role] = frozenset()
    teams: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    """Whose calls it may send, besides its own; `*` = everybody's."""
    proof: str = field(default="", repr=False)
    """What the rights hang on: a session's hash or the id of a machine's key."""


LOCAL = Who("local", frozenset(ROLES), agents=frozenset({EVERYBODY}))
"""Who holds the link of a service that serves this machine alone."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What somebody shows to come in; one of the two."""

    token: str = field(default="", repr=False)
    """Of a machine, or the one of local mode."""
    ticket: str = field(default="", repr=False)
    """Of a browser."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody is not let in."""

    code: int
    """Closes a WebSocket."""
    reason: str
    """A fixed word for log and audit; the one refused learns the code alone."""
    retry_after: int = 0
    """Seconds until another try makes sense."""

    @property
    def status(self) -> int:
        """The same as a status of HTTP."""
        return {SIGNED_OUT: 401, FORBIDDEN: 403, TOO_MANY: 429, AWAY: 503}.get(self.code, 400)
