"""What people ask the store to keep; `Store.record` answers after the commit."""

from dataclasses import dataclass
from typing import Literal

from assist.core.consent import Purpose, State
from assist.events import Channel


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, by id; the audit keeps it."""

    id: str
    role: str


SERVICE = Actor("service", "service")
"""The service itself: retention, orphaned calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What somebody made of a nudge, during the call or after it."""

    call_id: str
    nudge_id: str
    verdict: Literal["helpful", "not_now", "wrong"]
    at: int = 0
    """Call clock in milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Words of a person about a finished call."""

    call_id: str
    id: str
    """Chosen by whoever writes it: the same note sent twice is kept once."""
    text: str
    at: int = 0
    """What moment of the call it is about, in milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a reviewer made of a cue."""

    call_id: str
    cue_id: str
    verdict: Literal["right", "wrong", "late"]


Cause = Literal[
    "",
    "product",
    "fault",
    "delivery",
    "billing",
    "information",
    "promise",
    "waiting",
    "process",
    "outside",
    "other",
]
"""What the trouble came from; empty = nobody says."""
Request = Literal[
    "",
    "refund",
    "discount",
    "replacement",
    "repair",
    "date",
    "information",
    "callback",
    "cancellation",
    "exception",
    "apology",
    "other",
]
"""What the customer wanted most."""
Sort = Literal["", "both", "only_reasonable", "only_possible", "neither"]
"""Whether that was reasonable, and possible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a call was about, as somebody sees it after its end; empty fields take it back."""

    call_id: str
    cause: Cause = ""
    request: Request = ""
    sort: Sort = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """A reviewer may read a call, or no longer."""

    call_id: str
    reviewer: str
    on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentMoved:
    """One side of a call was told, agreed or refused."""

    call_id: str
    channel: Channel
    purpose: Purpose
    state: State
    basis: Literal["spoken", "keypad", "contract", "works_agreement", "announcement", "settings"]
    evidence: str = ""
    """An id that leads to the proof; never words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who speaks on one side, as the operator's own system names them."""

    call_id: str
    channel: Channel
    reference: str
    """Kept encrypted; found again by the same text."""
    pseudonym: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A legal reason to keep a call, or its end."""

    call_id: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Somebody did what the audit must know: a log-in, an export, the reading of a call."""

    action: str
    object: str = ""
    detail: str = ""
    """Ids and codes alone."""


Command = Feedback | Note | Verdict | Card | Assigned | ConsentMoved | Person | Hold | Seen
