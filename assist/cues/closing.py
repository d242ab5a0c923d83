"""`followup_missing`, `unhappy_at_close`: how a call ends."""

from collections.abc import Iterator
from typing import ClassVar

from assist.core.accord import accepts
from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.detector import Scene
from assist.core.following import follows_up
from assist.core.owing import Debt, Obligation
from assist.core.waiting import turn_over
from assist.events import Event, StageChanged

ANSWER = 4000
"""So many milliseconds after the customer's last words the agent may still say it."""
OPENED = ("problem_solving", "agreement", "close", "empathy", "venting")
"""Stages in which words of parting part."""
PARTED = 12_000
"""Words of parting count for so many milliseconds."""
BY_PROTOCOL = 30_000
"""Words that end an abusive call count for so many milliseconds."""
PARTING = ("closing", "anything_else")
"""Only the agent asks whether there is anything else; the customer asks for it."""
TURNS = 2
"""Grudging words in so many last turns of the customer count."""


class FollowupMissing(Obligation):
    """The end of a call owes a follow-up: who comes back, and when or how."""

    cue: ClassVar[str] = "followup_missing"

    def __init__(self) -> None:
        super().__init__()
        self._promised: list[Clause] = []
        self._told = False
        """Whether this end of the call was looked at; a new issue makes another end."""

    def opens(self, event: Event, scene: Scene) -> Iterator[Debt]:
        """Remember every promise; open with the first words of parting."""
        talk = scene.conversation
        self._promised = [c for c in self._promised if c not in talk.dropped]
        late = talk.correction.clauses if talk.correction is not None else ()
        self._promised += [c for c in (*talk.closed, *late) if follows_up(c, talk) is not None]
        if isinstance(event, StageChanged) and event.previous == "close":
            self._told = False
        for clause in talk.closed:
            act = talk.says(clause, *(PARTING if clause.channel == "agent" else PARTING[:1]))
            if act is not None and not self._told and not self._promised and parting(clause, talk):
                self._told = True
                yield Debt(clause.start, clause.end, act.evidence(), clause, rule="UNPROMISED")

    def pays(self, clause: Clause, debt: Debt, scene: Scene) -> bool:
        """A promise with a time or a medium settles it."""
        return bool(self._promised)

    def due(self, debt: Debt, scene: Scene) -> bool:
        """Let the agent end the turn, or answer the customer's."""
        talk = scene.conversation
        if debt.clause is not None and debt.clause.channel == "customer":
            return talk.now - debt.end >= ANSWER
        return turn_over("agent", debt.end, talk)


class UnhappyAtClose(Obligation):
    """Grudging words owe another look before the call ends."""

    cue: ClassVar[str] = "unhappy_at_close"
    who = "customer"

    def opens(self, event: Event, scene: Scene) -> Iterator[Debt]:
        """Open with a weak or negative answer of the customer."""
        talk = scene.conversation
        for clause in talk.closed:
            act = talk.says(clause, "weak_acceptance") if clause.channel == "customer" else None
            if act is not None and parting(clause, talk):
                yield Debt(clause.start, clause.end, act.evidence(), clause, rule="GRUDGING")

    def pays(self, clause: Clause, debt: Debt, scene: Scene) -> bool:
        """A clear yes settles it."""
        return clause.start >= debt.end and accepts(clause, scene.conversation) is not None

    def due(self, debt: Debt, scene: Scene) -> bool:
        """Fall due when the call ends and the customer has said all of it."""
        talk = scene.conversation
        said = talk.clauses_since("agent", debt.end)
        if any(talk.says(clause, "closing") for clause in said):
            return True
        begun = talk.sides["customer"].open_clause
        if begun is not None and begun.start <= debt.end + ANSWER:
            return False
        return self._parted(talk) and turn_over("customer", debt.end, talk)

    def _parted(self, talk: Conversation) -> bool:
        since = talk.now - PARTED
        sides = (talk.clauses_since("agent", since), talk.clauses_since("customer", since))
        return any(talk.says(c, "closing", "anything_else") for side in sides for c in side)

    def drops(self, debt: Debt, event: Event, scene: Scene) -> bool:
        """Too long ago to tell of the end."""
        return len(scene.conversation.turns("customer", debt.end)) >= TURNS


def parting(clause: Clause, talk: Conversation) -> bool:
    """Tell whether the call may end here as it should.

    A greeting uses the same words, and an agent who ends an abusive call by the rules of the house
    owes nothing more.
    """
    if talk.stage not in OPENED:
        return False
    said = talk.clauses_since("agent", clause.start - BY_PROTOCOL)
    return not any(talk.says(c, "protocol_end") for c in said)
