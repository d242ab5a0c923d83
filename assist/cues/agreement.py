"""`solution_not_confirmed`, `steps_unexplained`: a solution wants a yes, a yes wants the steps."""

from collections.abc import Iterator
from typing import ClassVar

from assist.core.accord import GO_ON, Accord
from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.detector import Scene
from assist.core.owing import Debt, Obligation
from assist.core.waiting import turn_over
from assist.events import Event

STEPS_DUE = 20_000
"""Steps are due so many milliseconds after the yes, or after `STEPS_TURNS` turns of the agent."""
STEPS_TURNS = 2
TOLD_BEFORE = 12_000
"""Steps that were told so many milliseconds before the yes count."""
SETTLED = 1500
"""After so many milliseconds of silence a turn of the agent is over."""
LONGEST = 4000
"""With the end of the turn that goes on, or so many milliseconds after its words."""


class SolutionNotConfirmed(Obligation):
    """A proposal owes a yes before the agent goes on to steps or to the end of the call."""

    cue: ClassVar[str] = "solution_not_confirmed"
    lasts: ClassVar[int] = 60_000

    def __init__(self) -> None:
        super().__init__()
        self._accord = Accord()
        self._judged: Clause | None = None
        """The proposal that was already found unconfirmed."""

    def opens(self, event: Event, scene: Scene) -> Iterator[Debt]:
        """Open with the agent's words that take the yes to a proposal for granted."""
        talk = scene.conversation
        for clause in talk.closed:
            asked = self._accord.open
            self._accord.hear(clause, talk)
            if asked is None or clause.channel != "agent":
                continue
            act = talk.says(clause, *GO_ON)
            if act is not None and self._goes_on(clause, scene) and asked.clause != self._judged:
                self._judged = asked.clause
                evidence = (*asked.evidence(), *act.evidence())
                start, end = asked.clause.start, clause.end
                yield Debt(start, end, evidence, clause, rule=f"UNCONFIRMED_{act.rule}")

    def pays(self, clause: Clause, debt: Debt, scene: Scene) -> bool:
        """A yes of the customer settles it; so does the agent's question, or another proposal."""
        talk = scene.conversation
        newer = self._accord.open
        if self._accord.taken is not None or (newer is not None and newer.clause.start > debt.end):
            return True
        later = clause.channel == "agent" and clause.end > debt.end and talk.asks(clause)
        return later and talk.says(clause, "consent_question") is not None

    def due(self, debt: Debt, scene: Scene) -> bool:
        """Be quick once the customer could have said yes; else the question may follow at once."""
        talk = scene.conversation
        heard = talk.clauses_since("customer", debt.start)
        if any(debt.start < c.start < debt.end for c in heard):
            return True
        if talk.floor.speaking("customer") or talk.sides["customer"].open_clause is not None:
            return talk.now - debt.end >= LONGEST
        return talk.now - debt.end >= LONGEST or turn_over("agent", debt.end, talk)

    def _goes_on(self, clause: Clause, scene: Scene) -> bool:
        """Tell whether the clause takes a yes for granted."""
        talk = scene.conversation
        if talk.says(clause, "closing", "anything_else") is not None:
            return True
        return not clause.question and talk.says(clause, "consent_question") is None


class StepsUnexplained(Obligation):
    """A yes owes the next steps."""

    cue: ClassVar[str] = "steps_unexplained"

    def __init__(self) -> None:
        super().__init__()
        self._accord = Accord()

    def opens(self, event: Event, scene: Scene) -> Iterator[Debt]:
        """Open with the customer's yes to a proposal."""
        talk = scene.conversation
        for clause in talk.closed:
            act = self._accord.hear(clause, talk)
            if act is not None and not self._told(clause, scene):
                yield Debt(clause.start, clause.end, act.evidence(), clause, rule="UNEXPLAINED")

    def pays(self, clause: Clause, debt: Debt, scene: Scene) -> bool:
        """The agent says what happens next."""
        later = clause.channel == "agent" and clause.end > debt.end
        return later and scene.conversation.says(clause, "steps") is not None

    def due(self, debt: Debt, scene: Scene) -> bool:
        """Wait for the time, or for the agent's turns, unless the steps are being said."""
        talk = scene.conversation
        begun = talk.sides["agent"].open_clause
        if begun is not None and self.pays(begun, debt, scene):
            return False
        return talk.now - debt.end >= STEPS_DUE or self._turns(debt, scene) >= STEPS_TURNS

    def _told(self, yes: Clause, scene: Scene) -> bool:
        """Tell whether the agent said the steps before the customer agreed to them."""
        talk = scene.conversation
        before = talk.clauses_since("agent", yes.start - TOLD_BEFORE)
        return any(c.start < yes.start and talk.says(c, "steps") for c in before)

    def _turns(self, debt: Debt, scene: Scene) -> int:
        """Count the agent's turns since the yes that are over and more than listening."""
        talk, floor = scene.conversation, scene.conversation.floor
        over = [t for t in floor.turns["agent"] if t.start >= debt.end]
        if over and over[-1] is floor.sides["agent"].turn and floor.silence("agent") < SETTLED:
            over.pop()
        said = 0
        for i, turn in enumerate(over):
            end = over[i + 1].start if i + 1 < len(over) else talk.now
            clauses = talk.clauses_since("agent", turn.start)
            said += any(c.start < end and not _listens(c, talk) for c in clauses)
        return said


def _listens(clause: Clause, talk: Conversation) -> bool:
    """Tell whether the clause is nothing but listening ("mhm", "genau")."""
    return talk.lexicon["backchannel"].covers(clause.words)
