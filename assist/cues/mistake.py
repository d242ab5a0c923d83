"""`mistake_structure`: an own mistake is named, apologised for and put right, or one is missing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.detector import Scene
from assist.core.owing import Debt, Obligation
from assist.core.steam import asks_again
from assist.events import Event

SLOTS = {"acknowledge": "mistake_admitted", "apologise": "apology", "fix": "fix"}
"""What has to be said → the playbook's set. The first that lacks names the rule and the text."""
DUE = 6000
"""So many milliseconds after the end of that turn all three are due."""
PATIENCE = 3000
"""So much longer, in milliseconds, while the agent says something that is not known yet."""
BEFORE = 15_000
"""What was said so many milliseconds before the mistake was named counts, too."""
ALLEGED = 20_000
"""A "yes" confirms what the customer has alleged so many milliseconds before."""
SAME = 60_000
"""A mistake that is named again within so many milliseconds is the same."""


@dataclass(slots=True)
class Mistake(Debt):
    """A mistake of the agent's side, and what has been said of it."""

    filled: set[str] = field(default_factory=set)

    def missing(self) -> str:
        """Return the first empty slot, or nothing."""
        return next((slot for slot in SLOTS if slot not in self.filled), "")


class MistakeStructure(Obligation):
    """A mistake owes three things."""

    cue: ClassVar[str] = "mistake_structure"
    lasts: ClassVar[int] = 60_000

    def __init__(self) -> None:
        super().__init__()
        self._last = -SAME

    def opens(self, event: Event, scene: Scene) -> Iterator[Debt]:
        """Owe them once the agent admits a mistake, or confirms what the customer alleges."""
        talk = scene.conversation
        for clause in talk.closed:
            if clause.channel != "agent" or talk.asks(clause):
                continue
            act = talk.says(clause, "mistake_admitted")
            if act is None and _alleged(clause, talk):
                act = talk.says(clause, "mistake_confirmed")
            if act is not None and clause.start - self._last >= SAME:
                mistake = Mistake(clause.start, clause.end, act.evidence(), clause)
                for said in talk.clauses_since("agent", clause.start - BEFORE):
                    _fill(mistake, said, talk)
                self._last = clause.end
                yield mistake

    def pays(self, clause: Clause, debt: Debt, scene: Scene) -> bool:
        """Tell whether the clause fills the last empty slot."""
        assert isinstance(debt, Mistake)
        _fill(debt, clause, scene.conversation)
        return not debt.missing()

    def due(self, debt: Debt, scene: Scene) -> bool:
        """Tell whether the turn has been over for long enough; its rule names what lacks."""
        assert isinstance(debt, Mistake)
        debt.rule = f"MISSING.{debt.missing().upper()}"
        talk = scene.conversation
        turns = [t for t in talk.floor.turns["agent"] if t.start <= debt.end]
        late = talk.now - max(debt.end, turns[-1].end if turns else 0) - DUE
        if talk.floor.speaking("agent") and turns and turns[-1] is talk.floor.sides["agent"].turn:
            return False
        return late >= (PATIENCE if talk.sides["agent"].open_clause is not None else 0)


def _fill(mistake: Mistake, clause: Clause, talk: Conversation) -> None:
    if clause.channel == "agent" and not asks_again(clause):
        mistake.filled |= {slot for slot, act in SLOTS.items() if talk.says(clause, act)}


def _alleged(clause: Clause, talk: Conversation) -> bool:
    """Tell whether the customer's last words before the clause blame the agent's side."""
    said = talk.clauses_since("customer", clause.start - ALLEGED)
    return any(talk.says(c, "mistake_alleged") for c in said if c.end <= clause.start + 500)
