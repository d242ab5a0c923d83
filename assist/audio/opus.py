"""Ogg/Opus as the sound comes: whatever the process dies of, what was written can be played."""

from fractions import Fraction
from typing import Any, Protocol

import av
import numpy as np

from assist.audio.resample import Interleaved
from assist.core.audio import RATE

PAGE_US = 500_000
"""Sound in a page, in microseconds; the last page waits for the next, which makes a second."""
BIT_RATE = 48_000
"""Of both channels together, a second."""
SPEECH = {"application": "voip", "compression_level": "5"}
"""Of the encoder; level 10 takes about 1.5 times as long."""


class Sink(Protocol):
    """Takes bytes at once, unbuffered."""

    def write(self, content: bytes, /) -> object:
        """Take bytes; an OSError when there is no room."""


class OpusWriter:
    """Write two channels at our rate.

    Args:
        sink: what takes the bytes; it stays open.
        bit_rate: bits a second.
    """

    def __init__(self, sink: Sink, *, bit_rate: int = BIT_RATE) -> None:
        options = {"page_duration": str(PAGE_US), "flush_packets": "1"}
        self._container: Any = av.open(_Writable(sink), "w", format="ogg", options=options)
        self._stream: Any = self._container.add_stream(
            "libopus", rate=RATE, layout="stereo", options=SPEECH
        )
        self._stream.bit_rate = bit_rate
        self._count = 0

    def write(self, pcm: Interleaved) -> None:
        """Take sound of shape (n, 2).

        Raises:
            OSError: there is no room for it.
        """
        packed = np.ascontiguousarray(pcm).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="s16", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._count, Fraction(1, RATE)
        self._count += len(pcm)
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        """Write the rest.

        Raises:
            OSError: there is no room for it.
        """
        try:
            self._container.mux(self._stream.encode(None))
            self._container.close()
        except av.FFmpegError as error:  # of an earlier write, told once more
            raise OSError(error.errno, "the rest of a recording cannot be written") from error


class _Writable:
    """A sink as PyAV wants it: without a place to seek to, so that nothing is written twice."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def write(self, content: bytes) -> int:
        self._sink.write(content)
        return len(content)
