"""What the agent sees, from its showing to its end."""

from typing import Literal

from assist.events.base import Event, Evidence

Sign = Literal["wait", "say", "ask", "risk", "good"]
Kind = Literal["nudge", "praise", "state"]


class NudgeShown(Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="nudge.shown"):
    """One piece of advice on the screen."""

    id: str
    """Names this nudge; its later messages quote it."""
    cue: str
    cue_id: str
    """The occurrence of the cue that it is about."""
    variant: str = ""
    """Which text of the advice; empty = the first."""
    kind: Kind
    """A call to act, praise, or a state of the call."""
    sign: Sign
    """The kind of picture beside it."""
    text: str
    """What the agent reads first."""
    reason: str
    """A few words of evidence for the second line of the card."""
    priority: int
    """1 = at once, 2 = at the next breakpoint, 3 = if nothing else, 4 = praise."""
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
    """Which nudge."""
    by_agent: bool
    """Whether the agent did it; else it is no longer needed."""


class NudgeExpired(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="nudge.expired"
):
    """Its time on the screen is over."""

    id: str
    """Which nudge."""


class NudgeDismissed(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="nudge.dismissed"
):
    """The agent closed it."""

    id: str
    """Which nudge."""


class NudgeSuperseded(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="nudge.superseded"
):
    """A more urgent one, or its own next phase, took its place."""

    id: str
    """Which nudge."""
    by: str
    """The id of the nudge that took its place."""


class NudgeFeedback(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="nudge.feedback"
):
    """The agent's verdict on a nudge."""

    id: str
    """Which nudge."""
    verdict: Literal["helpful", "not_now", "wrong"]
    """`not_now` mutes the cue for this call."""
