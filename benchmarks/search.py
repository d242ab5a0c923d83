"""Find the largest load that a policy bears, in as few measurements as possible."""

from collections.abc import Sequence

POINTS = (1, 2, 3, 4, 6, 8, 12, 16, 30)


class Search:
    """Double while it goes well, then halve what is left between.

    Args:
        points: loads in rising order.
        start: the load to begin with.
    """

    def __init__(self, points: Sequence[int] = POINTS, *, start: int = 1) -> None:
        self._points = tuple(points)
        self._low, self._high = -1, len(self._points)
        """Indices of the best point that was borne and of the least that was not."""
        self._next: int | None = max(i for i, p in enumerate(self._points) if p <= max(start, 1))

    @property
    def next(self) -> int | None:
        """The load to measure next; None when the answer is known."""
        return None if self._next is None else self._points[self._next]

    @property
    def capacity(self) -> int:
        """The largest load that was borne; 0 when none was."""
        return self._points[self._low] if self._low >= 0 else 0

    def tell(self, *, borne: bool) -> None:
        """Say how the measurement went."""
        assert self._next is not None, "nothing was asked"
        if borne:
            self._low = self._next
        else:
            self._high = self._next
        self._next = self._choose()

    def _choose(self) -> int | None:
        if self._high - self._low <= 1:
            return None
        if self._high == len(self._points):
            doubled = 2 * self._points[self._low]
            above = [i for i in range(self._low + 1, self._high) if self._points[i] >= doubled]
            return above[0] if above else self._high - 1
        return (self._low + self._high) // 2
