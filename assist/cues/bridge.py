"""`bridge_done`: praise for leading the customer back with a kind word and a question."""

from collections.abc import Iterator
from typing import ClassVar

from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.detector import Scene
from assist.core.solving import solves
from assist.core.spotting import Spot, Spotting
from assist.core.waiting import same_place
from assist.events import CueCleared, CueDetected, Event

OFF_TRACK = "off_track"
BREATH = 250
"""A pause of the customer, in milliseconds, in which the nudge of `off_track` pulses."""
WITHIN = 8000
"""So many milliseconds after it the bridge must have begun."""
APART = 3000
"""Between the kind word and the question lie fewer milliseconds."""
BEGUN = 5
"""With so many words a question has begun."""
LEAD = 2
"""So many words may lead into a question: "so", "and now"."""
REMARK = 3
"""A statement of so many words before the question takes up what was told."""
IMPLICIT = 0.65
"""Start value for a remark that no phrase tells to be kind."""
PRAISED_FOR = 4000
"""The praise is over after so many milliseconds."""
_KIND = ("acknowledgement", "empathy", "assessment")
_ASKS = ("clarifying_question", "goal_question")
_PARTS = ("anything_else", "closing")
"""What asks whether the call is over leads back to nothing."""


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
        for standing in self._standing:  # a question that was praised while it went on
            for clause in talk.closed:
                if same_place(clause, standing.clause):
                    standing.clause = clause
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

    def look(self, event: Event, scene: Scene) -> Iterator[Spot]:
        """Yield a question that has begun: what it asks need not be heard to its end."""
        talk = scene.conversation
        clause = talk.sides["agent"].open_clause
        if clause is None or talk.speaker != "agent" or len(clause.words) < BEGUN:
            return
        if any(same_place(clause, known) for known in self._done):
            return
        spot = self.spot(clause, scene)
        if spot is not None:
            yield spot

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
        kind = talk.says(clause, *_KIND) is not None
        if _both(clause, talk) and talk.says(clause, *_PARTS) is None:
            self._drift = None
            sure = self.confidence if kind else IMPLICIT
            return Spot(clause, "BRIDGE", (clause.evidence(),), sure)
        asks = _asks(clause, talk) or (not kind and _leads_on(clause, talk))
        if clause.closed and (kind or (not asks and _remarks(clause, talk))):
            self._kind = clause
        if self._kind is None or not asks or solves(clause, talk) is not None:
            return None
        if talk.says(clause, *_PARTS) is not None:
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


def _asks(clause: Clause, talk: Conversation) -> bool:
    return clause.question or talk.says(clause, *_ASKS) is not None or talk.asks(clause)


def _leads_on(clause: Clause, talk: Conversation) -> bool:
    """Tell whether a question follows a word or two that lead into it: "and now what's …"."""
    opens = talk.lexicon_of(clause)["question"].starts
    return any(opens(clause.words[i:]) for i in range(1, LEAD + 1))


def _both(clause: Clause, talk: Conversation) -> bool:
    """Tell whether a question begins in the clause behind a remark: "lovely, and where is it"."""
    words = clause.words
    ends = [i + 1 for i, word in enumerate(clause.spoken[:-1]) if word.text.endswith(",")]
    begins = {i + lead for i in ends for lead in range(LEAD + 1)} if ends else range(len(words))
    opens = talk.lexicon_of(clause)["question"].starts
    at = [i for i in begins if REMARK <= i <= len(words) - REMARK and opens(words[i:])]
    return any(any(map(talk.lexicon.is_content, words[:i])) for i in at)


def _remarks(clause: Clause, talk: Conversation) -> bool:
    """Tell whether the agent takes up what was told before the question, in whatever words."""
    words = [word for word in clause.words if word]
    content = any(map(talk.lexicon.is_content, words))
    return len(words) >= REMARK and content and solves(clause, talk, cause=True) is None
