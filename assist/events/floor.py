"""Where the talk stands: overlaps, silences, holds, stages."""

from typing import Literal

from assist.events.base import Channel, Event, Evidence, Stage

Tickable = Literal["empathy", "mirror", "goal", "agreed", "follow_up"]
"""What a call may have heard from the agent, in the order of a talk."""


class OverlapDetected(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="overlap.detected"
):
    """Both have spoken at once for 500 ms."""

    channel: Channel
    """Who came in on the other."""
    start: int


class SilenceDetected(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="silence.detected"
):
    """Neither has spoken for 5000 ms."""

    start: int


class HoldStarted(Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="hold.started"):
    """The agent announced a wait and fell silent."""

    start: int
    evidence: tuple[Evidence, ...] = ()


class HoldEnded(Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="hold.ended"):
    """The agent is back."""

    start: int
    end: int


class StageChanged(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="stage.changed"
):
    """The conversation moved to another stage; the evidence says why."""

    stage: Stage
    """Where the conversation stands now."""
    previous: Stage | None = None
    """Where it stood before; none at the beginning."""
    rule: str
    evidence: tuple[Evidence, ...] = ()


class StageTicked(Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="stage.ticked"):
    """Something that a good call has was heard; once a call, and anew with a new issue."""

    name: Tickable
    """What was heard."""
    evidence: tuple[Evidence, ...] = ()
