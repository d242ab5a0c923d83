"""Sound that carries whose it is and when it was, in the two lowest bits of its samples.

A recogniser is given a window and nothing else; the stamp tells a scripted one which words to
answer with. Two bits of noise are 80 dB below full scale: nobody hears them, and speech detection
works as without them. Each millisecond of 16 samples carries 11 bits of a number and 21 bits of
milliseconds, which is 35 minutes.
"""

import numpy as np

from assist.core.audio import Samples
from assist.speech.recogniser import Sound

_BITS, _TIME = 11, 21
LONGEST = 1 << _TIME
"""Milliseconds that can be told apart."""
_SHIFTS = 2 * np.arange(16, dtype=np.int64)


def stamped(pcm: Samples, number: int, *, start: int = 0) -> Samples:
    """Return sound of shape (n,) with a stamp.

    Args:
        pcm: whole milliseconds of sound.
        number: of the voice, below 2048.
        start: of the sound, in milliseconds.

    Raises:
        ValueError: the number or the time does not fit into the stamp.
    """
    times = np.arange(start, start + len(pcm) // 16, dtype=np.int64)
    if not 0 <= number < 1 << _BITS or (len(times) and times[-1] >= LONGEST):
        raise ValueError(f"voice {number} at {start} ms cannot be stamped")
    codes = (times | (number << _TIME))[:, None] >> _SHIFTS
    marks = (codes & 3).astype(np.int16).reshape(-1)
    return (pcm[: len(marks)] & np.int16(~3)) | marks


def read(sound: Sound) -> tuple[int, int]:
    """Return the number and the time of a window's first millisecond."""
    first = np.rint(sound[:16] * 32768).astype(np.int64) & 3
    code = int((first << _SHIFTS).sum())
    return code >> _TIME, code & (LONGEST - 1)
