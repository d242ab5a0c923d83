"""`long_wait_ack`: the customer waited long for this call, unthanked (docs/cues.md)."""

from collections.abc import Iterator

from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.detector import Scene
from assist.core.floor import TURN_GAP
from assist.core.owing import Debt, Obligation
from assist.events import CallStarted, Event, NumberEvidence

CUE = "long_wait_ack"
QUEUE = 120_000
"""A wait before the call of so many milliseconds owes a word of thanks."""
TURNS = 2
"""So many turns the agent has for it."""


class LongWait(Obligation):
    """The wait that was mentioned, or measured, owes thanks or an apology."""

    cue = CUE
    who = "customer"
    lasts = 60_000

    def opens(self, event: Event, scene: Scene) -> Iterator[Debt]:
        """Look for the queue's time when the call begins, and for words about the wait."""
        talk = scene.conversation
        if isinstance(event, CallStarted) and event.queue_ms > QUEUE:
            queue = NumberEvidence(name="queue_ms", value=event.queue_ms, threshold=QUEUE)
            yield Debt(start=0, end=0, evidence=(queue,), rule="QUEUE")
        for clause in talk.closed:
            act = talk.says(clause, "wait_mentioned") if clause.channel == "customer" else None
            if act is not None:
                yield Debt(clause.start, clause.end, act.evidence(), clause, rule="MENTIONED")

    def pays(self, clause: Clause, debt: Debt, scene: Scene) -> bool:
        """Take thanks and apologies for the wait; any apology right after it was mentioned."""
        talk = scene.conversation
        if clause.channel != "agent":
            return False
        if talk.says(clause, "wait_thanked") is not None:
            return True
        first = _turns(debt.end, talk) == 0
        return debt.rule == "MENTIONED" and first and talk.says(clause, "apology") is not None

    def due(self, debt: Debt, scene: Scene) -> bool:
        """Give the agent two turns."""
        return _turns(debt.end, scene.conversation) >= TURNS


def _turns(since: int, talk: Conversation) -> int:
    """Count the agent's turns since a moment that are over; short ones count, a "mhm" does not."""
    count = 0
    for turn in talk.floor.turns["agent"]:
        present = turn is talk.floor.sides["agent"].turn
        if turn.end <= since or (present and talk.floor.silence("agent") < TURN_GAP):
            continue
        words = [
            heard.folded
            for heard in talk.heard_since("agent", max(since, turn.start - 150))
            if heard.word.start < turn.end + 150 and heard.folded
        ]
        count += bool(words) and not talk.lexicon["backchannel"].covers(words)
    return count
