"""`defensive_reply`: the agent defends, or puts the blame elsewhere (docs/cues.md)."""

from typing import ClassVar

from assist.core.spotting import Spotting

_FORWARD = ("goal_question", "ownership", "empathy")
"""What turns a defence into help: a question of need, a word of ownership, empathy."""


class Defensive(Spotting):
    """Wait for a word that turns to what is needed; then the clause stands."""

    cue: ClassVar[str] = "defensive_reply"
    acts: ClassVar[tuple[str, ...]] = ("defence", "blame_shift")
    waits: ClassVar[bool] = True
    corrects: ClassVar[tuple[str, ...]] = _FORWARD
    ends: ClassVar[tuple[str, ...]] = _FORWARD
    lasts: ClassVar[int] = 30_000
