"""`bridge_done`: praise for leading the customer back with a kind word and a question."""

from collections.abc import Iterator
from typing import ClassVar

from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.detector import Scene
from assist.core.solving import solves
from assist.core.spotting import Spot, Spotting
from assist.events import CueCleared, CueDetected, Event

OFF_TRACK = "off_track"
BREATH = 250
"""A pause of the customer, in milliseconds, in which the nudge of `off_track` pulses."""
WITHIN = 8000
"""So many milliseconds after it the bridge must have begun."""
APART = 3000
"""Between the kind word and the question lie fewer milliseconds."""
REMARK = 3
"""A statement of so many words before the question takes up what was told."""
IMPLICIT = 0.65
"""Start value for a remark that no phrase tells to be kind."""
PRAISED_FOR = 4000
"""The praise is over after so many milliseconds."""
_KIND = ("acknowledgement", "empathy", "assessment")
_ASKS = ("clarifying_question", "goal_question")


class BridgeDone(Spotting):
    """Look for both parts in what the agent says at the customer's breath."""

    cue = "bridge_done"
    lasts: ClassVar[int] = PRAISED_FOR

    def __init__(self) -> None:
        super().__init__()
        self._drift: CueDetected | None = None
        self._pulse: int | None = None
        self._kind: Clause | None = None
        """The clause with the kind word."""

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Follow `off_track` and the customer's breath, then look at the words."""
        talk = scene.conversation
        if isinstance(event, CueDetected) and event.cue == OFF_TRACK:
            self._drift, self._pulse, self._kind = event, None, None
        if self._drift is not None and isinstance(event, CueCleared) and _void(event, self._drift):
            self._drift = None
        if self._kind in talk.dropped:
            self._kind = None
        waits = OFF_TRACK in talk.active or self._pulse is None
        breath = talk.floor.silence("customer") >= BREATH and not talk.floor.speaking("agent")
        if self._drift is not None and waits and breath:
            self._pulse = talk.now
        yield from super().__call__(event, scene)

    def spot(self, clause: Clause, scene: Scene) -> Spot | None:
        """Return the question that completes a bridge."""
        talk, drift = scene.conversation, self._drift
        if drift is None or self._pulse is None or clause.end <= drift.start:
            return None
        if clause.start > self._pulse + WITHIN:
            self._drift = None
            return None
        if clause.end < drift.at - BREATH:
            return None
        asks = clause.question or talk.says(clause, *_ASKS) is not None or talk.asks(clause)
        if talk.says(clause, *_KIND) is not None or (not asks and _remarks(clause, talk)):
            self._kind = clause
        if self._kind is None or not asks or solves(clause, talk) is not None:
            return None
        if clause.start - self._kind.end >= APART:
            return None
        words = () if self._kind is clause else (self._kind.evidence(),)
        sure = talk.says(self._kind, *_KIND) is not None
        self._drift = None
        evidence = (*words, clause.evidence())
        return Spot(clause, "BRIDGE", evidence, self.confidence if sure else IMPLICIT)


def _void(event: CueCleared, drift: CueDetected) -> bool:
    """Tell whether the drift was none after all."""
    return event.id == drift.id and event.reason in ("retracted", "corrected")


def _remarks(clause: Clause, talk: Conversation) -> bool:
    """Tell whether the agent takes up what was told before the question, in whatever words."""
    words = [word for word in clause.words if word]
    content = any(map(talk.lexicon.is_content, words))
    return len(words) >= REMARK and content and solves(clause, talk, cause=True) is None
