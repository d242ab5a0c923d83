"""How much listening the machine can afford: how often partials come, and whether a call fits in.

Partials give way first: they come less often, then not at all, and a final still finds its place.
A new call is refused when even that is spent. Both follow what is measured, not what a model is
said to cost.
"""

from dataclasses import dataclass

from assist.core.utterance import HOP

HOPS = (HOP, 1500, 3000, 60_000)
"""New speech that is worth a partial, in milliseconds; the last is longer than any window."""
FINALS_ONLY = HOPS[-1]
WAIT, BUSY = 400, 0.95
"""Partials come less often when requests wait so long on average, in milliseconds, or the workers
have so little time left."""
CALM_WAIT, CALM_BUSY = 100, 0.45
"""They come more often when both have stayed below. A shorter hop is about twice the work, so a
share of 0.45 becomes 0.9 at most and is not undone at once."""
SETTLE, CALM = 2000, 3000
"""Between two steps down, to see what the last has brought; for so long it must be calm before a
step up; in milliseconds."""
FULL = 0.9
"""Share of the workers' time from which a new call finds no room, once partials have given way."""
LATE = 200
"""Mean lateness of finals, in milliseconds, from which there is no room: waits in a queue are about
exponential, so a mean of 200 goes with a 95th percentile of 600; with the 400 of silence that end
an utterance this is the second in which words must come."""


class Pace:
    """Choose the hop by the backlog, with hysteresis."""

    def __init__(self) -> None:
        self._level = 0
        self._changed = -SETTLE
        self._calm: int | None = None
        """Since when there is time to spare."""

    @property
    def hop(self) -> int:
        """New speech that is worth another partial now, in milliseconds."""
        return HOPS[self._level]

    def update(self, at: int, *, wait: float, busy: float) -> None:
        """Take what was measured lately.

        Args:
            at: now, in milliseconds.
            wait: of a request until somebody works on it, in milliseconds, on average.
            busy: share of the workers' time, 0 to 1.
        """
        if wait > WAIT or busy > BUSY:
            self._calm = None
            if self._level < len(HOPS) - 1 and at - self._changed >= SETTLE:
                self._level, self._changed = self._level + 1, at
        elif wait >= CALM_WAIT or busy >= CALM_BUSY:
            self._calm = None
        elif self._calm is None:
            self._calm = at
        elif self._level and at - self._calm >= CALM:
            self._level, self._changed, self._calm = self._level - 1, at, at


@dataclass(frozen=True, slots=True)
class Load:
    """What the machine has to bear at a moment."""

    calls: int = 0
    busy: float = 0.0
    """Share of the workers' time over the last seconds, 0 to 1."""
    late: float = 0.0
    """How long after they were wanted finals come, in milliseconds, on average."""
    hop: int = HOP
    """New speech between two partials, in milliseconds."""


def refusal(load: Load) -> str | None:
    """Tell why one more call cannot be heard; None when it can. The first always can."""
    if not load.calls:
        return None
    if load.late >= LATE:
        why = f"the words already come {load.late / 1000:.1f} s late"
    elif load.hop >= FINALS_ONLY:
        why = "there is no time for words before the end of a sentence"
    elif load.hop >= HOPS[2]:
        why = f"there is time for new words every {load.hop // 1000} s only"
    elif load.busy >= FULL and load.hop > HOP:
        why = f"the recogniser is busy {load.busy:.0%} of the time"
    else:
        return None
    calls = "1 call" if load.calls == 1 else f"{load.calls} calls"
    return f"There is no room for another call: with {calls} {why}."
