"""`empathy_missing`, `empathy_given`: what the agent says once the customer has let off steam."""

from collections.abc import Iterator
from typing import ClassVar

from assist.core.acts import Act
from assist.core.clauses import Clause
from assist.core.detector import Scene
from assist.core.floor import Turn
from assist.core.owing import Debt, Obligation
from assist.core.spotting import Spotting
from assist.core.steam import EMPATHY, asks_again
from assist.core.waiting import same_place, turn_over
from assist.events import Channel, CueDetected, Event, SpeechStarted

COMPLAINT = ("strong", "complaint", "recurrence", "blame")
COMPLAINED_WITHIN = 60_000
"""Empathy answers a complaint that the customer made so many milliseconds before, or less."""
AGAIN = 8000
"""More empathy within so many milliseconds belongs to the same event."""
CALM = 2.0
"""Below this score nobody lets off steam any more."""


class EmpathyMissing(Obligation):
    """Venting owes empathy in the agent's first substantive turn after it."""

    cue: ClassVar[str] = "empathy_missing"
    lasts: ClassVar[int] = 60_000

    def opens(self, event: Event, scene: Scene) -> Iterator[Debt]:
        """Owe empathy for each venting."""
        if isinstance(event, CueDetected) and event.cue == "venting":
            yield Debt(event.start, event.end, event.evidence, cue_id=event.id)

    def pays(self, clause: Clause, debt: Debt, scene: Scene) -> bool:
        """Tell whether the agent shows empathy, be it only regret."""
        if clause.channel != "agent" or clause.end <= debt.start or asks_again(clause):
            return False
        return scene.conversation.says(clause, *EMPATHY) is not None

    def due(self, debt: Debt, scene: Scene) -> bool:
        """Tell whether the first substantive turn since is over, all its words known."""
        talk = scene.conversation
        turns = [t for t in talk.turns("agent", debt.start) if self._answers(t, debt, scene)]
        return bool(turns) and (
            talk.floor.sides["agent"].turn is not turns[0]
            or turn_over("agent", turns[0].start, talk)
        )

    def over(self, debt: Debt, event: Event, scene: Scene) -> bool:
        """Tell whether the talk has moved on without it."""
        late = scene.conversation.stage in ("agreement", "close")
        return late and scene.complaint.score < CALM

    def _answers(self, turn: Turn, debt: Debt, scene: Scene) -> bool:
        """Tell whether the turn comes after what was vented, not into it."""
        customer = scene.conversation.floor.spoken("customer", turn.start, turn.end)
        return turn.end > debt.end and customer < (turn.end - turn.start) / 2


class EmpathyGiven(Spotting):
    """Praise for empathy where there is something to feel for."""

    cue: ClassVar[str] = "empathy_given"
    acts: ClassVar[tuple[str, ...]] = EMPATHY[:2]
    """Regret alone ("I'm sorry") pays the debt of `EmpathyMissing`, but earns no praise."""
    lasts: ClassVar[int] = 4000
    early: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self._last: Clause | None = None

    def fits(self, act: Act, scene: Scene) -> bool:
        """Tell whether the customer vents, has vented, or complained a short while ago."""
        talk, last = scene.conversation, self._last
        again = last is not None and act.clause.start - last.end < AGAIN
        if last is not None and again and last not in talk.dropped:
            return same_place(last, act.clause)
        if talk.stage in ("venting", "empathy"):
            return True
        said = talk.clauses_since("customer", act.clause.start - COMPLAINED_WITHIN)
        return any(talk.says(clause, *COMPLAINT) for clause in said)

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Praise, and remember for what."""
        for found in super().__call__(event, scene):
            if isinstance(found, CueDetected):
                self._last = self._standing[-1].clause
            yield found

    def over(self, cue: CueDetected, event: Event, scene: Scene) -> Channel | None:
        """Return the agent who speaks on."""
        speaks = isinstance(event, SpeechStarted) and event.channel == "agent"
        return "agent" if speaks else None
