"""When the clock of a call is to beat closely: something is about to be decided by time alone."""

from collections.abc import Sequence

from assist.core.floor import Floor, Stretch
from assist.core.watch import SILENCE
from assist.events import CHANNELS

JUST = 1500
"""For so long, in milliseconds, after both spoke it may turn out that one cut in."""
FLOOR = 20_000
"""A silent listener: the customer has held the floor so long, in milliseconds."""
UNHEARD = 15_000
"""And for so long, in milliseconds, nothing was heard of the agent."""
NEAR = range(-500, 1500)
"""So near to the moment, in milliseconds, the beat is close."""


def is_close(floor: Floor) -> bool:
    """Tell whether the beat is to be close now."""
    if any(side.lost for side in floor.sides.values()):
        return False
    agent, customer = (floor.silence(channel) for channel in CHANNELS)
    if min(agent, customer) - SILENCE in NEAR:
        return True
    if min(agent - UNHEARD, floor.held("customer") - FLOOR) in NEAR:
        return True
    return max(agent, customer) < JUST and _met(*(s.stretches for s in floor.sides.values()))


def _met(mine: Sequence[Stretch], theirs: Sequence[Stretch]) -> bool:
    """Tell whether the newest speech of both lies over each other."""
    if not (mine and theirs):
        return False
    ends = [float("inf") if one[-1].end is None else one[-1].end for one in (mine, theirs)]
    return max(mine[-1].start, theirs[-1].start) < min(ends)
