"""What one decode of a window yields, and the words that are made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assist.core import guards
from assist.events import Word
from assist.speech.recogniser import Sound

HOP = 160
"""Samples of one mel frame."""
FULL_FRAMES = 3000
"""The window that Whisper was trained with: 30 s, the longest that it takes."""

_TOKENS = 12
"""Tokens for the shortest window."""
_SHORTEST_WORD = 40
"""Milliseconds that a word lasts at least."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The tokens of a window and how sure the model is of them."""

    encoded: Any
    """The window as the model's encoder sees it."""
    tokens: list[int]
    text: str
    log_probability: float
    """Mean of a token."""
    no_speech: float
    seconds: float

    @property
    def is_silence(self) -> bool:
        """Whether nothing was said."""
        return not self.text or guards.is_silence(
            no_speech=self.no_speech, log_probability=self.log_probability
        )

    @property
    def is_doubtful(self) -> bool:
        """Whether a second look is worth its price."""
        return not self.is_silence and guards.is_doubtful(
            self.text,
            log_probability=self.log_probability,
            tokens=len(self.tokens),
            seconds=self.seconds,
        )


def fill_up(samples: Sound, *, floor: int, margin: int) -> Sound:
    """Append silence to a window, for a model hears the end of a word by what comes after.

    It is the sound that is filled up: features filled with zeros would be no silence.

    Args:
        samples: of shape (n,); what lies past 30 s is dropped.
        floor: shortest window in mel frames.
        margin: of silence after the sound, in mel frames.
    """
    frames = min(FULL_FRAMES, max(floor, -(-len(samples) // HOP) + margin))
    window = np.zeros(frames * HOP, np.float32)
    window[: len(samples)] = samples[: len(window)]
    return window


def max_tokens(seconds: float) -> int:
    """Bound the tokens of a window, so that a loop ends soon."""
    return _TOKENS + int(seconds * guards.TOKENS_PER_SECOND)


def to_words(alignment: Sequence[dict[str, Any]], decoded: Decoded) -> tuple[Word, ...]:
    """Make words of faster-whisper's alignment, with times in milliseconds in the window."""
    whole = int(decoded.seconds * 1000)
    words: list[Word] = []
    for item in alignment:
        text = item["word"].strip()
        if not text:
            continue
        earliest = words[-1].start if words else 0
        start = min(max(round(item["start"] * 1000), earliest), max(whole - _SHORTEST_WORD, 0))
        end = max(min(round(item["end"] * 1000), whole), start + _SHORTEST_WORD)
        probability = round(min(1.0, max(0.0, float(item["probability"]))), 3)
        words.append(Word(text=text, start=start, end=end, probability=probability))
    return tuple(words)
