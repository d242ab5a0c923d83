"""Any sample rate → the one of the inside, piece by piece (soxr)."""

import numpy as np
import soxr
from numpy.typing import NDArray

from assist.core.audio import RATE

Interleaved = NDArray[np.int16]
"""Sound of several channels, shape (n, width), signed 16 bit."""


class Resampler:
    """Bring a stream of interleaved 16-bit sound to 16 kHz.

    Args:
        rate: samples a second that come in.
        width: channels that come in, and go out.
    """

    def __init__(self, rate: int, width: int = 1) -> None:
        self._width = width
        self._stream = (
            None if rate == RATE else soxr.ResampleStream(rate, RATE, width, dtype="float32")
        )

    def push(self, pcm: Interleaved, *, last: bool = False) -> Interleaved:
        """Take sound of shape (n, width); return what is ready, shape (m, width).

        Args:
            pcm: the next piece of the stream.
            last: nothing follows, so give out what the filter still holds.
        """
        if self._stream is None:
            return pcm
        # float32, for soxr adds dither to int16, and that depends on how the stream is cut
        sound = np.asarray(pcm, np.float32, order="C")
        out = self._stream.resample_chunk(sound, last=last).reshape(-1, self._width)
        rounded: Interleaved = np.clip(np.rint(out), -32768, 32767).astype(np.int16)
        return rounded

    def flush(self) -> Interleaved:
        """Return what the filter still holds at the end of the stream, shape (m, width)."""
        return self.push(np.zeros((0, self._width), np.int16), last=True)
