"""What the agent sees, from its showing to its end."""

from typing import Literal

from assist.events.base import Event, Evidence

Sign = Literal["wait", "say", "ask", "risk", "good"]
Kind = Literal["nudge", "praise", "state"]


class NudgeShown(Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="nudge.shown"):
    """One piece of advice on the screen."""

    id: str
    cue: str
    cue_id: str
    variant: str = ""
    kind: Kind
    sign: Sign
    text: str
    reason: str
    """A few words of evidence for the second line of the card."""
    priority: int
    expires: int
    """Call clock in milliseconds at which it leaves the screen."""
    rule: str
    playbook: str
    evidence: tuple[Evidence, ...]


class NudgeResolved(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="nudge.resolved"
):
    """The agent did it, or it is no longer needed."""

    id: str
    by_agent: bool


class NudgeExpired(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="nudge.expired"
):
    """Its time on the screen is over."""

    id: str


class NudgeDismissed(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="nudge.dismissed"
):
    """The agent closed it."""

    id: str


class NudgeSuperseded(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="nudge.superseded"
):
    """A more urgent one, or its own next phase, took its place."""

    id: str
    by: str


class NudgeFeedback(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="nudge.feedback"
):
    """The agent's verdict on a nudge."""

    id: str
    verdict: Literal["helpful", "not_now", "wrong"]
