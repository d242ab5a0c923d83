"""The latest sound of one channel, taken out by the call clock."""

import numpy as np

from assist.core.audio import Samples, milliseconds, samples
from assist.speech.recogniser import Sound, to_sound


class Buffer:
    """Sound from some time of the call until now."""

    def __init__(self) -> None:
        self._pieces: list[Samples] = []
        self._first = 0
        """Number of the first sample that is kept, counted from the start of the call."""
        self._last = 0

    @property
    def now(self) -> int:
        """Call clock at the end of the sound, in milliseconds."""
        return milliseconds(self._last)

    def push(self, pcm: Samples) -> None:
        """Append the next sound, shape (n,)."""
        self._pieces.append(pcm)
        self._last += len(pcm)

    def take(self, start: int, end: int) -> Sound:
        """Return the sound between two times, as far as it is kept, shape (n,)."""
        self._pieces = [np.concatenate(self._pieces)] if self._pieces else []
        whole = self._pieces[0] if self._pieces else np.zeros(0, np.int16)
        first, last = (max(0, samples(at) - self._first) for at in (start, end))
        return to_sound(whole[first:last])

    def forget(self, before: int) -> None:
        """Drop the pieces that end before a time in milliseconds."""
        while self._pieces and self._first + len(self._pieces[0]) <= samples(before):
            self._first += len(self._pieces.pop(0))
