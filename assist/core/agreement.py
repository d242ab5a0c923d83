"""Successive hypotheses → stable words and an unstable tail.

LocalAgreement-2 (Liu, Spanakis and Niehues 2020, "Low-Latency Sequence-to-Sequence Speech
Recognition"): a word is stable once two successive hypotheses begin with the same words up to it.
Words are compared without case and punctuation, and the newest word of a hypothesis always waits:
it may be half a word, and its punctuation is not decided before the next word is heard.
"""

from collections.abc import Sequence
from itertools import takewhile

from assist.events import Word


class Agreement:
    """Hold what two successive hypotheses agree on; times are absolute, in milliseconds."""

    def __init__(self) -> None:
        self.stable: tuple[Word, ...] = ()
        """Words that will not change until the final."""
        self.tail: tuple[Word, ...] = ()
        """The newest hypothesis past the stable words."""

    def push(self, hypothesis: Sequence[Word]) -> None:
        """Take the newest hypothesis about the whole window."""
        rest = _after(self.stable, tuple(hypothesis))
        agreed = _common(self.tail, rest)
        agreed = min(agreed, len(self.tail) - 1, len(rest) - 1)
        if agreed > 0:
            self.stable += rest[:agreed]
            rest = rest[agreed:]
        self.tail = rest

    def trust(self, until: int) -> None:
        """Take the words that end by then for stable, though no second hypothesis has them."""
        count = sum(1 for word in self.tail[:-1] if word.end <= until)
        self.stable, self.tail = self.stable + self.tail[:count], self.tail[count:]

    def cut(self, count: int) -> tuple[Word, ...]:
        """Take away the first stable words, whose sound is not heard again, and return them."""
        gone, self.stable = self.stable[:count], self.stable[count:]
        return gone


def normal(text: str) -> str:
    """Fold case and drop everything that is neither letter nor digit."""
    return "".join(filter(str.isalnum, text.casefold()))


def _common(first: Sequence[Word], second: Sequence[Word]) -> int:
    """Count the words with which both begin."""
    pairs = zip(first, second, strict=False)
    return sum(
        1 for _ in takewhile(lambda pair: normal(pair[0].text) == normal(pair[1].text), pairs)
    )


def _after(stable: Sequence[Word], hypothesis: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return the words of the hypothesis that follow the stable ones: by text, else by time."""
    if _common(stable, hypothesis) == len(stable):
        return hypothesis[len(stable) :]
    end = stable[-1].end
    rest = tuple(word for word in hypothesis if (word.start + word.end) // 2 >= end)
    repeated = bool(rest) and normal(rest[0].text) == normal(stable[-1].text)
    return rest[1:] if repeated and rest[0].start < end else rest
