"""What one decode of a window yields, and the words that are made of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assist.core import guards, windows
from assist.core.hotwords import choose
from assist.events import Word
from assist.speech.recogniser import Sound

_SHORTEST_WORD = 40
"""Milliseconds that a word lasts at least."""
_PROMPT, _HOTWORDS, _STEP = 64, 24, 8
"""Tokens before a window cost about 0.13 core-ms each (tiny): so many in all, so many of them for
hotwords. Longer prompts are cut to a multiple of the step, so that windows of several calls can be
decoded together."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The tokens of a window and how sure the model is of them."""

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
    def is_loop(self) -> bool:
        """Whether the same words come again and again."""
        return guards.is_loop(self.text.split())

    @property
    def is_doubtful(self) -> bool:
        """Whether a second look is worth its price."""
        return not self.is_silence and guards.is_doubtful(
            self.text,
            log_probability=self.log_probability,
            tokens=len(self.tokens),
            seconds=self.seconds,
        )

    @property
    def guards(self) -> tuple[str, ...]:
        """What speaks against these words; nothing where there are none."""
        if not self.text:
            return ()
        fired = {"silence": self.is_silence, "doubt": self.is_doubtful, "loop": self.is_loop}
        return tuple(name for name, yes in fired.items() if yes)


def fill_up(samples: Sound, *, floor: int, margin: int) -> Sound:
    """Append silence to a window, for a model hears the end of a word by what comes after.

    It is the sound that is filled up: features filled with zeros would be no silence.

    Args:
        samples: of shape (n,); what lies past 30 s is dropped.
        floor: shortest window in mel frames.
        margin: of silence after the sound, in mel frames.
    """
    frames = windows.frames(len(samples), floor=floor, margin=margin)
    window = np.zeros(frames * windows.FRAME, np.float32)
    window[: len(samples)] = samples[: len(window)]
    return window


def before(hotwords: Iterable[Sequence[int]], said: Sequence[int]) -> list[int]:
    """Return the tokens before a window: hotwords as far as they find room, then what was said.

    Args:
        hotwords: the tokens of each, the most important first.
        said: the tokens of the words before the window.
    """
    first: list[int] = []
    for hotword in hotwords:
        if len(first) + len(hotword) <= _HOTWORDS:
            first += hotword
    last = said[len(first) - _PROMPT :]
    surplus = (len(first) + len(last)) % _STEP
    is_short = len(first) + len(last) <= _STEP or surplus >= len(last)
    return [*first, *(last if is_short else last[surplus:])]


def likeliest(hypotheses: Sequence[Decoded], hotwords: tuple[str, ...], language: str) -> Decoded:
    """Return the best hypothesis, which comes first, or one about as good with more hotwords."""
    chances = [(each.text, each.log_probability * (len(each.tokens) + 1)) for each in hypotheses]
    return hypotheses[choose(chances, hotwords, language)]


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
