"""Spoken lengths of time: "two or three minutes" → 180000 milliseconds."""

from collections.abc import Sequence

from assist.core.lexicon import Lexicon
from assist.core.phrases import fold

_REACH = 3
"""Words between a number and its unit ("two or three more minutes")."""


def longest(words: Sequence[str], lexicon: Lexicon) -> int | None:
    """Return the longest length of time that folded words name, in milliseconds, or nothing."""
    book = lexicon.playbook
    numbers = {fold(word): value for word, value in book.numbers.items()}
    units = {fold(word): value for word, value in book.lengths.items()}
    found = [
        _worth(words[max(0, i - _REACH) : i], numbers) * units[word]
        for i, word in enumerate(words)
        if word in units
    ]
    return round(max(found)) if found else None


def _worth(before: Sequence[str], numbers: dict[str, float]) -> float:
    """Return the number right before a unit: the last of a range, a half of "half a", else 1."""
    worth = 0.0
    for word in reversed(before):
        value = float(word) if word.isdigit() else numbers.get(word)
        if value is None and worth:
            break
        if value is None:
            continue
        if worth and not (value == 0.5 or value >= 20 > worth):
            break
        worth = worth * value if value == 0.5 and worth else worth + value
    return worth or 1.0
