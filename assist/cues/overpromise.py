"""`overpromise`: the agent promises what nobody on the call owns (docs/cues.md)."""

from collections.abc import Iterator
from typing import ClassVar

from assist.core.detector import Scene, cleared
from assist.core.spotting import Spot, Spotting
from assist.core.waiting import same_place
from assist.events import Event

_AFTER = 2
"""So many words behind a promise tell, before its clause is complete, that no guard follows."""


class Overpromise(Spotting):
    """Notice the promise at once; an owned or hedged one in its place ends it."""

    cue: ClassVar[str] = "overpromise"
    acts: ClassVar[tuple[str, ...]] = ("overpromise",)
    ends: ClassVar[tuple[str, ...]] = ("promise_owned",)
    lasts: ClassVar[int] = 30_000

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Take back what its complete clause does not promise after all; then as usual."""
        talk = scene.conversation
        for clause in talk.closed:
            for standing in [s for s in self._standing if not s.clause.closed]:
                if not same_place(standing.clause, clause):
                    continue
                if self.spot(clause, scene) is None:
                    self._standing.remove(standing)
                    yield cleared(standing.cue, talk.now, "retracted")
                else:
                    standing.clause = clause
        yield from super().__call__(event, scene)

    def look(self, event: Event, scene: Scene) -> Iterator[Spot]:
        """See a promise before its clause is complete: it is urgent, and sentences are long."""
        clause = scene.conversation.sides[self.who].open_clause
        if clause is None or any(same_place(clause, done) for done in self._done):
            return
        act = scene.conversation.says(clause, *self.acts)
        if act is not None and act.end + _AFTER <= len(clause.words):
            yield self.because(act)
