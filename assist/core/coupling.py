"""How a channel's sound leaks into the other: by how much later, and how much quieter; pure.

The customer's voice reaches the agent's microphone out of the earpiece. The delay is found by
generalised cross-correlation with phase transform (Knapp and Carter 1976, "The generalized
correlation method for estimation of time delay"), the coupling by what the microphone holds while
the customer speaks. With both, what the leak alone would give is known for every window; who is
plainly louder than that is somebody.
"""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from assist.core.audio import RATE, WINDOW, Samples, loudness

LONGEST_MS = 500
"""A leak comes at most so much later."""
BLOCK = 2 * RATE
"""Samples of a speaking source in which the delay is looked for."""
ESTIMATES = 5
"""Delays of which the median counts."""
CLEAR = 6.0
"""A peak of the correlation stands out when it is so many times the usual."""
ACTIVE = -50.0
"""The source speaks above this loudness, in dB of full scale."""
HEARD = 937
"""Windows of a speaking source that are remembered: 30 s."""
QUANTILE = 20
"""Percent: the quietest fifth of the microphone is surely the leak alone."""
MARGIN = 6.0
"""Decibels by which single windows of a leak are louder than the coupling says."""
ENOUGH = 31
"""Windows of a speaking source before the coupling is told: 1 s."""
RESTS = 250
"""Windows after the first blocks in which nothing is compared: 8 s; a headset stays what it is."""
RECENT = 3
"""Windows of the source, the loudest of which leaks: a room rings on."""

Wave = NDArray[np.float64]


def find_delay(own: Samples, source: Samples) -> int | None:
    """Return by how many samples a channel repeats its source; None = it does not, plainly.

    Args:
        own: the channel, shape (n,).
        source: what may be in it, of the same length.
    """
    size = 1 << (2 * len(own) - 1).bit_length()
    cross = np.fft.rfft(own, size) * np.conj(np.fft.rfft(source, size))
    cross /= np.maximum(np.abs(cross), 1e-9)
    lags = np.abs(np.fft.irfft(cross, size)[: LONGEST_MS * RATE // 1000])
    peak = int(np.argmax(lags))
    return peak if lags[peak] > CLEAR * float(np.sqrt(np.mean(lags**2))) else None


def losses(own: Samples, source: Samples, delay: int) -> list[float]:
    """Return how loud a channel is against its source, in dB, for each window that has both.

    Args:
        own: the channel, shape (n,).
        source: the same.
        delay: samples by which the channel repeats the source.
    """
    starts = range(0, len(own) - delay - WINDOW + 1, WINDOW)
    pairs = (
        (loudness(own[i + delay : i + delay + WINDOW]), loudness(source[i : i + WINDOW]))
        for i in starts
    )
    return [mine - theirs for mine, theirs in pairs if theirs >= ACTIVE]


class Coupling:
    """Learn how a source leaks into a channel, and tell what is only that."""

    def __init__(self) -> None:
        self._source: Samples = np.zeros(LONGEST_MS * RATE // 1000 + WINDOW, np.int16)
        """The source's last sound: as far back as a leak reaches."""
        self._reached: deque[float] = deque(maxlen=RECENT)
        """Loudness of the windows of the source that leak now."""
        self._block: list[tuple[Samples, Samples]] = []
        self._blocks = 0
        """Blocks that were compared."""
        self._idle = 0
        """Windows until the next block."""
        self._delays: deque[int] = deque(maxlen=ESTIMATES)
        self._losses: deque[float] = deque(maxlen=HEARD)
        self.level: float | None = None
        """How loud the leak is against its source, in dB; None = not known."""

    @property
    def delay(self) -> int | None:
        """Samples by which the leak comes later, as far as known."""
        return sorted(self._delays)[len(self._delays) // 2] if self._delays else None

    def push(self, own: Samples, source: Samples, levels: tuple[float, float]) -> bool:
        """Take one window of both; tell whether the channel holds the leak alone.

        Args:
            own: shape (WINDOW,).
            source: the same.
            levels: loudness of both, in dB of full scale.
        """
        self._source = np.concatenate([self._source[WINDOW:], source])
        delay = self.delay
        if delay is not None:
            last = len(self._source) - delay
            self._reached.append(loudness(self._source[last - WINDOW : last]))
            if self._reached[-1] >= ACTIVE:
                self._losses.append(levels[0] - self._reached[-1])
        self._learn(own, source, speaking=levels[1] >= ACTIVE)
        if self.level is None or not self._reached:
            return False
        reach = max(self._reached)
        return reach >= ACTIVE and levels[0] <= reach + self.level + MARGIN

    def _learn(self, own: Samples, source: Samples, *, speaking: bool) -> None:
        """Gather a speaking source; compare when there is a block of it."""
        self._idle -= 1
        if (speaking and self._idle < 0) or self._block:
            self._block.append((own, source))
        if len(self._block) * WINDOW >= BLOCK:
            mine, theirs = (np.concatenate(part) for part in zip(*self._block, strict=True))
            self._block.clear()
            self._compare(mine, theirs)

    def _compare(self, own: Samples, source: Samples) -> None:
        """Look for the delay; what is known of the coupling is drawn together."""
        known, found = self.delay, find_delay(own, source)
        if found is not None:
            self._delays.append(found)
        if known is None and found is not None:
            self._losses.extend(losses(own, source, found))
        if len(self._losses) >= ENOUGH:
            self.level = float(np.percentile(self._losses, QUANTILE))
        self._blocks += 1
        self._idle = RESTS if self._blocks >= ESTIMATES else 0
