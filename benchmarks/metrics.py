"""The measures of streaming recognition; times in milliseconds.

Words are compared without case and punctuation throughout.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from assist.core.agreement import normal
from assist.events import TranscriptFinal, TranscriptPartial, Word
from benchmarks.live import Shown
from benchmarks.traffic import Spoken

NEAR = 700
"""A word may be heard so far from where it was spoken and still be the same."""
CLIPPED = 200
"""So much of a word may be clipped at the beginning of speech, in milliseconds."""
SURE = 0.5
"""Probability from which the pages show a word that may still change (client/src/state.ts)."""


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least a share of the values do not exceed; nan for none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


@dataclass(frozen=True, slots=True)
class Heard:
    """How one utterance of the truth fared."""

    spoken: Spoken
    shown: float
    """When the last final with a word of it was shown; infinite when there is none."""
    words: int
    """How many of its words are in finals."""

    @property
    def delay(self) -> float:
        """Time to final, TTFS: from the end of speech until the final is shown."""
        return self.shown - self.spoken.end


def heard(spoken: Sequence[Spoken], shown: Sequence[Shown]) -> list[Heard]:
    """Find for each utterance the finals that hold its words, by when they were spoken."""
    return [_one(each, [s for s in shown if s.event.channel == each.channel]) for each in spoken]


def _one(spoken: Spoken, shown: Sequence[Shown]) -> Heard:
    at, found = math.inf, set[int]()
    for each in shown:
        if isinstance(each.event, TranscriptFinal) and each.event.words:
            mine = {i for i, w in enumerate(spoken.words) if _covers(each.event.words, w)}
            if mine - found:
                at = each.at
                found |= mine
    return Heard(spoken, at, len(found))


def _covers(words: Sequence[Word], word: Word) -> bool:
    """Tell whether a word lies within a text; speech detection clips the beginning of speech."""
    middle = (word.start + word.end) / 2
    return words[0].start - CLIPPED <= middle < words[-1].end


def laal(delays: Sequence[float], *, source: float, reference: int) -> float:
    """Return the length-adaptive average lagging of one utterance.

    Papi et al. 2022 (arXiv 2206.05807), as `LAALScorer` of SimulEval computes it:
    1/tau * sum over i = 1..tau of d_i - (i - 1) * |X| / max(|Y|, |Y*|), where tau is the first word
    that comes when the source has ended.

    Args:
        delays: when each word was there, from the start of the utterance; at least one.
        source: length of the utterance, |X|.
        reference: words that were said, |Y|; |Y*| is the number of delays.
    """
    if delays[0] > source:
        return delays[0]
    pace = source / max(len(delays), reference)
    tau = next((i for i, delay in enumerate(delays, 1) if delay >= source), len(delays))
    return sum(delay - i * pace for i, delay in enumerate(delays[:tau])) / tau


def erasure(shown: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Return how many words were withdrawn and how many stand at the end.

    Arivazhagan et al. 2020 (arXiv 1912.03393): each time, all words after the common beginning of
    the old text and the new are withdrawn; normalised by the length of the last text.

    Args:
        shown: the texts of one utterance in turn, the last of them final.
    """
    withdrawn = 0
    for old, new in pairwise(shown):
        withdrawn += len(old) - _common(old, new)
    return withdrawn, len(shown[-1]) if shown else 0


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    same = 0
    for a, b in zip(old, new, strict=False):
        if normal(a) != normal(b):
            break
        same += 1
    return same


def on_screen(event: TranscriptPartial | TranscriptFinal) -> tuple[Word, ...]:
    """Return the words of a text that the pages show.

    The stable ones, and of the tail those before the first that the recogniser is unsure of.
    """
    if isinstance(event, TranscriptFinal):
        return event.words
    sure = takewhile(lambda word: word.probability >= SURE, event.tail)
    return (*event.words, *sure)


def first_shown(word: Word, shown: Sequence[Shown]) -> float | None:
    """Return when a word first stood, rightly, in a text; None if it never did.

    Args:
        word: that was said.
        shown: texts of its channel in turn.
    """
    wanted, middle = normal(word.text), (word.start + word.end) / 2
    for each in shown:
        if any(
            normal(w.text) == wanted and abs((w.start + w.end) / 2 - middle) < NEAR
            for w in on_screen(each.event)
        ):
            return each.at
    return None
