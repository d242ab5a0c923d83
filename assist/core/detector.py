"""What a cue is made of: a line in the table, and a detector that notices it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from assist.core.complaint import Complaint
from assist.core.conversation import Conversation
from assist.events import (
    Channel,
    ClearReason,
    CueCleared,
    CueDetected,
    CueSuppressed,
    Event,
    Evidence,
    Kind,
    Stage,
)

Moment = Literal["now", "breakpoint", "breath", "unheeded"]
"""When a nudge may appear: at once, between the agent's sentences, at the customer's breath, or
only to an agent who does otherwise: who takes the turn, or has not been heard since it began."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a detector looks at: the conversation, and the score that several cues share."""

    conversation: Conversation
    complaint: Complaint


class Detector(Protocol):
    """Notice one cue. One object for each call; it may remember, but reads no clock."""

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Look at one event after the conversation took it; yield what follows."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CueSpec:
    """One line of the cue table. All times in milliseconds; all numbers are start values."""

    id: str
    kind: Kind
    stages: tuple[Stage, ...]
    """Where it belongs; empty = everywhere."""
    who: Channel
    priority: int
    """1 = at once, 2 = next breakpoint, 3 = breakpoint if nothing else, 4 = praise or quiet."""
    cooldown_ms: int
    ttl_ms: int
    tolerance_ms: int
    detector: Callable[[], Detector]
    core: bool = True
    """False for what ships second (docs/cues.md)."""
    priority_elsewhere: int | None = None
    """Priority outside its stages; none = the same."""
    group: str = ""
    """Of one group only the first in `GROUPS` may show."""
    moment: Moment = "breakpoint"
    needs_words: bool = True
    """False for cues of timing alone: they run without a speech model."""
    needs_both: bool = False
    """True for cues that compare the two channels."""
    per_call: int = 3
    """How often its nudge may show in one call."""
    floor_free_ms: int | None = None
    """After so much silence of the customer the advice's variant `floor_free` takes its place."""


Table = Sequence[CueSpec]


def detected(
    cue: str,
    rule: str,
    *,
    scene: Scene,
    channel: Channel,
    start: int,
    end: int,
    confidence: float,
    evidence: tuple[Evidence, ...],
) -> CueDetected:
    """Make the message for a cue whose condition is true now."""
    return CueDetected(
        at=scene.conversation.now,
        cue=cue,
        id=cue_id(cue, channel, start),
        channel=channel,
        rule=f"{cue}.{rule}",
        playbook=scene.conversation.lexicon.playbook.reference,
        start=start,
        end=end,
        confidence=confidence,
        evidence=evidence,
    )


def cleared(
    cue: CueDetected,
    at: int,
    reason: ClearReason = "cleared",
    *,
    by: Channel | None = None,
    evidence: tuple[Evidence, ...] = (),
) -> CueCleared:
    """Make the message for a cue whose condition is over."""
    return CueCleared(at=at, cue=cue.cue, id=cue.id, reason=reason, by=by, evidence=evidence)


def withdrawn(
    cue: str, rule: str, *, at: int, channel: Channel, start: int, evidence: tuple[Evidence, ...]
) -> CueSuppressed:
    """Make the message for a candidate that the agent corrected in time."""
    return CueSuppressed(
        at=at,
        cue=cue,
        id=cue_id(cue, channel, start),
        reason="self_corrected",
        rule=f"{cue}.{rule}",
        evidence=evidence,
    )


def cue_id(cue: str, channel: Channel, start: int) -> str:
    """Name one occurrence: the same evidence always gives the same id."""
    return f"{cue}-{channel[0]}{start}"
