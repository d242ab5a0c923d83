"""`hold_unexplained`: the customer is to wait, and is not told why or how long."""

from collections.abc import Iterator
from typing import ClassVar

from assist.core.clauses import Clause
from assist.core.detector import Scene
from assist.core.owing import Debt, Obligation
from assist.core.waiting import turn_over
from assist.events import Event, HoldStarted

OWED = (("hold_reason",), ("hold_duration", "hold_brief"))
"""What is owed, and the acts that say it: "one moment" tells the length of a short wait."""
DUE = 5000
"""Reason and length are due so many milliseconds after the announcement, or with its turn."""
BEFORE = 8000
"""They also count when they were said so many milliseconds before it."""


class HoldUnexplained(Obligation):
    """A wait owes its reason and its length."""

    cue: ClassVar[str] = "hold_unexplained"

    def opens(self, event: Event, scene: Scene) -> Iterator[Debt]:
        """Open with each announcement of the agent."""
        talk = scene.conversation
        for clause in talk.closed:
            act = talk.says(clause, "hold") if clause.channel == "agent" else None
            if act is not None:
                yield Debt(clause.start, clause.end, act.evidence(), clause, rule="UNEXPLAINED")

    def pays(self, clause: Clause, debt: Debt, scene: Scene) -> bool:
        """Ask for both in the agent's words around the announcement."""
        talk = scene.conversation
        if clause.channel != "agent":
            return False
        near = talk.clauses_since("agent", debt.start - BEFORE)
        return all(any(talk.says(c, *owed) for c in near) for owed in OWED)

    def due(self, debt: Debt, scene: Scene) -> bool:
        """Wait for the end of the turn, but not longer than `DUE`."""
        talk = scene.conversation
        return talk.now - debt.end >= DUE or turn_over("agent", debt.end, talk)

    def drops(self, debt: Debt, event: Event, scene: Scene) -> bool:
        """Once nobody is there to tell, nothing is owed."""
        return isinstance(event, HoldStarted)

    def over(self, debt: Debt, event: Event, scene: Scene) -> bool:
        """End it when the wait begins."""
        return isinstance(event, HoldStarted)
