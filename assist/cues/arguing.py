"""`argue_loop`: each side contradicts the other again and again (docs/cues.md)."""

from collections import deque
from collections.abc import Iterator
from typing import ClassVar

from assist.core.acts import Act
from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.detector import Scene
from assist.core.spotting import Spot, Spotting
from assist.events import CHANNELS, Channel, CueDetected, Event, other

TIMES, WITHIN = 2, 30_000
"""Each side must contradict so often within so many milliseconds."""
APART = 1500
"""What one side says within so many milliseconds is one contradiction."""
PLAIN = 3
"""So many words behind a contradiction tell that no guard follows it."""
ANSWERED = 4000
"""So long after a question of the other side, in milliseconds, "no" is an answer."""


class ArgueLoop(Spotting):
    """Count the contradictions of both sides; one loop is detected once."""

    cue: ClassVar[str] = "argue_loop"
    ends: ClassVar[tuple[str, ...]] = ("agrees", "empathy", "open_question", "goal_question")
    lasts: ClassVar[int] = 30_000

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[Channel, deque[Act]] = {name: deque(maxlen=TIMES) for name in CHANNELS}

    def look(self, event: Event, scene: Scene) -> Iterator[Spot]:
        """Yield a spot when both sides have contradicted often enough."""
        talk = scene.conversation
        for side, said in self._said.items():
            if any(act.clause in talk.dropped for act in said):
                left = (act for act in said if act.clause not in talk.dropped)
                self._said[side] = deque(left, maxlen=TIMES)
        for clause in (*talk.closed, *_plain(talk)):
            act = contradicts(clause, talk)
            said = self._said[clause.channel]
            if act is None or (said and clause.start - said[-1].clause.end < APART):
                continue
            said.append(act)
            acts = sorted(
                (act for side in self._said.values() for act in side),
                key=lambda act: act.clause.start,
            )
            if len(acts) == 2 * TIMES and talk.now - acts[0].clause.start <= WITHIN:
                if not self._standing:
                    before = (proof for act in acts[:-1] for proof in act.evidence())
                    yield self.because(acts[-1], "BOTH", *before)
                for side_said in self._said.values():
                    side_said.clear()

    def over(self, cue: CueDetected, event: Event, scene: Scene) -> Channel | None:
        """Tell whether the agent agreed, showed empathy or asked; a doubt asks nothing."""
        talk = scene.conversation
        for clause in talk.closed:
            later = clause.channel == "agent" and clause.start >= cue.end
            kind = talk.asks(clause) or talk.says(clause, *self.ends) is not None
            if later and kind and contradicts(clause, talk) is None:
                return "agent"
        return None


def _plain(talk: Conversation) -> Iterator[Clause]:
    """Yield the unfinished clause of who speaks once its contradiction is plain."""
    clause = talk.sides[talk.speaker].open_clause if talk.speaker is not None else None
    if clause is not None:
        found = talk.says(clause, "customer_wrong", "contradiction")
        if found is not None and found.end + PLAIN <= len(clause.words):
            yield clause


def contradicts(clause: Clause, talk: Conversation) -> Act | None:
    """Return what in the clause contradicts the other side."""
    if clause.question:
        return None
    wrong = talk.says(clause, "customer_wrong")
    if wrong is not None:
        return wrong
    found = talk.says(clause, "contradiction") or _yes_but(clause, talk)
    if found is None or (clause.channel == "agent" and talk.says(clause, "agrees", "empathy")):
        return None
    return None if found.start == 0 and _answers(clause, talk) else found


def _answers(clause: Clause, talk: Conversation) -> bool:
    """Tell whether a "no" or "but" answers a question; an answer to a doubt contradicts it."""
    heard = talk.clauses_since(other(clause.channel), clause.start - ANSWERED)
    return bool(heard) and talk.asks(heard[-1]) and talk.says(heard[-1], "doubt") is None


def _yes_but(clause: Clause, talk: Conversation) -> Act | None:
    """Return the "but" that takes back a bare "yes" before it: a clause of its own."""
    if not talk.lexicon["clause_break"].starts(clause.words) or talk.says(clause, "can_do"):
        return None
    before = [c for c in talk.clauses_since(clause.channel, clause.start - APART) if c != clause]
    if not before or before[-1].start >= clause.start:
        return None
    bare = talk.lexicon["backchannel"].covers([word for word in before[-1].words if word])
    return Act("contradiction", clause, 0, len(clause.words)) if bare else None
