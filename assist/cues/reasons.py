"""`why_missing`: the agent said no, and not why (docs/cues.md)."""

from collections.abc import Iterator
from typing import ClassVar

from assist.core.clauses import Clause
from assist.core.detector import Scene
from assist.core.owing import Debt, Obligation
from assist.core.refusing import opened
from assist.core.waiting import turn_over
from assist.events import Event

DUE_AFTER = 8000
"""So long after the refusal, in milliseconds, its reason should have been heard."""
SAID_BEFORE = 10_000
"""A reason so shortly before the refusal, in milliseconds, is its reason, too."""


class WhyMissing(Obligation):
    """A refusal owes its reason: before it, in it, or before the agent's turn is over."""

    cue: ClassVar[str] = "why_missing"

    def opens(self, event: Event, scene: Scene) -> Iterator[Debt]:
        """Yield a debt for each refusal that stands without a reason so far."""
        talk = scene.conversation
        for debt in opened(event, scene):
            said = talk.clauses_since("agent", debt.start - SAID_BEFORE)
            if not any(self.pays(clause, debt, scene) for clause in said):
                yield debt

    def pays(self, clause: Clause, debt: Debt, scene: Scene) -> bool:
        """Tell whether the agent gives a reason."""
        return clause.channel == "agent" and scene.conversation.says(clause, "reason") is not None

    def due(self, debt: Debt, scene: Scene) -> bool:
        """Tell whether the turn is over, or the time, and no reason has just begun."""
        talk = scene.conversation
        unfinished = talk.sides["agent"].open_clause
        if unfinished is not None and self.pays(unfinished, debt, scene):
            return False
        return talk.now - debt.end >= DUE_AFTER or turn_over("agent", debt.end, talk)
