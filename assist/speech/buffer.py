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

    def skip(self, count: int) -> None:
        """Append silence of so many samples; it takes no room."""
        self.push(np.broadcast_to(np.int16(0), count))

    def take(self, start: int, end: int) -> Sound:
        """Return the sound between two times, as far as it is kept, shape (n,)."""
        first, last = samples(start), samples(end)
        at, found = self._first, [np.zeros(0, np.int16)]
        for piece in self._pieces:
            found.append(piece[max(0, first - at) : max(0, last - at)])
            at += len(piece)
        return to_sound(np.concatenate(found))

    def forget(self, before: int) -> None:
        """Drop the pieces that end before a time in milliseconds."""
        while self._pieces and self._first + len(self._pieces[0]) <= samples(before):
            self._first += len(self._pieces.pop(0))
