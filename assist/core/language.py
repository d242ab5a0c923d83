"""Which language a channel speaks: fixed, or told from its first speech and then kept.

Whisper tells languages from what it hears in one window and mistakes short ones, so that the first
seconds are counted together. A wrong choice shows in words that the recogniser hardly believes
itself: after some seconds of them it is told again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assist.events import Word

AUTO = "auto"
"""Stands for a language that is to be told."""
ENOUGH = 5_000
"""Milliseconds of speech from which the language is told; it keeps for the rest of the call."""
DOUBTED = 3_000
"""Milliseconds of doubtful speech in a row after which it is told again (start value)."""
UNSURE = 0.5
"""Mean probability of a word under which speech is doubtful: the recogniser bets against itself
(start value)."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What one stretch of speech was told to be."""

    language: str
    certainty: float
    speech: int


class LanguageKeeper:
    """Decide and keep the language of one channel.

    Args:
        language: a code like `en`, which then stays; or `auto`.
    """

    def __init__(self, language: str) -> None:
        self._fixed = language != AUTO
        self._kept = language if self._fixed else ""
        self._before = ""
        """What was kept until it was doubted."""
        self._told: dict[int, _Told] = {}
        """By the start of the stretch: a longer window about the same speech counts in its place.
        """
        self._doubted = 0

    @property
    def asked(self) -> str:
        """The language to ask the recogniser for; empty = it is to tell."""
        return self._kept

    @property
    def likeliest(self) -> str:
        """The language as far as it is known; empty = nothing was heard yet."""
        if self._kept or not self._told:
            return self._kept or self._before
        weights: dict[str, float] = {}
        for told in self._told.values():
            weight = told.certainty * told.speech
            weights[told.language] = weights.get(told.language, 0.0) + weight
        return max(weights, key=weights.__getitem__)

    def tell(self, language: str, certainty: float, *, start: int, speech: int) -> None:
        """Take what the recogniser told; from `ENOUGH` of speech on the likeliest is kept.

        Args:
            language: its code.
            certainty: its probability.
            start: of the stretch that was heard, on the call clock in milliseconds.
            speech: how much speech that was, in milliseconds.
        """
        earlier = self._told.get(start)
        if self._kept or speech <= 0 or (earlier and earlier.speech >= speech):
            return
        self._told[start] = _Told(language, certainty, speech)
        if sum(told.speech for told in self._told.values()) >= ENOUGH:
            self._kept = self.likeliest
            self._told.clear()

    def judge(self, words: Sequence[Word]) -> None:
        """Take the words of a final; when too many are doubtful the language is told again."""
        if self._fixed or not self._kept or not words:
            return
        mean = sum(word.probability for word in words) / len(words)
        self._doubted = self._doubted + words[-1].end - words[0].start if mean < UNSURE else 0
        if self._doubted >= DOUBTED:
            self._before, self._kept, self._doubted = self._kept, "", 0
