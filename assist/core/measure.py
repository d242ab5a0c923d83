"""What was measured lately: figures that forget. Times are passed in, in milliseconds."""

from collections import deque
from statistics import fmean


class Recent:
    """The values of a stretch of time until now.

    Args:
        reach: how far back it remembers, in milliseconds.
    """

    def __init__(self, reach: int) -> None:
        self._reach = reach
        self._kept: deque[tuple[int, float]] = deque()

    def add(self, at: int, value: float) -> None:
        """Remember a value."""
        self._kept.append((at, value))
        self._forget(at)

    def values(self, at: int) -> list[float]:
        """Return what is remembered at that time, the oldest first."""
        self._forget(at)
        return [value for _, value in self._kept]

    def mean(self, at: int) -> float:
        """Return the mean of what is remembered; 0 when that is nothing."""
        values = self.values(at)
        return fmean(values) if values else 0.0

    def _forget(self, at: int) -> None:
        while self._kept and self._kept[0][0] <= at - self._reach:
            self._kept.popleft()


class Spans:
    """When something went on, to the millisecond; spans may overlap.

    Args:
        reach: how far back it remembers, in milliseconds.
    """

    def __init__(self, reach: int) -> None:
        self._reach = reach
        self._kept: deque[tuple[int, int]] = deque()

    def add(self, start: int, end: int) -> None:
        """Remember a span that ended; spans come in the order of their ends."""
        self._kept.append((start, end))
        while self._kept[0][1] <= end - self._reach:
            self._kept.popleft()

    def sum(self, since: int) -> int:
        """Return how much there was after a time, in milliseconds."""
        return sum(max(0, end - max(start, since)) for start, end in self._kept)


class Growth:
    """How fast a counter grows for each millisecond.

    Args:
        reach: over what stretch, in milliseconds.
    """

    def __init__(self, reach: int) -> None:
        self._reach = reach
        self._read: deque[tuple[int, float]] = deque()

    def read(self, at: int, counter: float) -> float:
        """Take a reading; return the growth since the oldest that matters, 0 at the first."""
        self._read.append((at, counter))
        while len(self._read) > 2 and self._read[1][0] <= at - self._reach:
            self._read.popleft()
        first, low = self._read[0]
        return (counter - low) / (at - first) if at > first else 0.0
