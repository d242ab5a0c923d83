"""The agent's first solution: before it the cause is asked for, the goal, and what was heard.

Three cues and the stages ask here, so that they agree on what a solution is.
"""

from collections.abc import Iterator

from assist.core.acts import Act
from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.waiting import same_place, stands

OFFERED = ("proposal", "remedy")
"""Sets of a solution: what the agent suggests, and what the agent does or has the customer do."""
FOUND = "diagnosis"
"""The set of a cause that is stated."""
MANY = 14
"""With so many words a clause says what it is about, though it goes on."""
LONGEST = 6000
"""A clause that goes on so many milliseconds after the solution is not waited for."""
_OTHERWISE = ("goal_question", "help_offer", "hold", "summary", "check_question")
"""What is asked for or announced so is no solution: "what can I do", "would you like …", "let me
see"; nor is what the customer told."""
_KIND = ("empathy", "assessment")
"""What is explained so is no cause: "that must be annoying"."""


def solves(clause: Clause, talk: Conversation, *, cause: bool = False) -> Act | None:
    """Return the solution that the agent states in a clause, or nothing.

    Args:
        clause: what was said; it may still be open.
        talk: the conversation.
        cause: a cause that is stated, not asked for, counts, too.
    """
    if clause.channel != "agent" or talk.says(clause, *_OTHERWISE) is not None:
        return None
    offered = talk.says(clause, *OFFERED)
    if offered is not None and (offered.name == "proposal" or not talk.asks(clause)):
        return offered
    if not cause or talk.asks(clause) or talk.says(clause, *_KIND) is not None:
        return None
    return talk.says(clause, FOUND)


class FirstSolution:
    """Notice the first solution of a call, once; again, if the recogniser takes it back.

    Args:
        cause: a stated cause counts, too.
    """

    def __init__(self, *, cause: bool = False) -> None:
        self._cause = cause
        self._clause: Clause | None = None

    def look(self, talk: Conversation) -> Iterator[Act]:
        """Yield the solution with the event that brings it, before its clause is complete."""
        if self._clause is not None and any(
            heard.word in self._clause.spoken for heard in talk.fallen
        ):
            self._clause = None
        for clause in agents(talk):
            if self._clause is None and (act := solves(clause, talk, cause=self._cause)):
                self._clause = clause
                yield act

    def again(self, talk: Conversation) -> Clause | None:
        """Return the clause of the solution as this event completes it, if it does."""
        known = self._clause
        if known is None:
            return None
        return next((c for c in talk.closed if c.closed and same_place(c, known)), None)


def left_standing(clause: Clause | None, end: int, talk: Conversation) -> bool:
    """Tell whether nothing that belongs before a solution was said right behind it.

    Args:
        clause: the solution's, as far as it is known.
        end: when the words of the solution ended, in milliseconds.
        talk: the conversation.
    """
    if clause is None or not clause.closed:
        return talk.now - end >= LONGEST
    return stands(clause.end, talk, ("question", "open_question"))


def agents(talk: Conversation) -> Iterator[Clause]:
    """Yield the clauses of the agent that this event closed or made longer."""
    yield from (clause for clause in talk.closed if clause.channel == "agent")
    unfinished = talk.sides["agent"].open_clause
    if unfinished is not None and talk.speaker == "agent" and len(unfinished.words) >= MANY:
        yield unfinished
