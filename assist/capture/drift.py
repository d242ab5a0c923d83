"""How much a device's clock is off from the machine's, from when its sound arrives; pure.

Sound may come late, never early: of each second only the earliest arrival counts. A line through
these shows the drift; a line through all arrivals would show the load of the machine.
"""

from collections import deque

import numpy as np
from numpy.typing import NDArray

ENOUGH, KEPT = 30, 300
"""Seconds before anything is said, and that are looked at."""


class Drift:
    """Fit a line to the earliest arrival of each second."""

    def __init__(self) -> None:
        self._second: int | None = None
        self._least = (0.0, 0.0)
        self._points: deque[tuple[float, float]] = deque(maxlen=KEPT)
        self.ppm = 0.0
        """Parts in a million by which the device is slow; negative = fast."""

    @property
    def known(self) -> bool:
        """Whether enough was seen."""
        return len(self._points) >= ENOUGH

    def push(self, elapsed: float, late: float) -> None:
        """Take an arrival.

        Args:
            elapsed: seconds since the stream began.
            late: seconds by which it comes after the length of all sound so far.
        """
        second = int(elapsed)
        if second != self._second:
            self._close()
            self._second, self._least = second, (elapsed, late)
        elif late < self._least[1]:
            self._least = (elapsed, late)

    def _close(self) -> None:
        if self._second is None:
            return
        self._points.append(self._least)
        if self.known:
            self.ppm = 1e6 * _slope(*np.array(self._points).T)


def _slope(times: NDArray[np.float64], lates: NDArray[np.float64]) -> float:
    """Return the slope of the line of least squares.

    In plain sums: `numpy.polyfit` wakes threads of its linear algebra, which then spin for longer
    than all else takes.
    """
    t, late = times - times.mean(), lates - lates.mean()
    return float(np.sum(t * late) / np.sum(t * t))
