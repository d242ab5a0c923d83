"""Follow-up: who comes back to the customer, and when or how."""

from assist.core.acts import Act
from assist.core.clauses import Clause
from assist.core.conversation import Conversation

NEAR = 4000
"""The time may be said so many milliseconds before or after the promise."""
_PARTING = ("closing", "anything_else")
"""A time in these is none of a promise ("have a nice weekend")."""


def follows_up(clause: Clause, talk: Conversation) -> Act | None:
    """Return the promise to come back, if the clause or the one before says when or how.

    "I'll email you" says how. "I'll be in touch" needs a time beside it, as does what only the
    tagger holds for such a promise.
    """
    if clause.channel != "agent":
        return None
    whole = talk.says(clause, "follow_up")
    if whole is not None and whole.likely is None:
        return whole
    before = [c for c in talk.clauses_since("agent", clause.start - NEAR) if c.end < clause.end]
    near = [c for c in (clause, *before[-1:]) if talk.says(c, *_PARTING) is None]
    if not any(talk.says(c, "when") is not None for c in near):
        return None
    return whole or next(filter(None, (talk.says(c, "follow_up_open") for c in near)), None)
