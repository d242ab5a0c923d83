"""Which acts a clause performs: a small linear model over its words and pieces of words.

Rules with guards are precise, but they find only the wordings that somebody thought of. The tagger
generalises: it adds up what each n-gram of a clause says for or against an act (logistic
regression), so that the n-grams that weighed most are its evidence. It is trained on text of our
own by train.py. Nothing in the service asks it yet: it moves into assist/core when a cue does.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from assist.core.phrases import fold
from assist.events import Channel

BUCKETS = 1 << 15
"""N-grams share so many weights by their checksum; few collide that occur often."""
_PIECES = (3, 4, 5)
"""Lengths of the pieces of words: they know a word in another form, or misheard."""
_LENGTHS = (1, 2, 3, 5, 8, 12, 18)


def features(text: str, channel: Channel) -> tuple[str, ...]:
    """Return the n-grams of a clause, each once, in the order in which they come."""
    return tuple(dict.fromkeys(_features(text, channel)))


def _features(text: str, channel: Channel) -> Iterator[str]:
    words = [folded for word in text.split() if (folded := fold(word))]
    yield f"@{channel}"
    yield f"#{sum(len(words) >= length for length in _LENGTHS)}"
    if text.rstrip().endswith("?"):
        yield "?"
    marked = ["^", *words, "$"]
    for size in (1, 2, 3):
        for i in range(len(marked) - size + 1):
            yield "=" + " ".join(marked[i : i + size])
    for first, last in zip(marked, marked[2:], strict=False):
        yield f"{first} _ {last}"
    if words:
        yield f"@{channel} {words[0]}"
    for word in words:
        yield from _pieces(word)


@lru_cache(maxsize=8192)
def _pieces(word: str) -> tuple[str, ...]:
    padded = f"<{word}>"
    return tuple(
        padded[i : i + size] for size in _PIECES for i in range(max(0, len(padded) - size + 1))
    )


@lru_cache(maxsize=65_536)
def bucket(feature: str) -> int:
    """Return the place of an n-gram's weights, the same on every machine."""
    return crc32(feature.encode()) % BUCKETS


@dataclass(frozen=True, slots=True)
class Act:
    """An act that a clause may perform."""

    name: str
    probability: float
    """Calibrated, 0 to 1."""
    evidence: tuple[str, ...]
    """The words or phrases that spoke most for it, at most three, the weightiest first."""


@dataclass(frozen=True, slots=True)
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

    def tag(self, text: str, channel: Channel, *, least: float = 0.5) -> tuple[Act, ...]:
        """Return the acts of a clause with a probability of at least `least`, likeliest first."""
        found = features(text, channel)
        rows = self.weights[[bucket(feature) for feature in found]].astype(np.float32)
        rows /= math.sqrt(len(found))
        logits = self.slope * (rows.sum(axis=0) + self.bias) + self.offset
        chosen = [int(i) for i in np.argsort(-logits) if logits[i] >= _logit(least)]
        return tuple(
            Act(self.acts[i], _probability(float(logits[i])), _weightiest(found, rows[:, i]))
            for i in chosen
        )


def _weightiest(found: Sequence[str], weights: NDArray[np.float32]) -> tuple[str, ...]:
    """Return the phrases of whole words that spoke most for an act, none inside another."""
    chosen: list[str] = []
    for i in sorted(range(len(found)), key=lambda i: (-weights[i], -len(found[i]))):
        if weights[i] <= 0 or len(chosen) == 3:
            break
        plain = found[i].strip("=^$ ")
        inside = any(plain in other or other in plain for other in chosen)
        if found[i].startswith("=") and plain and not inside:
            chosen.append(plain)
    return tuple(chosen)


def _logit(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _probability(logit: float) -> float:
    return round(1 / (1 + math.exp(-logit)), 3)
