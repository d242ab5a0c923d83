"""`calm_down_said`: the agent told the customer to calm down (docs/cues.md)."""

from assist.core.spotting import Spotting

CUE = "calm_down_said"


class CalmDown(Spotting):
    """What the agent says of itself or of others is hidden by the playbook's guards."""

    cue = CUE
    acts = ("calm_down",)
    early = True
    ends = ("empathy",)
    lasts = 20_000
