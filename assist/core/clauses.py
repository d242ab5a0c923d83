"""Cut the words of an utterance into clauses: the unit in which a phrase means something."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from assist.core.phrases import Phrases, fold
from assist.events import Channel, Word, WordsEvidence

PAUSE = 900
"""A pause of so many milliseconds between two words also ends a clause."""
_ENDS = (".", "!", "?", ";", "…")
_BREAK = 4
"""Words that decide whether a new clause begins ("aber am Freitag geht")."""
_TITLES = frozenset({"mr", "mrs", "ms", "dr", "prof", "st", "hr", "fr"})
_NUMBERED = frozenset({"no", "nr"})
"""With a full stop and a number behind them they are "number", not the end of a sentence."""


STANDS = "<"
"""Under this name a clause remembers where in the call it stands (core/acts.py)."""


@dataclass(frozen=True)
class Clause:
    """Words of one channel that stand together."""

    channel: Channel
    utterance: str
    first: int
    """Index of its first word in the utterance."""
    spoken: tuple[Word, ...]
    closed: bool
    """Whether no further word can join it."""
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was found out about these words, by whom it concerns (core/acts.py)."""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Return the folded words, one for each spoken word (some may be empty)."""
        return tuple(fold(word.text) for word in self.spoken)

    @property
    def start(self) -> int:
        """Return when its first word began."""
        return self.spoken[0].start

    @property
    def end(self) -> int:
        """Return when its last word ended."""
        return self.spoken[-1].end

    @property
    def question(self) -> bool:
        """Tell whether it was written with a question mark."""
        return self.spoken[-1].text.rstrip("”“\"'").endswith("?")

    @property
    def text(self) -> str:
        """Return the words as they were written."""
        return " ".join(word.text for word in self.spoken)

    def before(self, index: int) -> "Clause":
        """Return the clause as if it had ended before the word of that index."""
        stands = {name: found for name, found in self.memo.items() if name == STANDS}
        return replace(self, spoken=self.spoken[:index], memo=stands)

    def evidence(self, start: int = 0, end: int | None = None) -> WordsEvidence:
        """Return the words from index `start` to before `end` as evidence."""
        words = self.spoken[start:end] or self.spoken
        return WordsEvidence(
            channel=self.channel,
            start=words[0].start,
            end=words[-1].end,
            text=" ".join(word.text for word in words),
        )


def clauses(
    channel: Channel,
    utterance: str,
    words: Sequence[Word],
    *,
    final: bool,
    breaks: Phrases,
    first: int = 0,
) -> Iterator[Clause]:
    """Cut words[first:] into clauses.

    Args:
        channel: who spoke.
        utterance: id of the utterance.
        words: all stable words of it.
        final: no more words will come.
        breaks: what opens a new clause ("but", "aber ich"); the playbook's set
            `clause_break`.
        first: index to begin at, the start of a clause.
    """
    begin = first
    for i in range(first, len(words)):
        if i > begin and (
            words[i].start - words[i - 1].end >= PAUSE
            or (
                breaks.may_start(fold(words[i].text))
                and breaks.starts(tuple(fold(word.text) for word in words[i : i + _BREAK]))
            )
        ):
            yield Clause(channel, utterance, begin, tuple(words[begin:i]), True)
            begin = i
        following = words[i + 1].text if i + 1 < len(words) else None
        if _ends(words[i].text, following, final=final):
            yield Clause(channel, utterance, begin, tuple(words[begin : i + 1]), True)
            begin = i + 1
    if begin < len(words):
        yield Clause(channel, utterance, begin, tuple(words[begin:]), final)


def _ends(word: str, following: str | None, *, final: bool) -> bool:
    """Tell whether a sentence ends with the word: "Mr." and the "No." of "No. 5" end none."""
    if not word.rstrip("”“\"'").endswith(_ENDS):
        return False
    plain = fold(word)
    if plain in _TITLES:
        return False
    if plain in _NUMBERED:
        return final if following is None else not following[:1].isdigit()
    return True
