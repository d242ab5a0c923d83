"""µ-law, the 8 bits of telephone sound, to 16 bits (ITU-T G.711)."""

import numpy as np

from assist.core.audio import Samples

_BIAS = 33 << 2
"""G.711 adds 33 to the 14 bits of a sample before it takes the logarithm."""


def _table() -> Samples:
    code = ~np.arange(256, dtype=np.int32) & 0xFF  # all bits are inverted on the wire
    exponent, mantissa = code >> 4 & 7, code & 15
    size = ((mantissa << 3) + _BIAS << exponent) - _BIAS
    return np.where(code & 0x80, -size, size).astype(np.int16)


_TABLE = _table()


def decode(data: bytes) -> Samples:
    """Return the samples of shape (n,) that n bytes of µ-law stand for."""
    sound: Samples = _TABLE[np.frombuffer(data, np.uint8)]
    return sound
