"""Whether both channels carry the same sound: one device was taken for both; pure."""

import numpy as np
from numpy.typing import NDArray

from assist.core.audio import RATE, Samples, loudness

ALIKE = 0.95
"""So strong a correlation no two voices have."""
COARSE, SEEMING = 8, 0.4
"""Sounds that are not even so much alike in means of eight samples need no closer look, which takes
ten times as long. What is the same, but half a mean apart, is still alike by 0.5."""
LASTING_MS = 2_000
WINDOW_MS, EVERY_MS = 1_000, 500
"""How much is compared, and how often."""
LAG_MS = 50
"""One device read twice is at most so far apart."""
AUDIBLE = -50.0
"""Quieter channels, in dB of full scale, are not compared."""
Wave = NDArray[np.float64]
Sound = Samples | Wave


class Sameness:
    """Compare the last second of both channels twice a second."""

    def __init__(self) -> None:
        self._sound = {side: np.zeros(WINDOW_MS * RATE // 1000, np.int16) for side in range(2)}
        self._since = 0
        self._alike = 0

    @property
    def holds(self) -> bool:
        """Whether both have been the same for long enough."""
        return self._alike >= LASTING_MS

    def push(self, agent: Samples, customer: Samples) -> None:
        """Take the next sound of both, of one length."""
        for side, pcm in enumerate((agent, customer)):
            self._sound[side] = np.concatenate([self._sound[side][len(pcm) :], pcm])
        self._since += len(agent) * 1000 // RATE
        if self._since >= EVERY_MS:
            self._since = 0
            first, second = self._sound.values()
            # of every other sample: more than 10,000 would wake threads that spin
            alike = min(loudness(pcm[::2]) for pcm in (first, second)) >= AUDIBLE
            alike = alike and _seem_alike(first, second) and likeness(first, second) > ALIKE
            self._alike = self._alike + EVERY_MS if alike else 0


def _seem_alike(first: Samples, second: Samples) -> bool:
    """Look at both roughly: at what is left below 1000 Hz."""
    rough = [pcm.reshape(-1, COARSE).mean(axis=1) for pcm in (first, second)]
    return likeness(*rough, rate=RATE // COARSE) > SEEMING


def likeness(first: Sound, second: Sound, *, rate: int = RATE) -> float:
    """Return the strongest correlation of two sounds of one length within `LAG_MS`, 0 to 1."""
    lag = LAG_MS * rate // 1000
    inner, whole = _centred(first)[lag : len(first) - lag], _centred(second)
    size = 1 << (len(whole) + len(inner)).bit_length()
    spectrum = np.fft.rfft(whole, size) * np.conj(np.fft.rfft(inner, size))
    products = np.fft.irfft(spectrum, size)[: 2 * lag + 1]
    sums = np.concatenate([[0.0], np.cumsum(whole * whole)])
    energies = sums[len(inner) :] - sums[: -len(inner)]
    norm = np.sqrt(energies * np.sum(inner * inner))  # `@` would wake threads that spin
    return float((np.abs(products) / np.maximum(norm, 1.0)).max(initial=0.0))


def _centred(pcm: Sound) -> Wave:
    return np.asarray(pcm - pcm.mean(), np.float64)
