"""What was noticed, before any question of showing it."""

from typing import Literal

from assist.events.base import Channel, Event, Evidence

ClearReason = Literal["cleared", "timed_out", "retracted", "corrected"]
SuppressReason = Literal[
    "covered",
    "cooldown",
    "spacing",
    "budget",
    "limit",
    "confidence",
    "muted",
    "degraded",
    "untrusted",
    "self_corrected",
    "help_level",
    "moment",
]


class CueDetected(Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="cue.detected"):
    """A cue's condition became true."""

    cue: str
    id: str
    """Names this occurrence; made of cue, channel and the start of the evidence."""
    channel: Channel
    rule: str
    playbook: str
    start: int
    end: int
    confidence: float
    evidence: tuple[Evidence, ...]


class CueCleared(Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="cue.cleared"):
    """A cue's condition is over."""

    cue: str
    id: str
    """The occurrence, as in `cue.detected`."""
    reason: ClearReason
    """Its condition ended, time passed, the recogniser took the words back, or a second opinion
    corrected them after their final."""
    by: Channel | None = None
    """Who did what cleared it; none when time did."""
    evidence: tuple[Evidence, ...] = ()


class CueSuppressed(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="cue.suppressed"
):
    """A cue that is not shown, or was withdrawn before it counted; the reason is always given."""

    cue: str
    id: str
    """The occurrence; one that was withdrawn has no `cue.detected`."""
    reason: SuppressReason
    """What stood in the way."""
    rule: str = ""
    evidence: tuple[Evidence, ...] = ()
