"""Obligations: what was said makes something due, and its absence is the cue.

A refusal owes a reason; a hold owes its length. An event opens the debt, evidence pays it, and the
call clock or the end of a turn makes it due. Nothing is judged while the words are late or missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from assist.core.clauses import Clause
from assist.core.detector import Scene, cleared, detected
from assist.events import CallPaused, Channel, CueCleared, CueDetected, Event, Evidence

BEHIND = 3000
"""With words so many milliseconds late nobody can say what was not said."""
COVERED = 0.6
"""Nor with words for less than this share of what the agent spoke since."""
UNDER_WAY = 2000
"""Words of the last so many milliseconds may still be on their way and are not missed."""
LOOKED_BACK = 20_000
"""Over so many milliseconds the share is counted."""


@dataclass(slots=True)
class Debt:
    """Something that is owed since a moment."""

    start: int
    """When what opened it was spoken."""
    end: int
    evidence: tuple[Evidence, ...]
    clause: Clause | None = None
    """The words that opened it; when they fall, so does the debt."""
    cue_id: str = ""
    """The occurrence of the cue that opened it; when that is retracted, so is the debt."""
    rule: str = "MISSING"
    confidence: float = 0.8


class Obligation:
    """A detector for one cue about something missing; subclass it."""

    cue: ClassVar[str]
    who: ClassVar[Channel] = "agent"
    """The channel that the cue is about."""
    lasts: ClassVar[int] = 30_000
    """After so many milliseconds a detected cue is over in any case."""
    at_once: ClassVar[bool] = False
    """Whether a second debt may stand beside the first; else the first is enough."""

    def __init__(self) -> None:
        self._debts: list[Debt] = []
        self._standing: list[tuple[CueDetected, Debt]] = []

    # --- what a subclass says -----------------------------------------------------------------

    def opens(self, event: Event, scene: Scene) -> Iterator[Debt]:
        """Yield what makes something due, with this event."""
        raise NotImplementedError

    def pays(self, clause: Clause, debt: Debt, scene: Scene) -> bool:
        """Tell whether a closed clause of either side says what was owed."""
        raise NotImplementedError

    def due(self, debt: Debt, scene: Scene) -> bool:
        """Tell whether it should have been said by now."""
        raise NotImplementedError

    def drops(self, debt: Debt, event: Event, scene: Scene) -> bool:
        """Tell whether nothing is owed any more, though nothing was paid."""
        return False

    def over(self, debt: Debt, event: Event, scene: Scene) -> bool:
        """Tell whether a detected cue has ended otherwise than by being paid."""
        return False

    # --- what all have in common ----------------------------------------------------------------

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Take back, open, pay, and let what is due fall due."""
        talk = scene.conversation
        if talk.ended or isinstance(event, CallPaused):  # what a pause holds, nobody hears
            self._debts.clear()
        yield from self._take_back(event, scene)
        for debt in self.opens(event, scene):
            if self.at_once or not self._debts:
                self._debts.append(debt)
        late = talk.correction.clauses if talk.correction is not None else ()
        for clause in (*talk.closed, *late):
            yield from self._pay(clause, scene)
        self._debts = [debt for debt in self._debts if not self.drops(debt, event, scene)]
        if not talk.on_hold and talk.behind <= BEHIND:
            yield from self._fall_due(scene)
        yield from self._end(event, scene)

    def _pay(self, clause: Clause, scene: Scene) -> Iterator[Event]:
        self._debts = [debt for debt in self._debts if not self.pays(clause, debt, scene)]
        for standing in list(self._standing):
            cue, debt = standing
            if self.pays(clause, debt, scene):
                self._standing.remove(standing)
                yield cleared(cue, scene.conversation.now, by=clause.channel)

    def _fall_due(self, scene: Scene) -> Iterator[Event]:
        talk = scene.conversation
        for debt in list(self._debts):
            if self.due(debt, scene):
                self._debts.remove(debt)
                since = max(debt.start, talk.now - LOOKED_BACK)
                known = talk.covered("agent", since, talk.now - UNDER_WAY)
                if talk.has_words and known >= COVERED:
                    yield from self._detect(debt, scene)

    def _detect(self, debt: Debt, scene: Scene) -> Iterator[Event]:
        cue = detected(
            self.cue,
            debt.rule,
            scene=scene,
            channel=self.who,
            start=debt.start,
            end=debt.end,
            confidence=debt.confidence,
            evidence=debt.evidence,
        )
        self._standing.append((cue, debt))
        yield cue

    def _end(self, event: Event, scene: Scene) -> Iterator[Event]:
        now = scene.conversation.now
        for standing in list(self._standing):
            cue, debt = standing
            if self.over(debt, event, scene) or now - cue.at >= self.lasts:
                self._standing.remove(standing)
                late = now - cue.at >= self.lasts
                yield cleared(cue, now, "timed_out" if late else "cleared")

    def _take_back(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Let go of debts whose opening fell."""
        talk = scene.conversation
        fell = isinstance(event, CueCleared) and event.reason in ("retracted", "corrected")
        fallen = event.id if isinstance(event, CueCleared) and fell else ""
        self._debts = [d for d in self._debts if not self._void(d, fallen, scene)]
        for standing in list(self._standing):
            cue, debt = standing
            if self._void(debt, fallen, scene):
                self._standing.remove(standing)
                yield cleared(cue, talk.now, talk.taken_back_as)

    def _void(self, debt: Debt, fallen: str, scene: Scene) -> bool:
        dropped = scene.conversation.dropped
        return (debt.clause is not None and debt.clause in dropped) or (
            bool(fallen) and debt.cue_id == fallen
        )
