"""`alternative_offered`: praise for the agent who says what is possible soon after a no."""

from collections.abc import Iterator

from assist.core.detector import Scene, cleared, detected
from assist.core.refusing import offers
from assist.events import CueDetected, CueSuppressed, Event, WordsEvidence

CUE, REFUSAL = "alternative_offered", "refusal_spoken"
OFFERED_WITHIN = 30_000
"""An alternative is praised so long after a refusal, in milliseconds."""
PRAISED_FOR = 4000
"""The praise is over after so many milliseconds, or when the customer answers."""
CONFIDENCE = 0.85
"""Start value: explicit words."""


class AlternativeOffered:
    """Praise once for each refusal, whether it was withdrawn in time or stood."""

    def __init__(self) -> None:
        self._refused_at: int | None = None
        self._on: CueDetected | None = None

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Remember refusals; look for an offer in each new clause of the agent."""
        talk = scene.conversation
        if isinstance(event, CueSuppressed) and event.cue == REFUSAL:
            if event.reason == "self_corrected":
                offer = event.evidence[-1]
                if isinstance(offer, WordsEvidence):
                    yield from self._praise(offer, scene)
        elif isinstance(event, CueDetected) and event.cue == REFUSAL:
            self._refused_at = event.at
        for clause in talk.closed:
            if clause.channel == "agent" and self._refused_within(talk.now):
                span = offers(clause, talk)
                if span is not None:
                    yield from self._praise(clause.evidence(span.start), scene)
        if self._on is not None and (
            talk.speaker == "customer" or talk.now - self._on.at >= PRAISED_FOR
        ):
            answered = talk.speaker == "customer"
            yield cleared(self._on, talk.now, "cleared" if answered else "timed_out")
            self._on = None

    def _refused_within(self, now: int) -> bool:
        return self._refused_at is not None and now - self._refused_at < OFFERED_WITHIN

    def _praise(self, offer: WordsEvidence, scene: Scene) -> Iterator[Event]:
        self._refused_at = None
        if self._on is None:
            self._on = detected(
                CUE,
                "CAN_DO",
                scene=scene,
                channel="agent",
                start=offer.start,
                end=offer.end,
                confidence=CONFIDENCE,
                evidence=(offer,),
            )
            yield self._on
