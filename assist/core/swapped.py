"""Swapped channels: the service's greeting comes from the customer's side."""

from collections.abc import Sequence

from assist.core.clauses import Clause
from assist.core.conversation import Conversation

EARLY = 60_000
"""The greeting is looked for in the first so many milliseconds of the call."""
SERVICE = ("help_offer", "greeting")
"""What only the service says: the offer of help, the name of the house."""


def swapped(talk: Conversation) -> bool:
    """Tell whether the customer's side greets like the service and the agent's does not."""
    if talk.now > EARLY:
        return False
    customer, agent = talk.clauses_since("customer", 0), talk.clauses_since("agent", 0)
    return _offers_help(customer, talk) and not any(talk.says(c, *SERVICE) for c in agent)


def _offers_help(clauses: Sequence[Clause], talk: Conversation) -> bool:
    return any(talk.says(clause, "help_offer") for clause in clauses)
