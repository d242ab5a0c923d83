"""How loud a recording is, drawn small: a byte every 50 ms and channel, for a page to paint."""

import numpy as np

from assist.audio.resample import Interleaved
from assist.core.audio import samples

PEAK_MS = 50
WIDTH = 2
"""Bytes of each 50 ms: the agent's, then the customer's."""


class Peaks:
    """Find the peaks of a stream of sound; what is no full 50 ms waits for more."""

    def __init__(self) -> None:
        self._rest: Interleaved = np.zeros((0, WIDTH), np.int16)

    def push(self, pcm: Interleaved) -> bytes:
        """Take sound of shape (n, 2); return the largest of every 50 ms, 255 = full scale."""
        size = samples(PEAK_MS)
        sound = np.concatenate([self._rest, pcm])
        whole = len(sound) - len(sound) % size
        self._rest = sound[whole:]
        windows = np.abs(sound[:whole].astype(np.int32)).reshape(-1, size, WIDTH)
        return bytes(np.minimum(windows.max(axis=1) >> 7, 255).astype(np.uint8).tobytes())


def duration(size: int) -> int:
    """Return how long a recording is of which there are so many bytes of peaks, in milliseconds."""
    return size // WIDTH * PEAK_MS
