"""Frames of sound, and the arithmetic between samples and milliseconds."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assist.events import Channel

RATE = 16_000
"""Samples a second everywhere inside."""
STEP_MS = 20
"""The engine's step: a frame as `assist.call` takes it."""
WINDOW = 512
"""Samples that Silero VAD wants at a time (32 ms)."""
SILENCE = -100.0
"""Loudness of no sound at all in dB of full scale: less than half a step of 16 bits."""

Samples = NDArray[np.int16]
"""One channel, shape (n,), signed 16 bit, 16 kHz."""


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """A slice of one channel as it arrives; it never enters the log."""

    channel: Channel
    at: int
    """Call clock at its first sample, in milliseconds."""
    pcm: Samples


def samples(ms: int) -> int:
    """Convert milliseconds to samples."""
    return ms * RATE // 1000


def milliseconds(count: int) -> int:
    """Convert samples to whole milliseconds, rounded down."""
    return count * 1000 // RATE


def loudness(pcm: Samples) -> float:
    """Return the loudness of sound of shape (n,): mean power in dB of full scale."""
    sound = pcm.astype(np.float64)  # np.var and mean say the same in twice the time
    mean = float(np.add.reduce(sound)) / len(sound)
    power = (float(sound @ sound) / len(sound) - mean**2) / 32768**2
    return max(SILENCE, 10 * math.log10(power)) if power else SILENCE


class Windows:
    """Cut a stream of any slices into windows of one fixed size; the rest waits for more."""

    def __init__(self, size: int = WINDOW) -> None:
        self._size = size
        self._rest: Samples = np.zeros(0, np.int16)

    def push(self, pcm: Samples) -> Iterator[Samples]:
        """Yield every window that is complete now, each of shape (size,)."""
        data = np.concatenate([self._rest, pcm]) if len(self._rest) else pcm
        whole = len(data) - len(data) % self._size
        self._rest = data[whole:]
        for i in range(0, whole, self._size):
            yield data[i : i + self._size]
