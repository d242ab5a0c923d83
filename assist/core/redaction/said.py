"""One utterance as the redactor knows it: the words it heard, and those it gave away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from msgspec.structs import replace

from assist.core.redaction.atoms import NUMERIC, Atom, Is, atoms
from assist.core.redaction.mail import is_dotted
from assist.core.redaction.marks import Mark
from assist.core.redaction.rules import Find
from assist.events import Channel, Word

Words = tuple[Word, ...]
BULLET = "•"
TALK = 4
"""So many words without a digit end every number."""
_DIGITS = {Is.UNIT: 1, Is.PLURAL: 6, Is.HUNDRED: 3, Is.THOUSAND: 4}
"""How many digits a word of a kind may add at most; else two, or those of its value."""


@dataclass(slots=True, eq=False)
class Said:
    """An utterance that is kept as long as its words may become part of a secret."""

    utterance: str
    channel: Channel
    words: Words = ()
    """As they were heard. They never leave the redactor."""
    marks: tuple[Mark, ...] = ()
    final: bool = False
    revision: int = 0
    """Of what was given away last."""
    given: Words = ()
    """Given away last."""
    clear: Words = ()
    """What may be shown once its number is over."""
    veil: Words = ()
    """What may be shown of a final before."""
    held_since: int | None = None
    told: bool = False
    """Whether it was given away as a final, after which it cannot be held any more."""
    parts: tuple[tuple[Atom, ...], ...] = ()
    """The atoms of each word."""
    digits: int = 0
    """How many digits it holds at most."""
    leads: int = 0
    """Words before the first digit that belong to no number."""
    trails: int = 0
    """The same behind the last."""
    may_hold_address: bool = False
    silenced: set[tuple[int, int]] = field(default_factory=set)

    @property
    def veiled(self) -> bool:
        """Whether it was given away as a final that hides what may yet become a secret."""
        return self.told and self.given != self.clear

    def tell(self, words: Words) -> None:
        """Write down that it is given away as a final."""
        self.given, self.held_since, self.told = words, None, True

    def hear(self, words: Words) -> None:
        """Take the words anew."""
        self.words = words
        traits = [_traits(word.text) for word in words]
        self.parts = tuple([one.parts for one in traits])
        self.digits = sum([one.digits for one in traits])
        self.may_hold_address = any([one.dotted for one in traits])  # noqa: C419  # half the time
        self.leads, self.trails = _strange(traits), _strange(reversed(traits))

    @property
    def is_talk(self) -> bool:
        """Whether no number and no address can go on across it."""
        return not self.digits and not self.may_hold_address and self.leads >= TALK

    @property
    def begins_apart(self) -> bool:
        """Whether nothing of it can belong to what was said before."""
        return self.leads >= TALK and not self.may_hold_address

    @property
    def ends_apart(self) -> bool:
        """Whether nothing that is said behind it can belong to it."""
        return self.trails >= TALK and not self.may_hold_address


class _Traits(NamedTuple):
    """What is known of a word by itself."""

    parts: tuple[Atom, ...]
    digits: int
    """How many digits it adds at most."""
    strange: bool
    """Whether it belongs to no number."""
    numeric: bool
    dotted: bool
    """Whether it may belong to an address."""


def _traits(text: str) -> _Traits:
    """Return what is known of a word; only words without digits are remembered."""
    return _fresh(text) if any(map(str.isdigit, text)) else _remembered(text)


def _fresh(text: str) -> _Traits:
    parts = atoms(text)
    return _Traits(
        parts,
        digits=sum(map(_digits, parts)),
        strange=bool(parts) and parts[0].kind is Is.WORD,
        numeric=any(atom.kind in NUMERIC for atom in parts),
        dotted=is_dotted(text),
    )


_remembered = lru_cache(maxsize=8192)(_fresh)


def _strange(traits: Iterable[_Traits]) -> int:
    """Count the words before the first digit that belong to no number."""
    count = 0
    for one in traits:
        if one.numeric:
            break
        count += one.strange
    return count


def _digits(atom: Atom) -> int:
    if atom.kind is Is.DIGITS:
        return len(atom.text)
    if atom.kind not in NUMERIC:
        return 3 if atom.kind is Is.REPEAT else 0
    return max(_DIGITS.get(atom.kind, 2), len(str(atom.value)))


def masked(words: Words, finds: Sequence[Find]) -> Words:
    """Return words in which each secret is one word with its name: `[card]`."""
    result: list[Word] = []
    at = 0
    for label, first, last in finds:
        result += words[at:first]
        start, end = words[first].start, words[last].end
        certain = min(word.probability for word in words[first : last + 1])
        result.append(Word(text=f"[{label}]", start=start, end=end, probability=certain))
        at = last + 1
    return (*result, *words[at:])


def hidden(words: Words, indexes: Sequence[int]) -> Words:
    """Return words of which some show a bullet for each digit."""
    shown = list(words)
    for i in indexes:
        digits = sum(map(str.isdigit, words[i].text))
        shown[i] = replace(words[i], text=BULLET * max(1, digits))
    return tuple(shown)
