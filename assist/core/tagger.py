"""Which acts a clause performs: a small linear model over its words and pieces of words.

Phrases with guards are precise, but they find only the wordings that somebody thought of. The
tagger generalises: it adds up what each word, each pair of words and each piece of a word says for
or against an act, so the words that weighed most are its evidence. It is trained on text of our own
(models/tagger/). Where the clause stands counts, too: a bare "not before Friday" refuses what was
asked for. Its sums are of whole numbers: the same on every machine.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from assist.events import Channel
from assist.playbooks.schema import Place

SHARES = {"about": 0.25, "place": 0.35, "word": 0.45, "run": 0.5, "pair": 0.5, "piece": 0.5}
"""How much each kind of feature counts, whatever its number in a clause."""
LEAST = 0.1
"""Acts that are less likely are not told."""
_LEAST_LOGIT = math.log(LEAST / (1 - LEAST))
_PIECES = (3, 4, 5)
"""Lengths of the pieces of words: they know a word in another form, or misheard."""
_REACH = 6
"""Two words make a pair when they stand so near to each other."""
_LENGTHS = (1, 2, 3, 5, 8, 12, 18)
_BEFORE, _HEARD = 2, 3
"""So far it counts how many clauses stand before one."""


Feature = tuple[str, int, int]
"""Something about a clause that may speak for or against an act: its name, and the indexes of the
first and the last word that it is about; a last before the first = about the clause as a whole. No
class: a clause has some hundred and fifty of them."""


def features(
    words: Sequence[str], *, asks: bool = False, place: Place | None = None
) -> dict[str, Collection[Feature]]:
    """Return the features of a clause by their kind, each once.

    Args:
        words: folded; empty ones are passed over.
        asks: whether it was written with a question mark.
        place: where it stands; nothing where it stands alone. What is said before anything was
            heard of the other side stands alone, too.
    """
    said = [i for i, word in enumerate(words) if word]
    edge = said[-1] if said else 0
    marked = [(0, "^"), *((i, words[i]) for i in said), (edge, "$")]
    found = {
        "about": _about(len(said), asks=asks),
        "place": _place(place) if place and place.heard else (),
        "word": ((f"={words[i]}", i, i) for i in said),
        "run": _runs(marked),
        "pair": _pairs(marked),
        "piece": ((piece, i, i) for i in said for piece in _pieces(words[i])),
    }
    return {kind: {f[0]: f for f in each}.values() for kind, each in found.items()}


def _about(length: int, *, asks: bool) -> Iterator[Feature]:
    yield f"#{sum(length >= each for each in _LENGTHS)}", 0, -1
    if asks:
        yield "?", 0, -1


def _place(place: Place) -> Iterator[Feature]:
    yield f"+{min(place.before, _BEFORE)}", 0, -1
    yield f"@{place.heard >= _HEARD}", 0, -1
    for act in place.answers:
        yield f"<{act}", 0, -1


def _runs(marked: Sequence[tuple[int, str]]) -> Iterator[Feature]:
    for (i, a), (j, b) in pairwise(marked):
        yield f"{a} {b}", i, j
    for (i, a), (_, b), (j, c) in zip(marked, marked[1:], marked[2:], strict=False):
        yield f"{a} {b} {c}", i, j


def _pairs(marked: Sequence[tuple[int, str]]) -> Iterator[Feature]:
    for at, (i, a) in enumerate(marked):
        for j, b in marked[at + 1 : at + 1 + _REACH]:
            yield f"{a}~{b}", i, j


@lru_cache(maxsize=8192)
def _pieces(word: str) -> tuple[str, ...]:
    padded = f"<{word}>"
    return tuple(
        padded[i : i + size] for size in _PIECES for i in range(max(0, len(padded) - size + 1))
    )


def key(name: str) -> int:
    """Return the number under which a feature's weights are kept, the same on every machine."""
    return crc32(name.encode())


@dataclass(frozen=True, slots=True)
class Tag:
    """An act that a clause may perform."""

    name: str
    probability: float
    """Calibrated, 0 to 1, of two decimals."""


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """What decides about the clauses of one channel."""

    acts: tuple[str, ...]
    weights: NDArray[np.int8]
    """Shape (features, acts)."""
    scale: NDArray[np.float64]
    """Shape (acts,); what a weight of one is worth, so that the sum is the logit of a probability
    that is true (Platt 1999)."""
    offset: NDArray[np.float64]
    """Shape (acts,); the logit of a clause about which nothing is known."""


@dataclass(frozen=True, slots=True, eq=False)
class Tagger:
    """The weights of one language."""

    places: Mapping[int, int]
    """Where a feature's weights are, by its key; of other features nothing is known."""
    sides: Mapping[Channel, Side]

    def tag(
        self,
        words: Sequence[str],
        channel: Channel,
        *,
        asks: bool = False,
        place: Place | None = None,
    ) -> tuple[Tag, ...]:
        """Return the acts of a clause that are at all likely, the likeliest first.

        Args:
            words: folded; empty ones are passed over.
            channel: who speaks.
            asks: whether it was written with a question mark.
            place: where it stands in the call; nothing where it stands alone.
        """
        side = self.sides[channel]
        logits = side.offset.copy()
        for kind, found in features(words, asks=asks, place=place).items():
            known = self._known(found)
            weights = side.weights[list(known)]
            logits += side.scale * weights.sum(axis=0, dtype=np.int32) * share(kind, len(known))
        tags = [
            Tag(act, _probability(logit))
            for act, logit in zip(side.acts, logits.tolist(), strict=True)
            if logit >= _LEAST_LOGIT
        ]
        return tuple(sorted(tags, key=lambda tag: -tag.probability))

    def knows(self, act: str, channel: Channel) -> bool:
        """Tell whether it has learnt what the act sounds like on that side."""
        return act in self.sides[channel].acts

    def weightiest(self, words: Sequence[str], channel: Channel, act: str) -> tuple[int, int]:
        """Return the run of words that speak most for an act: start, and index after the end."""
        side, each = self.sides[channel], [0.0] * len(words)
        column = side.acts.index(act)
        for kind, found in features(words).items():
            known = self._known(found)
            for place, (_, first, last) in known.items():
                span = range(first, last + 1)
                for i in span:
                    weight = int(side.weights[place, column]) * share(kind, len(known))
                    each[i] += weight / len(span)
        return _best_run(each)

    def _known(self, found: Iterable[Feature]) -> dict[int, Feature]:
        """Return the features about which something was learnt, by where it stands."""
        get = self.places.get
        return {place: f for f in found if (place := get(key(f[0]))) is not None}


def share(kind: str, count: int) -> float:
    """Return what each feature of a kind counts when `count` of the kind are known."""
    return SHARES[kind] / math.sqrt(count or 1)


def _best_run(each: Sequence[float]) -> tuple[int, int]:
    """Return where the sum of numbers next to each other is largest (Kadane); else the whole."""
    best, start, end = 0.0, 0, len(each)
    begin, run = 0, 0.0
    for i, weight in enumerate(each):
        if run <= 0:
            begin, run = i, 0.0
        run += weight
        if run > best:
            best, start, end = run, begin, i + 1
    return start, end


def _probability(logit: float) -> float:
    return round(1 / (1 + math.exp(-min(30.0, logit))), 2)
