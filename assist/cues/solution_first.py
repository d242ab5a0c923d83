"""`solution_before_feelings`: the agent goes for the fix while the customer lets off steam."""

from collections.abc import Iterator
from typing import ClassVar

from assist.core.acts import Act
from assist.core.detector import Scene
from assist.core.spotting import Spotting
from assist.core.steam import EMPATHY, Steam
from assist.events import CueDetected, Event

AFTER = 8000
"""So many milliseconds after the venting the feelings still come first."""


class SolutionFirst(Spotting):
    """Look for solution and data-request talk, once for each venting."""

    cue: ClassVar[str] = "solution_before_feelings"
    acts: ClassVar[tuple[str, ...]] = ("solution_talk",)
    ends: ClassVar[tuple[str, ...]] = EMPATHY
    early: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self._steam = Steam()
        self._told = ""
        """Id of the venting that it was detected for."""

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Follow the venting, then look for talk of solutions."""
        self._steam.observe(event, scene.conversation)
        for found in super().__call__(event, scene):
            if isinstance(found, CueDetected) and self._steam.venting is not None:
                self._told = self._steam.venting.id
            yield found

    def fits(self, act: Act, scene: Scene) -> bool:
        """Tell whether the customer has vented just now, and no empathy came first."""
        steam, clause = self._steam, act.clause
        if steam.venting is None or not steam.rises(clause.start, AFTER):
            return False
        before = scene.conversation.says(clause, *EMPATHY) or steam.answered
        if before is not None and not _later(before, act):
            return False
        return self._told != steam.venting.id or bool(self._standing)


def _later(one: Act, other: Act) -> bool:
    """Tell whether one act comes after another."""
    if one.clause == other.clause:
        return one.start > other.start
    return one.clause.start > other.clause.start
