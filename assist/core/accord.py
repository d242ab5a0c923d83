"""Proposal and answer: what the agent puts forward, and whether the customer takes it."""

from assist.core.acts import Act
from assist.core.clauses import Clause
from assist.core.conversation import Conversation

PUT_FORWARD = ("proposal", "overpromise")
"""What the agent puts forward; a promise beyond his power is put forward, too."""
GO_ON = ("steps", "closing", "anything_else")
"""What takes an agreement for granted."""
ANSWERED = 90_000
"""An answer belongs to a proposal that was made so many milliseconds ago, or later."""
CHECKED = 15_000
"""A bare "okay" answers a question of the agent that was asked so many milliseconds ago."""


class Accord:
    """Follow proposals and answers through the call, clause by clause."""

    def __init__(self) -> None:
        self.open: Act | None = None
        """The newest proposal that was neither taken nor turned down."""
        self.taken: Act | None = None
        """How the customer took the newest one; none once there is another."""

    def hear(self, clause: Clause, talk: Conversation) -> Act | None:
        """Take one closed clause; return the customer's yes to an open proposal, or nothing."""
        if self.open is not None and (
            self.open.clause in talk.dropped or clause.start - self.open.clause.end > ANSWERED
        ):
            self.open = None
        if clause.channel == "agent":
            act = talk.says(clause, *(PUT_FORWARD if self.taken is None else PUT_FORWARD[:1]))
            if act is not None and (self.taken is None or _proposes(clause, talk)):
                self.open, self.taken = act, None
            return None
        if self.open is None or clause.end <= self.open.clause.start:
            return None
        yes = accepts(clause, talk)
        if yes is not None:
            self.open, self.taken = None, yes
        return yes


def _proposes(clause: Clause, talk: Conversation) -> bool:
    """Tell whether a question puts something forward; "which address shall I take" does not."""
    asks, offers = (talk.lexicon[name].find(clause.words) for name in ("open_question", "can_do"))
    asks_for = asks is not None and (offers is None or asks.start < offers.start)
    return talk.asks(clause) and not asks_for


def accepts(clause: Clause, talk: Conversation) -> Act | None:
    """Return how the customer agrees in this clause, or nothing.

    A bare "okay" agrees only after the agent asked whether it suits. Grudging words agree to
    nothing: they are `weak_acceptance`.
    """
    if clause.channel != "customer" or clause.question:
        return None
    clear = talk.says(clause, "acceptance")
    for name in ("rejection", "weak_acceptance"):
        before = talk.says(clause, name)
        if before is not None and (clear is None or clear.start < before.end):
            return None
    if clear is not None:
        return clear
    return talk.says(clause, "assent") if was_asked(clause, talk) else None


def was_asked(clause: Clause, talk: Conversation) -> bool:
    """Tell whether the agent's last words before the clause asked for consent."""
    heard = talk.clauses_since("agent", clause.start - CHECKED)
    before = [other for other in heard if other.start < clause.start]
    return any(
        talk.says(other, "consent_question") is not None and talk.asks(other)
        for other in before[-2:]
    )
