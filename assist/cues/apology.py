"""`apology_overuse`: the agent says sorry again and again instead of what is being done."""

from collections.abc import Iterator
from typing import ClassVar

from assist.core.clauses import Clause
from assist.core.detector import Scene
from assist.core.spotting import Spot, Spotting
from assist.core.steam import asks_again
from assist.core.waiting import same_place
from assist.events import CueDetected, Event, NumberEvidence

WINDOW = 120_000
"""More than `MOST` apologies in so many milliseconds are too many."""
MOST, MOST_IN_CALL = 3, 6
OWED = 10_000
"""An apology so many milliseconds around an admitted mistake is owed, so it does not count."""


class ApologyOveruse(Spotting):
    """Count the apologies."""

    cue: ClassVar[str] = "apology_overuse"
    acts: ClassVar[tuple[str, ...]] = ("apology",)
    ends: ClassVar[tuple[str, ...]] = ("fix",)
    early: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self._said: list[Clause] = []
        self._admitted: list[Clause] = []
        self._told: Clause | None = None
        """The apology that was one too many; the next window begins after it."""

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Detect it, and remember from where to count anew."""
        for found in super().__call__(event, scene):
            if isinstance(found, CueDetected):
                self._told = self._standing[-1].clause
            yield found

    def spot(self, clause: Clause, scene: Scene) -> Spot | None:
        """Return the apology that is one too many."""
        talk = scene.conversation
        self._said = [c for c in self._said if c not in talk.dropped and not same_place(c, clause)]
        if talk.says(clause, "mistake_admitted") is not None:
            self._admitted.append(clause)
        act = talk.says(clause, *self.acts)
        if act is None or asks_again(clause):
            return None
        self._said.append(clause)
        counted = [c for c in self._said if not self._is_owed(c)]
        told = self._told if self._told and not same_place(self._told, clause) else None
        since = told.end if told is not None else -1
        recent = [c for c in counted if c.start > since and clause.end - c.start <= WINDOW]
        if len(recent) > MOST:
            number = NumberEvidence(name="apologies", value=len(recent), threshold=MOST)
        elif len(counted) == MOST_IN_CALL + 1 and counted[-1] == clause:
            number = NumberEvidence(name="apologies", value=len(counted), threshold=MOST_IN_CALL)
        else:
            return None
        return self.because(act, "COUNT", number)

    def _is_owed(self, clause: Clause) -> bool:
        return any(
            clause.start - c.end < OWED and c.start - clause.end < OWED for c in self._admitted
        )
