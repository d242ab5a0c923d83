"""`no_clarifying_question`, `goal_unasked`: a solution before its cause or goal was asked for."""

from collections.abc import Iterator
from typing import ClassVar

from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.detector import Scene
from assist.core.owing import Debt, Obligation
from assist.core.solving import FirstSolution, left_standing
from assist.events import Channel, Event

_QUESTIONS = ("clarifying_question", "goal_question", "check_question", "summary_tag")
"""Questions in the middle of a clause: recognisers often write neither "?" nor full stop."""
ISSUE_WORDS = 3
"""A clause of the customer with so many content words begins the issue."""
CONFIDENCE = 0.8
"""Start value: something is absent."""


class _TooSoon(Obligation):
    """The first solution opens the debt, unless what is owed was said before."""

    cause: ClassVar[bool] = False
    """Whether a stated cause counts as a solution, too."""

    def __init__(self) -> None:
        super().__init__()
        self._first = FirstSolution(cause=self.cause)
        self._said = False

    def opens(self, event: Event, scene: Scene) -> Iterator[Debt]:
        """Yield the debt of the first solution; remember what was said before it."""
        talk = scene.conversation
        self._said |= any(self.answers(clause, talk) for clause in talk.closed)
        complete = self._first.again(talk)
        for debt in (*self._debts, *(debt for _, debt in self._standing)):
            debt.clause = complete or debt.clause
        for act in self._first.look(talk):
            if not self._said and not talk.on_hold and self.matters(act.clause, talk):
                yield Debt(
                    act.clause.start,
                    act.clause.spoken[act.end - 1].end,
                    act.evidence(),
                    clause=act.clause,
                    rule=act.rule,
                    confidence=CONFIDENCE,
                )

    def answers(self, clause: Clause, talk: Conversation) -> bool:
        """Tell whether a clause says what is owed."""
        raise NotImplementedError

    def matters(self, clause: Clause, talk: Conversation) -> bool:
        """Tell whether the solution came at a time at which something is owed."""
        return True

    def pays(self, clause: Clause, debt: Debt, scene: Scene) -> bool:
        """Tell whether the clause says it after all."""
        return self.answers(clause, scene.conversation)

    def due(self, debt: Debt, scene: Scene) -> bool:
        """Tell whether the solution was left to stand."""
        return left_standing(debt.clause, debt.end, scene.conversation)


class NoClarifyingQuestion(_TooSoon):
    """No question of the agent since the customer began to tell what is wrong."""

    cue = "no_clarifying_question"
    cause = True

    def __init__(self) -> None:
        super().__init__()
        self._issue: int | None = None

    def opens(self, event: Event, scene: Scene) -> Iterator[Debt]:
        """Note where the issue begins, then look for the solution."""
        talk = scene.conversation
        for clause in talk.closed:
            if self._issue is None and clause.channel == "customer" and _tells(clause, talk):
                self._issue = clause.start
        yield from super().opens(event, scene)

    def answers(self, clause: Clause, talk: Conversation) -> bool:
        """Tell whether the agent asks something; an offer of help asks for no cause."""
        if clause.channel != "agent" or self._issue is None or clause.start < self._issue:
            return False
        if talk.says(clause, *_QUESTIONS) is not None:
            return talk.says(clause, "help_offer") is None
        return talk.asks(clause) and talk.says(clause, "help_offer", "proposal") is None

    def matters(self, clause: Clause, talk: Conversation) -> bool:
        """Tell whether the issue was stated."""
        return self._issue is not None


class GoalUnasked(_TooSoon):
    """Nobody has said yet what the customer wants."""

    cue = "goal_unasked"

    def answers(self, clause: Clause, talk: Conversation) -> bool:
        """Tell whether the agent asks for the goal, or the customer states a wish."""
        asked: dict[Channel, str] = {"agent": "goal_question", "customer": "goal_statement"}
        return talk.says(clause, asked[clause.channel]) is not None


def _tells(clause: Clause, talk: Conversation) -> bool:
    return sum(map(talk.lexicon.is_content, clause.words)) >= ISSUE_WORDS
