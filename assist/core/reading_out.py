"""Mandatory texts that the agent reads out (F-9 of the failure cases): terms, notices, consent.

Words of a reading are the operator's, not the agent's: no rule looks at them. A reading is known by
four words in a row that also stand so in the text; from there it reaches as far as the words line
up, so that words which the recogniser got wrong, or the agent left out, do not end it.
"""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from assist.core.phrases import Span, fold_all

IN_A_ROW = 4
"""Words in a row that are hardly said by chance."""
LEAST = 6
"""Words that line up altogether: "you have the right …" alone is talk."""
SHARE = 0.6
"""Of the words of a reading so many are those of the text; the rest is misheard."""
ANCHOR = 2
"""Words in a row by which a reading goes on behind a misheard word."""


class ReadOut:
    """The mandatory texts of one playbook.

    Args:
        texts: as they are read.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = [fold_all(text) for text in texts]
        self._grams = {gram for text in self._texts for gram in _grams(text)}

    def spans(self, words: Sequence[str]) -> list[Span]:
        """Return where folded words read from one of the texts."""
        if not self._grams or not any(gram in self._grams for gram in _grams(words)):
            return []
        found = (_longest(words, text) for text in self._texts)
        return [span for span in found if span is not None]


def _grams(words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return (tuple(words[i : i + IN_A_ROW]) for i in range(len(words) - IN_A_ROW + 1))


def _longest(words: Sequence[str], text: Sequence[str]) -> Span | None:
    """Return the longest reading of one text, or nothing."""
    aligned = SequenceMatcher(None, words, text, autojunk=False).get_matching_blocks()
    blocks = [block for block in aligned if block.size >= ANCHOR]
    best: Span | None = None
    for i, first in enumerate(blocks):
        for j in range(i, len(blocks)):
            run = blocks[i : j + 1]
            start, end = first.a, run[-1].a + run[-1].size
            known = sum(block.size for block in run)
            sure = any(block.size >= IN_A_ROW for block in run)
            wider = best is None or end - start > best.end - best.start
            if sure and wider and known >= max(LEAST, SHARE * (end - start)):
                best = Span(start, end, " ".join(text[:IN_A_ROW]))
    return best
