"""`stuck_no_solution`: option after option is rejected, or the talk goes round in refusals."""

from collections.abc import Iterator
from typing import ClassVar

from assist.core.acts import Act
from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.detector import Scene
from assist.core.refusing import offers
from assist.core.spotting import Spot, Spotting
from assist.events import CueDetected, Event, NumberEvidence

OPTIONS = 3
"""So many options are rejected, none accepted."""
AROUND = 240_000
"""Or refusals and options have gone on for so long, in milliseconds."""
APART = 90_000
"""What lies further apart, in milliseconds, is another round."""
ANSWER = 15_000
"""An option is rejected or accepted within so many milliseconds."""


class StuckNoSolution(Spotting):
    """Count options that were rejected; accepting one begins the count anew."""

    cue: ClassVar[str] = "stuck_no_solution"
    ends: ClassVar[tuple[str, ...]] = ("third_party", "later_call")
    lasts: ClassVar[int] = 60_000

    def __init__(self) -> None:
        super().__init__()
        self._option: Clause | None = None
        """The newest option that is not answered yet."""
        self._rejected: list[Clause] = []
        self._begun = self._latest = -APART
        """When this round of refusals and options began, and when its last one was said."""

    def look(self, event: Event, scene: Scene) -> Iterator[Spot]:
        """Yield a spot when enough was rejected, or the round has taken too long."""
        talk = scene.conversation
        self._rejected = [clause for clause in self._rejected if clause not in talk.dropped]
        if isinstance(event, CueDetected) and event.cue == "refusal_spoken":
            self._go_on(event.end)
        for clause in talk.closed:
            if clause.channel == "agent":
                self._offer(clause, talk)
            elif (no := self._answer(clause, talk)) is not None:
                yield from self._count(no, talk)

    def _offer(self, clause: Clause, talk: Conversation) -> None:
        if offers(clause, talk) is None:
            return
        before, self._option = self._option, clause
        if before is not None and before.closed and _answered(before, clause, talk):
            self._rejected.append(before)  # or there would be no need for another one
        self._go_on(clause.end)

    def _go_on(self, at: int) -> None:
        """Note another refusal or option; after a long pause the round begins anew."""
        if at - self._latest >= APART:
            self._begun = at
            self._rejected.clear()
        self._latest = at

    def _answer(self, clause: Clause, talk: Conversation) -> Act | None:
        """Return the rejection of the newest option."""
        if talk.says(clause, "acceptance") is not None:
            self._option, self._begun = None, clause.end
            self._rejected.clear()
        option = self._option
        if option is None or not 0 <= clause.end - option.end < ANSWER:
            return None
        return talk.says(clause, "rejection")

    def _count(self, no: Act, talk: Conversation) -> Iterator[Spot]:
        self._option = None
        self._rejected.append(no.clause)
        rounds, took = len(self._rejected), talk.now - self._begun
        if rounds < OPTIONS and took < AROUND:
            return
        many = rounds >= OPTIONS
        number = (
            NumberEvidence(name="rejected", value=rounds, threshold=OPTIONS)
            if many
            else NumberEvidence(name="took_ms", value=took, threshold=AROUND)
        )
        self._rejected.clear()
        self._begun = talk.now
        yield self.because(no, self._rule(talk, "REJECTED" if many else "AROUND"), number)

    def _rule(self, talk: Conversation, rule: str) -> str:
        """Let the advice be a second talk where the customer is in no state for an option now."""
        upset = "venting" in talk.active or "customer_escalates" in talk.active
        return f"{rule}.SECOND_TALK" if upset else rule


def _answered(option: Clause, other: Clause, talk: Conversation) -> bool:
    """Tell whether the customer spoke between two options."""
    said = talk.clauses_since("customer", option.end)
    covers = talk.lexicon["backchannel"].covers
    return any(c.start < other.start and not covers(c.words) for c in said)
