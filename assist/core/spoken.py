"""What one side said, in the order of its utterances; a late correction takes its place there."""

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from assist.core.clauses import Clause
from assist.events import Channel, Word

KEPT_WORDS = 600
"""Words kept of each channel: more than any window of a cue looks back."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A confirmed word of a channel, ready for comparison."""

    folded: str
    word: Word
    utterance: str
    at: int
    """Call clock when it became stable."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What came late in place of other words, in an utterance that was final already."""

    channel: Channel
    words: tuple[Heard, ...]
    clauses: tuple[Clause, ...]


@dataclass(slots=True)
class Utterance:
    """Words of one channel without a long pause, as far as they are stable."""

    channel: Channel
    words: tuple[Word, ...] = ()
    revision: int = 0
    final: bool = False
    open_from: int = 0
    """Index of the first word that no closed clause holds."""


@dataclass(slots=True)
class Spoken:
    """The words of one channel."""

    heard: deque[Heard] = field(default_factory=lambda: deque(maxlen=KEPT_WORDS))
    tail: tuple[Word, ...] = ()
    """Unstable words at the end of the open utterance."""
    clauses: deque[Clause] = field(default_factory=lambda: deque(maxlen=200))
    open_clause: Clause | None = None


Piece = TypeVar("Piece", Heard, Clause)


def rewrite(
    row: deque[Piece], utterance: str, gone: int, new: Sequence[Piece], *, later: Collection[str]
) -> tuple[Piece, ...]:
    """Replace the last pieces of an utterance where they stand; return those that fell.

    Args:
        row: the pieces of one channel, in the order of the utterances.
        utterance: id of the one that changes.
        gone: how many of its pieces fall, as far as they are kept.
        new: what takes their place.
        later: ids of the utterances after it.
    """
    behind: list[Piece] = []
    while row and row[-1].utterance in later:
        behind.append(row.pop())
    fallen: list[Piece] = []
    while row and len(fallen) < gone and row[-1].utterance == utterance:
        fallen.append(row.pop())
    row.extend(new)
    row.extend(reversed(behind))
    return tuple(reversed(fallen))


def common(old: tuple[Word, ...], new: tuple[Word, ...]) -> int:
    """Return how many words at the beginning say the same; times may have moved a little."""
    count = 0
    for a, b in zip(old, new, strict=False):
        if a is not b and a.text != b.text:
            break
        count += 1
    return count


def unchanged(old: Sequence[Clause], new: Sequence[Clause]) -> int:
    """Return how many clauses at the beginning hold the same words."""
    count = 0
    for a, b in zip(old, new, strict=False):
        if a.first != b.first or a.text != b.text:
            break
        count += 1
    return count
