"""How long a window of sound a recogniser is given, and how many words it may hold.

Whisper encodes 1 to 3000 mel frames; shorter windows are where the speed is (10 s cost a tenth of
30 s) and where the risk is, so that each model states a floor and a margin.
"""

from assist.core import guards

FRAME = 160
"""Samples of one mel frame (10 ms)."""
FULL = 3000
"""The window that Whisper was trained with: 30 s, the longest that it takes."""
BUCKET = 50
"""Lengths are rounded up to a multiple, so that windows of several calls can be decoded together:
the model has no mask for what is filled up."""
_TOKENS = 12
"""Tokens for the shortest window."""


def frames(length: int, *, floor: int, margin: int) -> int:
    """Return the mel frames of the window for sound.

    Args:
        length: of the sound, in samples.
        floor: shortest window in mel frames.
        margin: of silence after the sound, in mel frames.
    """
    needed = max(floor, -(-length // FRAME) + margin)
    return min(FULL, -(-needed // BUCKET) * BUCKET)


def max_tokens(seconds: float) -> int:
    """Bound the tokens of a window, so that a loop ends soon."""
    return _TOKENS + int(seconds * guards.TOKENS_PER_SECOND)
