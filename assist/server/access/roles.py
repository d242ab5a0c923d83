"""Who may do what: one table, and how it is read; pure.

A role gives a right within a *reach*; whoever has several roles has all their rights. What the
table does not name is forbidden. docs/security.md shows the same table.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from assist.server.access.who import EVERYBODY, MACHINE, Role, Who

Action = Literal[
    "see_own_call",
    "command_own_call",
    "see_live_calls",
    "send_note",
    "read_finished_calls",
    "see_words",
    "assign_reviews",
    "import_calls",
    "send_audio",
    "end_call",
    "draft_playbooks",
    "administer",
    "read_audit",
    "read_metrics",
]
ACTIONS: tuple[Action, ...] = get_args(Action)
Reach = Literal["own", "served", "teams", "teams, as set", "samples", "all"]

TABLE: dict[Action, dict[Role, Reach]] = {
    "see_own_call": {"agent": "own"},
    "command_own_call": {"agent": "own"},
    "see_live_calls": {"supervisor": "teams"},
    "send_note": {"supervisor": "teams"},
    "read_finished_calls": {"agent": "own", "supervisor": "teams, as set", "reviewer": "samples"},
    "see_words": {"agent": "own", "supervisor": "teams, as set", "reviewer": "samples"},
    "assign_reviews": {"supervisor": "teams", "admin": "all"},
    "import_calls": {"agent": "own"},
    "send_audio": {"agent": "own", "ingest": "served"},
    "end_call": {"ingest": "served"},
    "draft_playbooks": {"reviewer": "all", "admin": "all"},
    "administer": {"admin": "all"},
    "read_audit": {"admin": "all"},
    "read_metrics": {"metrics": "all"},
}
"""Action → role → how far it reaches."""

_OF_FINISHED = frozenset({"read_finished_calls"})


@dataclass(frozen=True, slots=True)
class About:
    """What an action is about."""

    agent: str = ""
    """Whose call it is; empty = nobody's."""
    team: str = ""
    finished: bool = False
    """Whether the call is over; reading a finished call is always about one that is."""
    sampled: bool = False
    """Whether this call was assigned to this reviewer."""
    reason: str = ""
    """Why a reviewer reads it, in words."""


def allowed(
    who: Who, action: Action, about: About, *, supervisors_read_finished: bool = False
) -> bool:
    """Tell whether one of somebody's roles gives the right."""
    finished = about.finished or action in _OF_FINISHED
    closed = finished and not supervisors_read_finished
    return any(
        _REACHES[reach](who, about) and not (closed and reach == "teams, as set")
        for reach in reaches(who.roles, action)
    )


def reaches(roles: Iterable[Role], action: Action) -> list[Reach]:
    """Return how far the roles reach with an action."""
    row = TABLE[action]
    return [row[role] for role in roles if role in row]


def _own(who: Who, about: About) -> bool:
    """Tell whether it is somebody's own call; a machine named like an agent is not that agent."""
    person = not who.id.startswith(MACHINE)
    return person and bool(about.agent) and about.agent == who.id


def _served(who: Who, about: About) -> bool:
    """Tell whether it may send this agent's call; a machine serves whom its entry names."""
    return EVERYBODY in who.agents or about.agent in who.agents or _own(who, about)


def _teams(who: Who, about: About) -> bool:
    return about.team in who.teams or EVERYBODY in who.teams


def _samples(who: Who, about: About) -> bool:
    return about.sampled and bool(about.reason.strip())


_REACHES: dict[Reach, Callable[[Who, About], bool]] = {
    "own": _own,
    "served": _served,
    "teams": _teams,
    "teams, as set": _teams,
    "samples": _samples,
    "all": lambda who, about: True,
}
