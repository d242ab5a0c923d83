"""A recogniser and a voice detector that follow a script, for tests and examples.

The sound of `coded` carries its own time, so that the recogniser knows which part of the call a
window is: each sample holds the number of its 10 ms.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assist.core.audio import WINDOW, Samples, milliseconds, samples
from assist.events import Word
from assist.speech.recogniser import Heard, Request, Sound
from assist.speech.vad import VadStream

_BLOCK = samples(10)
LOUD, QUIET = -26.0, -70.0
"""Speech and silence in dB of full scale; coded sound has a loudness that means nothing."""


def coded(start: int, end: int) -> Samples:
    """Return sound from `start` to `end`, in milliseconds of the call, that carries its time."""
    return (np.arange(samples(start), samples(end)) // _BLOCK).astype(np.int16)


def say(text: str, *, start: int, word: int = 250, gap: int = 50) -> tuple[Word, ...]:
    """Make words of one length, in milliseconds, one after the other."""
    return tuple(
        Word(text=item, start=start + i * (word + gap), end=start + i * (word + gap) + word)
        for i, item in enumerate(text.split())
    )


def spans(words: Sequence[Word], *, gap: int = 100) -> tuple[tuple[int, int], ...]:
    """Return when somebody speaks who says these words; shorter gaps are spoken through."""
    found: list[tuple[int, int]] = []
    for word in words:
        if found and word.start - found[-1][1] < gap:
            found[-1] = (found[-1][0], word.end)
        else:
            found.append((word.start, word.end))
    return tuple(found)


@dataclass
class ScriptedRecogniser:
    """Hear the words of a script in coded sound, as far as they lie in the window."""

    words: Sequence[Word]
    language: str = "en"
    fails: bool = False
    """Whether every decode raises an error."""
    decodes: int = 0
    finals: int = 0

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it knows, as codes like `en`."""
        return ("en", "de")

    def transcribe(self, requests: Sequence[Request]) -> list[Heard]:
        """Return the script's words that lie wholly in each window."""
        self.decodes += len(requests)
        self.finals += sum(request.careful for request in requests)
        if self.fails:
            raise RuntimeError("as the script wants")
        return [Heard(self._within(request.sound), self.language) for request in requests]

    def _within(self, sound: Sound) -> tuple[Word, ...]:
        start = _time(sound)
        end = start + milliseconds(len(sound))
        return tuple(
            Word(text=word.text, start=word.start - start, end=word.end - start)
            for word in self.words
            if word.start >= start and word.end <= end
        )

    def detect_language(self, samples: Sound) -> tuple[str, float]:
        """Return the script's language."""
        return self.language, 1.0


class ScriptedVad:
    """Hear speech in given spans of the call; each stream it makes takes the next script."""

    def __init__(self, *scripts: Sequence[tuple[int, int]]) -> None:
        self._scripts = iter(scripts)

    def stream(self) -> VadStream:
        """Return a detector that follows the next script."""
        return _ScriptedStream(next(self._scripts))


class _ScriptedStream:
    def __init__(self, speech: Sequence[tuple[int, int]]) -> None:
        self._speech = speech
        self._measured = self._heard = 0

    def measure(self, window: Samples) -> float:
        """Return the loudness of speech when the middle of the window is spoken."""
        speaks = self._speaks(self._measured)
        self._measured += len(window)
        return LOUD if speaks else QUIET

    def probabilities(self, windows: Sequence[Samples]) -> list[float]:
        """Return 1 for each window whose middle is spoken, else 0."""
        return [self._hear(window) for window in windows]

    def _hear(self, window: Samples) -> float:
        speaks = self._speaks(self._heard)
        self._heard += len(window)
        return float(speaks)

    def _speaks(self, heard: int) -> bool:
        middle = milliseconds(heard + WINDOW // 2)
        return any(start <= middle < end for start, end in self._speech)


def _time(window: Sound) -> int:
    """Read from coded sound when it was; right to a millisecond."""
    blocks = np.rint(window * 32768).astype(np.int64)
    first_block_ends = int(np.argmax(blocks != blocks[0])) or _BLOCK
    return milliseconds((int(blocks[0]) + 1) * _BLOCK - first_block_ends)
