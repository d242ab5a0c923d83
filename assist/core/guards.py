"""When a recogniser's answer is not to be believed; thresholds as in Whisper's own decoding."""

import zlib
from collections.abc import Sequence

from assist.core.agreement import normal

NO_SPEECH = 0.6
"""Above this probability of no speech, unsure words are silence (Whisper's own default)."""
LOG_PROBABILITY = -1.0
"""Mean log probability of a token below which words are doubtful (Whisper's own default)."""
COMPRESSION = 2.4
"""Text that compresses better than this repeats itself (Whisper's own default)."""
TOKENS_PER_SECOND = 8.0
"""Nobody speaks more tokens a second than this for long."""
_SHORTEST = 1.0
"""Seconds below which the pace says nothing: one short word has a few tokens."""
_LOOP = 4
"""Repetitions of the same words in a row that no person utters."""
_SINGLE_LOOP = 7
"""The same for one word alone: "no, no, no, no, no" is said by people."""


def is_silence(*, no_speech: float, log_probability: float) -> bool:
    """Tell whether the recogniser holds its own words for silence."""
    return no_speech > NO_SPEECH and log_probability < LOG_PROBABILITY


def is_doubtful(text: str, *, log_probability: float, tokens: int, seconds: float) -> bool:
    """Tell whether the words deserve a second look with a longer window."""
    pace = tokens / max(seconds, _SHORTEST)
    return (
        log_probability < LOG_PROBABILITY
        or pace > TOKENS_PER_SECOND
        or compression(text) > COMPRESSION
    )


def compression(text: str) -> float:
    """Return how many times smaller the text becomes when compressed."""
    content = text.encode()
    return len(content) / len(zlib.compress(content))


def is_loop(words: Sequence[str]) -> bool:
    """Tell whether the same words come again and again without anything between."""
    folded = [normal(word) for word in words]
    return any(
        _repeats(folded, size) >= (_SINGLE_LOOP if size == 1 else _LOOP)
        for size in range(1, len(folded) // _LOOP + 1)
    )


def _repeats(words: Sequence[str], size: int) -> int:
    """Count how often at most some `size` words follow upon themselves."""
    longest = run = 0
    for i in range(size, len(words)):
        run = run + 1 if words[i] == words[i - size] else 0
        longest = max(longest, run)
    return longest // size + 1
