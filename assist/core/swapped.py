"""Swapped channels: what only the service says comes from the customer's side."""

from collections.abc import Iterator

from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.events import CHANNELS, Channel, Fault

CODE = "channels_swapped"
TEXT = "The customer's side speaks like the service: are the two devices swapped?"
EARLY = 20_000
"""The offer of help counts when it begins so early in the call, in milliseconds."""


class Swapped:
    """Follow what each side says of what only the service says.

    An offer of help at the beginning is enough, at the end a question for more wishes together with
    thanks for the call: customers, too, ask for something else. One such word of the agent's own
    side puts it right.
    """

    def __init__(self) -> None:
        self._said: dict[Channel, set[str]] = {channel: set() for channel in CHANNELS}
        self._seen: dict[Channel, int] = dict.fromkeys(CHANNELS, 0)
        """End of the last clause that was looked at."""
        self.holds = False
        """Whether the channels seem swapped."""

    def observe(self, talk: Conversation) -> Iterator[Fault]:
        """Look at what was said since the last time; yield what is to be told."""
        for channel, said in self._said.items():
            for clause in talk.clauses_since(channel, self._seen[channel]):
                said |= _signs(clause, talk)
                self._seen[channel] = clause.end
        own = self._said["agent"] - ({"greeting"} if self.holds else set())  # customers say a name
        holds = not own and _is_service(self._said["customer"])
        if holds != self.holds:
            self.holds = holds
            yield Fault(at=talk.now, code=CODE, text=TEXT, active=holds)


def _signs(clause: Clause, talk: Conversation) -> set[str]:
    """Return what of the clause only the service says."""
    found = set()
    if clause.start < EARLY and talk.says(clause, "help_offer"):
        found.add("help")
    if talk.says(clause, "greeting"):
        found.add("greeting")
    if talk.says(clause, "anything_else") and talk.says(clause, "closing") and talk.asks(clause):
        found.add("more")
    return found


def _is_service(said: set[str]) -> bool:
    return "help" in said or {"greeting", "more"} <= said
