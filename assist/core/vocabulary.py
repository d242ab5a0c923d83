"""The words of one issue: it grows with the call, and knows a word again in another form."""

from collections import defaultdict, deque
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from assist.events import WordsEvidence
from assist.playbooks.schema import WordMeaning

STEM = 5
"""Two words that share so many letters at the beginning are forms of one word … (docs/cues.md)"""
ENDING = 3
"""… when no more letters than these follow in either of them."""
SHORT = 4
"""A word of so many letters is known again with an ending: bill, billing."""
ALIKE = 0.6
"""From this likeness on two words mean nearly the same (start value)."""
TOPIC = 24
"""Letters of a word that may stand on the card."""


class Said(NamedTuple):
    """A time that a word was said."""

    where: WordsEvidence
    name: bool
    """It was written with a capital letter inside a sentence, as names are."""


@dataclass(slots=True)
class Entry:
    """A word of the issue."""

    count: int = 0
    names: int = 0
    """How often it was written as a name."""
    latest: deque[Said] = field(default_factory=lambda: deque(maxlen=3))
    """The last times it was said; none when it only stands in the ticket."""


class Vocabulary:
    """The issue's words.

    Args:
        common: folded words that every call of this kind may be about; they count as half.
        meaning: tells words of like meaning, where the operator supplies it.
    """

    def __init__(self, common: Set[str], meaning: WordMeaning | None = None) -> None:
        self._common = common
        self._meaning = meaning
        self._entries: dict[str, Entry] = {}
        self._beginnings: dict[str, list[str]] = defaultdict(list)
        self._judged: dict[str, bool] = {}

    def __len__(self) -> int:
        """Return how many words the issue has so far."""
        return len(self._entries)

    def learn(
        self, folded: str, spoken: WordsEvidence | None = None, *, inside: bool = False
    ) -> None:
        """Take a word in.

        Args:
            folded: the word as it is compared.
            spoken: where it was said; none for a word of the ticket, which counts three times.
            inside: it is not the first word of its sentence.
        """
        if folded not in self._entries:
            self._judged.clear()
            self._beginnings[folded[:SHORT]].append(folded)
        entry = self._entries.setdefault(folded, Entry())
        entry.count += 3 if spoken is None else 1
        if spoken is not None:
            said = Said(spoken, inside and spoken.text[:1].isupper())
            entry.latest.append(said)
            entry.names += said.name

    def forget(self, folded: str, where: WordsEvidence) -> bool:
        """Take back a word that was not said there after all; tell whether it had been learned.

        A word that was said three times since stays: it belongs to the issue in any case.
        """
        entry = self._entries.get(folded)
        said = next((s for s in entry.latest if s.where == where), None) if entry else None
        if entry is None or said is None:
            return False
        entry.latest.remove(said)
        entry.count -= 1
        entry.names -= said.name
        if not entry.count:
            del self._entries[folded]
            self._beginnings[folded[:SHORT]].remove(folded)
            self._judged.clear()
        return True

    def weight(self, folded: str) -> float:
        """Return 1 for a word of the issue, 0.5 for one common to all calls, else 0."""
        if folded in self._entries:
            return 1.0
        if folded in self._common:
            return 0.5
        if folded not in self._judged:
            self._judged[folded] = self._related(folded)
        return float(self._judged[folded])

    def topic(self) -> WordsEvidence | None:
        """Return the word that says best what the issue is, as it was last said; never a name."""
        best = max(self._topics(), key=lambda item: item[0], default=None)
        return best[1] if best else None

    def _topics(self) -> Iterable[tuple[tuple[bool, int], WordsEvidence]]:
        for folded, entry in self._entries.items():
            if not entry.latest or len(entry.latest[-1].where.text) > TOPIC:
                continue
            common = folded in self._common
            if common or (entry.count > 1 and not entry.names):
                yield (common, entry.count), entry.latest[-1].where

    def _related(self, folded: str) -> bool:
        """Tell whether it is a form or a compound of a known word: Routerwechsel and router."""
        if any(_one_word(folded, known) for known in self._beginnings.get(folded[:SHORT], ())):
            return True
        if len(folded) > STEM + ENDING and any(
            len(known) >= STEM and known in folded for known in self._entries
        ):
            return True
        meaning = self._meaning
        return meaning is not None and any(
            meaning.likeness(folded, known) >= ALIKE for known in self._entries
        )


def _one_word(a: str, b: str) -> bool:
    """Tell whether two words that begin alike are forms of one word."""
    shorter, longer = sorted((len(a), len(b)))
    same = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), shorter)
    if same == shorter:
        return same >= STEM or longer - same <= ENDING
    return same >= STEM and longer - same <= ENDING and 3 * same >= 2 * longer
