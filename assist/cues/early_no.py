"""`early_no`: the agent refuses before the request has been taken in (docs/cues.md)."""

from collections.abc import Iterator
from typing import ClassVar

from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.detector import Scene
from assist.core.refusing import EXPLICIT, requested
from assist.core.spotting import Spot, Spotting
from assist.events import Channel, CueDetected, Event, NumberEvidence

TOO_EARLY = 1000
"""A refusal that starts sooner after the request, in milliseconds, was no thought."""


class EarlyNo(Spotting):
    """Look at the pause before each refusal that stands: its correction was waited for."""

    cue: ClassVar[str] = "early_no"
    lasts: ClassVar[int] = 30_000

    def look(self, event: Event, scene: Scene) -> Iterator[Spot]:
        """Yield a refusal that came at once, or over the request."""
        talk = scene.conversation
        if not isinstance(event, CueDetected) or event.cue != "refusal_spoken":
            return
        for clause in talk.clauses_since("agent", event.start):
            if clause.start == event.start and event.confidence >= EXPLICIT:
                pause = _pause(clause, talk)
                if pause is not None and pause < TOO_EARLY and requested(clause, talk):
                    number = NumberEvidence(
                        name="pause_ms", value=max(0, pause), threshold=TOO_EARLY
                    )
                    rule = event.rule.split(".")[1]
                    yield Spot(clause, rule, (number, *event.evidence), event.confidence)

    def over(self, cue: CueDetected, event: Event, scene: Scene) -> Channel | None:
        """Tell whether the agent has asked the customer something."""
        talk = scene.conversation
        asked = any(c.channel == "agent" and talk.asks(c) for c in talk.closed)
        return "agent" if asked else None


def _pause(clause: Clause, talk: Conversation) -> int | None:
    """Return how long the agent waited after the customer's words, in milliseconds."""
    before = clause.start - 2 * TOO_EARLY
    said = [h.word for h in talk.heard_since("customer", before) if h.word.start < clause.start]
    return clause.start - said[-1].end if said else None
