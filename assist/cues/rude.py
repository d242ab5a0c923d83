"""`agent_rude`: profanity, or a label for the customer; on hold, too (docs/cues.md)."""

from assist.core.spotting import Spotting

CUE = "agent_rude"


class Rude(Spotting):
    """An open microphone on hold is heard by the customer as well as any word."""

    cue = CUE
    acts = ("rude",)
    early = True
    lasts = 20_000
    on_hold = True
