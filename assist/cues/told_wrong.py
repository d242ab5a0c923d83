"""`customer_told_wrong`: the agent told the customer that they are wrong (docs/cues.md)."""

from typing import ClassVar

from assist.core.spotting import Spotting


class ToldWrong(Spotting):
    """Wait for a neutral word; then the clause stands."""

    cue: ClassVar[str] = "customer_told_wrong"
    acts: ClassVar[tuple[str, ...]] = ("customer_wrong",)
    waits: ClassVar[bool] = True
    corrects: ClassVar[tuple[str, ...]] = ("agrees", "empathy")
    ends: ClassVar[tuple[str, ...]] = ("agrees", "empathy")
