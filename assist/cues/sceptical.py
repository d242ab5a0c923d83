"""`sceptical_reply`: the agent doubts the customer or the request (docs/cues.md)."""

from typing import ClassVar

from assist.core.acts import Act
from assist.core.detector import Scene
from assist.core.spotting import Spotting

_BARE = 2
"""A clause of so few words ("really") may be mere listening: only a question doubts."""


class Sceptical(Spotting):
    """Wait for a curious word; then the doubt stands."""

    cue: ClassVar[str] = "sceptical_reply"
    acts: ClassVar[tuple[str, ...]] = ("doubt",)
    waits: ClassVar[bool] = True
    corrects: ClassVar[tuple[str, ...]] = ("curiosity", "agrees", "empathy")
    ends: ClassVar[tuple[str, ...]] = ("curiosity", "goal_question", "open_question")
    lasts: ClassVar[int] = 30_000

    def fits(self, act: Act, scene: Scene) -> bool:
        """Tell whether it is a doubt: a bare "oh really" is listening."""
        return len(act.clause.words) > _BARE or act.clause.question
