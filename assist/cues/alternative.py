"""What is possible after a no: praise when the agent says it, a nudge when nobody does."""

from collections.abc import Iterator
from typing import ClassVar

from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.detector import Scene, cleared, detected
from assist.core.owing import Debt, Obligation
from assist.core.refusing import demands, offers, opened
from assist.events import (
    ClearReason,
    CueCleared,
    CueDetected,
    CueSuppressed,
    Event,
    WordsEvidence,
)

CUE, REFUSAL = "alternative_offered", "refusal_spoken"
OFFERED_WITHIN = 30_000
"""An alternative is praised so long after a refusal or a demand, in milliseconds."""
PRAISED_FOR = 4000
"""The praise is over after so many milliseconds, or when the customer answers."""
CONFIDENCE = 0.85
"""Start value: explicit words."""
SPOKEN_ON = 1500
"""An offer counts before its clause is complete when the agent spoke on so long after its words,
in milliseconds."""
MISSED_AFTER = 12_000
"""So long after a refusal, in milliseconds, an option should have been heard."""
NEXT = 3
"""Words from which the agent's next turn is one, and no mere "okay"."""
_TAKEN_BACK = ("retracted", "corrected")
"""A refusal that ended so was none."""


class AlternativeOffered:
    """Praise once for each refusal, withdrawn in time or not, and for each demand."""

    def __init__(self) -> None:
        self._demanded: Clause | None = None
        """The newest demand that nothing was praised for yet."""
        self._refused: CueDetected | None = None
        """The newest refusal that nothing was praised for yet."""
        self._praised = ""
        """Id of the refusal that the praise is about."""
        self._on: CueDetected | None = None

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Remember refusals; look for an offer in each new clause of the agent."""
        talk = scene.conversation
        yield from self._remember(event, scene)
        if self._on is not None and (reason := self._fell(self._on, event, talk)) is not None:
            yield cleared(self._on, talk.now, reason)
            self._on = None
        for clause in (*talk.closed, *self._corrected(talk), *_spoken_on(talk)):
            if clause.channel == "customer":
                self._demanded = clause if demands(clause, talk) else self._demanded
            elif self._answers(clause, talk) and (span := offers(clause, talk)) is not None:
                refused = self._refused.id if self._refused else ""
                yield from self._praise(clause.evidence(span.start), refused, scene)
        if self._on is not None and (
            talk.speaker == "customer" or talk.now - self._on.at >= PRAISED_FOR
        ):
            answered = talk.speaker == "customer"
            yield cleared(self._on, talk.now, "cleared" if answered else "timed_out")
            self._on = None

    def _answers(self, clause: Clause, talk: Conversation) -> bool:
        """Tell whether something was refused or demanded shortly before the clause."""
        if self._demanded is not None and self._demanded in talk.dropped:
            self._demanded = None
        asked = self._demanded
        if asked and asked.end <= clause.end and clause.start - asked.end < OFFERED_WITHIN:
            return True
        return self._refused is not None and talk.now - self._refused.at < OFFERED_WITHIN

    def _remember(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Take what becomes of a refusal; one that was withdrawn at once earns its praise."""
        if isinstance(event, CueSuppressed) and event.cue == REFUSAL:
            if event.reason == "self_corrected":
                offer = event.evidence[-1]
                if isinstance(offer, WordsEvidence):
                    yield from self._praise(offer, event.id, scene)
        elif isinstance(event, CueDetected) and event.cue == REFUSAL:
            self._refused = event
        elif isinstance(event, CueCleared) and self._refused and event.id == self._refused.id:
            self._refused = None if event.reason in _TAKEN_BACK else self._refused

    def _corrected(self, talk: Conversation) -> Iterator[Clause]:
        """Yield what came to light so soon that it may still be praised, after the refusal."""
        if talk.correction is not None and self._refused is not None:
            for clause in talk.correction.clauses:
                if talk.now - clause.end < PRAISED_FOR and clause.start >= self._refused.end:
                    yield clause

    def _fell(self, on: CueDetected, event: Event, talk: Conversation) -> ClearReason | None:
        """Return why the praise is void: the offer was not made, or nothing was refused."""
        if isinstance(event, CueCleared) and event.id == self._praised:
            return event.reason if event.reason in _TAKEN_BACK else None
        late = talk.correction.clauses if talk.correction is not None else talk.closed
        if any(_covers(clause, on) for clause in talk.dropped) and not any(
            _covers(clause, on) and offers(clause, talk) for clause in late
        ):
            return talk.taken_back_as
        return None

    def _praise(self, offer: WordsEvidence, refused: str, scene: Scene) -> Iterator[Event]:
        self._refused = self._demanded = None
        if self._on is None:
            self._praised = refused
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


def _covers(clause: Clause, praise: CueDetected) -> bool:
    """Tell whether the praised words lie in the clause, or did before they were heard anew."""
    return clause.channel == "agent" and clause.start < praise.end and praise.start < clause.end


def _spoken_on(talk: Conversation) -> Iterator[Clause]:
    """Yield the agent's open clause once words followed an offer: what it says is certain."""
    unfinished = talk.sides["agent"].open_clause
    if unfinished is not None and talk.speaker == "agent":
        offer = offers(unfinished, talk)
        if offer is not None:
            last = unfinished.spoken[offer.end - 1]
            if unfinished.end - last.end >= SPOKEN_ON:
                yield unfinished


class AlternativeMissing(Obligation):
    """A refusal owes an option: until the agent's next turn is over, or for a while."""

    cue: ClassVar[str] = "alternative_missing"

    def opens(self, event: Event, scene: Scene) -> Iterator[Debt]:
        """Yield a debt for each refusal that stands."""
        yield from opened(event, scene)

    def pays(self, clause: Clause, debt: Debt, scene: Scene) -> bool:
        """Tell whether the agent says what is possible."""
        talk = scene.conversation
        late = clause.channel == "agent" and clause.end > debt.start
        return late and offers(clause, talk) is not None

    def due(self, debt: Debt, scene: Scene) -> bool:
        """Tell whether the agent's next turn is over, or the time."""
        talk = scene.conversation
        unfinished = talk.sides["agent"].open_clause
        if unfinished is not None and offers(unfinished, talk) is not None:
            return False
        answered = talk.turns("agent", debt.end, words=NEXT)
        return bool(answered) or talk.now - debt.end >= MISSED_AFTER
