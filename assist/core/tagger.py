"""Which acts a clause performs: a small linear model over its words and pieces of words.

Phrases with guards are precise, but they find only the wordings that somebody thought of. The
tagger generalises: it adds up what each n-gram of a clause says for or against an act (logistic
regression), so the words that weighed most are its evidence. It is trained on text of our own
(models/tagger/).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from assist.events import Channel

BUCKETS = 1 << 15
"""N-grams share so many weights by their checksum; few collide that occur often."""
LEAST = 0.3
"""Acts that are less likely are not told."""
_PIECES = (3, 4, 5)
"""Lengths of the pieces of words: they know a word in another form, or misheard."""
_LENGTHS = (1, 2, 3, 5, 8, 12, 18)


@dataclass(frozen=True, slots=True)
class Feature:
    """Something about a clause that may speak for or against an act."""

    name: str
    first: int = 0
    """Index of the first word that it is about."""
    words: int = 0
    """About how many words it is; none = about the clause as a whole."""


def features(words: Sequence[str], channel: Channel, *, asks: bool = False) -> list[Feature]:
    """Return the features of a clause, each once, in the order in which they come.

    Args:
        words: folded; empty ones are passed over.
        channel: who speaks.
        asks: whether it was written with a question mark.
    """
    found: dict[str, Feature] = {}
    for feature in _features(words, channel, asks=asks):
        found.setdefault(feature.name, feature)
    return list(found.values())


def _features(words: Sequence[str], channel: Channel, *, asks: bool) -> Iterator[Feature]:
    said = [i for i, word in enumerate(words) if word]
    yield Feature(f"@{channel}")
    yield Feature(f"#{sum(len(said) >= length for length in _LENGTHS)}")
    if asks:
        yield Feature("?")
    marked = ["^", *(words[i] for i in said), "$"]
    places = [0, *said, said[-1] if said else 0]
    for size in (1, 2, 3):
        for i in range(len(marked) - size + 1):
            yield Feature("=" + " ".join(marked[i : i + size]), places[i], size)
    for i in range(len(marked) - 2):
        yield Feature(f"{marked[i]} _ {marked[i + 2]}", places[i], 3)
    if said:
        yield Feature(f"@{channel} {words[said[0]]}", said[0], 1)
    for i in said:
        for piece in _pieces(words[i]):
            yield Feature(piece, i, 1)


@lru_cache(maxsize=8192)
def _pieces(word: str) -> tuple[str, ...]:
    padded = f"<{word}>"
    return tuple(
        padded[i : i + size] for size in _PIECES for i in range(max(0, len(padded) - size + 1))
    )


@lru_cache(maxsize=65_536)
def bucket(name: str) -> int:
    """Return the place of a feature's weights, the same on every machine."""
    return crc32(name.encode()) % BUCKETS


@dataclass(frozen=True, slots=True)
class Tag:
    """An act that a clause may perform."""

    name: str
    probability: float
    """Calibrated, 0 to 1, of two decimals: the same on every machine."""
    start: int
    """Index of the first of the words that spoke most for it."""
    end: int
    """Index after the last of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Tagger:
    """The weights of one language."""

    acts: tuple[str, ...]
    weights: NDArray[np.float16]
    """Shape (BUCKETS, acts)."""
    bias: NDArray[np.float32]
    """Shape (acts,)."""
    slope: NDArray[np.float32]
    """Shape (acts,); with `offset` it turns a sum into the logit of a probability that is true
    (Platt 1999)."""
    offset: NDArray[np.float32]
    """Shape (acts,)."""

    def tag(self, words: Sequence[str], channel: Channel, *, asks: bool = False) -> tuple[Tag, ...]:
        """Return the acts of a clause that are at all likely, the likeliest first.

        Args:
            words: folded; empty ones are passed over.
            channel: who speaks.
            asks: whether it was written with a question mark.
        """
        found = features(words, channel, asks=asks)
        rows = self.weights[[bucket(feature.name) for feature in found]].astype(np.float32)
        rows /= math.sqrt(len(found))
        logits = self.slope * (rows.sum(axis=0) + self.bias) + self.offset
        return tuple(
            Tag(self.acts[i], probability, *_weightiest(found, rows[:, i].tolist(), len(words)))
            for i in np.argsort(-logits, kind="stable")
            if (probability := _probability(float(logits[i]))) >= LEAST
        )


def _weightiest(found: Sequence[Feature], weights: Sequence[float], count: int) -> tuple[int, int]:
    """Return the run of words with the largest sum of weights: start, and index after the end."""
    each = [0.0] * count
    for feature, weight in zip(found, weights, strict=True):
        for i in range(feature.first, min(count, feature.first + feature.words)):
            each[i] += weight / feature.words
    best, start, end = 0.0, 0, count
    begin, run = 0, 0.0
    for i, weight in enumerate(each):
        if run <= 0:
            begin, run = i, 0.0
        run += weight
        if run > best:
            best, start, end = run, begin, i + 1
    return start, end


def _probability(logit: float) -> float:
    return round(1 / (1 + math.exp(-max(-30.0, min(30.0, logit)))), 2)
