"""The call clock beside the position by which a source counts its own sound; all milliseconds.

They run alike while there is sound. Where sound is discarded, or a pause is over, one jumps.
"""

from collections import deque
from dataclasses import dataclass

MOST = 256
"""So many stretches are kept; words come late, but never so late."""


@dataclass(slots=True, eq=False)
class Stretch:
    """A time in which both run alike."""

    clock: float
    position: float
    length: float = 0.0


class Coordinates:
    """Tell where in the source's own sound a time of the call clock lies."""

    def __init__(self) -> None:
        self._stretches: deque[Stretch] = deque([Stretch(0.0, 0.0)], maxlen=MOST)

    @property
    def clock(self) -> float:
        """The call clock now."""
        return self._last.clock + self._last.length

    @property
    def position(self) -> float:
        """The source's position now."""
        return self._last.position + self._last.length

    def hear(self, ms: float) -> None:
        """Let both run."""
        self._last.length += ms

    def miss(self, ms: float) -> None:
        """Let the source run alone: nobody hears its sound."""
        self._begin(self.clock, self.position + ms)

    def jump(self, clock: float) -> Stretch:
        """Put the call clock elsewhere; return what begins there."""
        return self._begin(clock, self.position)

    def anchor(self, position: float) -> None:
        """Take the source's word for its position now."""
        if position != self.position:
            self._begin(self.clock, position)

    def shift(self, since: Stretch, clock: float) -> None:
        """Correct when a stretch began, and with it all after it."""
        delta = clock - since.clock
        found = False
        for stretch in self._stretches:
            found = found or stretch is since
            stretch.clock += delta if found else 0.0

    def place(self, at: float) -> float:
        """Return the source's position at a time of the call clock."""
        stretch = next((s for s in reversed(self._stretches) if s.clock <= at), self._stretches[0])
        since = max(0.0, at - stretch.clock)
        return stretch.position + (since if stretch is self._last else min(since, stretch.length))

    @property
    def _last(self) -> Stretch:
        return self._stretches[-1]

    def _begin(self, clock: float, position: float) -> Stretch:
        """Begin a stretch; one in which nothing was heard gives way, but keeps its identity."""
        if self._last.length:
            self._stretches.append(Stretch(clock, position))
        else:
            self._last.clock, self._last.position = clock, position
        return self._last
