"""Fold spoken words and match phrases of a playbook against them.

A phrase is words with spaces between. Beside plain words it may hold

    a|b        one of these              (a)     this word, or not
    stem~      a word that begins so     ~end    a word that ends so
    ...        up to three words         ..5     up to five words
    {num}      an entry of that class    !a|b    the next word is none of these
    ^  $       the clause begins, ends here
    zurück+rufen     a verb whose first part stands apart in a sentence: "rufe … zurück",
                     "zurückrufen", "zurückgerufen", "zurückzurufen"

An entry of a class may be several words ("can not"). A phrase is tried only when the rarest of the
words that it needs was said, so the cost grows with the words spoken, not with the number of
phrases.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from assist.errors import PlaybookError

_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "’": "'", "‘": "'"})
_EDGES = ' \t\n.,;:!?…"“”„»«()[]–—-'
_GAP = re.compile(r"^\.\.(\.|\d+)$")
_APART = 12
"""Up to so many words stand between a verb and the part that it leaves behind."""
_PRESENT = ("", "e", "en", "t", "et", "st", "est")
"""Endings of a verb in the present, in a command, and of either participle."""
_TENS = "tens"
"""The class whose words may stand before those of `{num}` and `{time}`: "twenty five"."""


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """Return one spoken word as it is compared: lower case, umlauts spelt out, no edges."""
    return text.lower().translate(_FOLD).strip(_EDGES).rstrip(_EDGES + "'")


def fold_all(text: str) -> tuple[str, ...]:
    """Fold every word of a sentence."""
    return tuple(word for word in map(fold, text.split()) if word)


@dataclass(frozen=True, slots=True)
class Span:
    """Words from `start` to before `end`, and the phrase that matched them."""

    start: int
    end: int
    phrase: str


@dataclass(frozen=True, slots=True)
class _Element:
    kind: str
    """word, gap, not, begin or end"""
    words: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    most: int = 0
    optional: bool = False
    common: int = 0
    """How likely one of its words is said anywhere."""

    def takes(self, word: str) -> bool:
        return (
            word in self.words
            or (bool(self.stems) and word.startswith(self.stems))
            or (bool(self.endings) and word.endswith(self.endings))
        )


class _Row(NamedTuple):
    """A phrase that is ready to be tried."""

    phrase: str
    elements: tuple[_Element, ...]
    head: _Element
    needed: tuple[frozenset[str], ...]
    """Words of which one of each must be said."""


class Phrases:
    """A compiled set of phrases.

    Args:
        match: the phrases as a playbook writes them.
        classes: what stands behind `{name}`; `{num}` and `{time}` also take digits.
        spellings: how else a word may be written, in dialect or in haste ("nicht": "net", "nich").

    Raises:
        PlaybookError: a phrase names an unknown class, does not begin with a word, or holds no
            infinitive behind a `+`.
    """

    def __init__(
        self,
        match: Iterable[str],
        classes: Mapping[str, Sequence[str]] | None = None,
        spellings: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self._rows: list[_Row] = []
        self._anchors: dict[str, list[int]] = {}
        """Phrases by a word of theirs that must be said, the rarest."""
        self._stems: dict[str, list[int]] = {}
        """The same for words of which only the beginning is given."""
        self._loose: list[int] = []
        """Phrases that may be said without any word that we know: always tried."""
        known = classes or {}
        read: dict[str, tuple[_Element, ...]] = {}
        for phrase in match:
            for tokens in _spelt_out(phrase, known):
                for token in tokens:
                    if token not in read:
                        read[token] = tuple(
                            _respelt(element, spellings or {})
                            for element in _elements(phrase, token, known)
                        )
                self._add(phrase, tuple(e for token in tokens for e in read[token]))
        self._beginnings = tuple(self._stems)
        self._first = frozenset(word for row in self._rows for word in row.head.words)
        self._first_stems = tuple({stem for row in self._rows for stem in row.head.stems})
        self._first_endings = tuple({end for row in self._rows for end in row.head.endings})

    def _add(self, phrase: str, elements: tuple[_Element, ...]) -> None:
        at = next((i for i, e in enumerate(elements) if e.kind != "begin"), None)
        if at is None or elements[at].kind != "word":
            raise PlaybookError(f"the phrase {phrase!r} does not begin with a word")
        head = elements[at]
        if head.optional:
            self._add(phrase, elements[:at] + elements[at + 1 :])
            head = replace(head, optional=False)
            elements = (*elements[:at], head, *elements[at + 1 :])
        number = len(self._rows)
        needed = [e for e in elements if e.kind == "word" and not e.optional and not e.endings]
        certain = tuple(e.words for e in needed if not e.stems)
        self._rows.append(_Row(phrase, elements, head, certain))
        if not needed:
            self._loose.append(number)
            return
        anchor = min(needed, key=lambda element: element.common)
        for word in anchor.words:
            self._anchors.setdefault(word, []).append(number)
        for stem in anchor.stems:
            self._stems.setdefault(stem, []).append(number)

    def may_start(self, word: str) -> bool:
        """Tell whether a phrase of the set may begin with the word: a look before a search."""
        return (
            word in self._first
            or word.startswith(self._first_stems)
            or word.endswith(self._first_endings)
        )

    def spans(self, words: Sequence[str]) -> Iterator[Span]:
        """Yield every match, by its beginning; of each phrase the longest."""
        rows = self._possible(words)
        if not rows:
            return
        for start, word in enumerate(words):
            for phrase, elements, head, _ in rows:
                if (word in head.words or head.takes(word)) and (
                    end := _walk(elements, 0, words, start)
                ) is not None:
                    yield Span(start, end, phrase)

    def _possible(self, words: Sequence[str]) -> list[_Row]:
        """Return the phrases all of whose needed words were said; nearly always there is none."""
        numbers = set(self._loose)
        if not self._anchors.keys().isdisjoint(words):
            for word in words:
                numbers.update(self._anchors.get(word, ()))
        if self._beginnings:
            for word in words:
                if word.startswith(self._beginnings):
                    for stem, known in self._stems.items():
                        if word.startswith(stem):
                            numbers.update(known)
        if not numbers:
            return []
        rows = (self._rows[number] for number in sorted(numbers))
        return [row for row in rows if not any(map(_disjoint(words), row.needed))]

    def find(self, words: Sequence[str]) -> Span | None:
        """Return the first match, or nothing."""
        return next(self.spans(words), None)

    def starts(self, words: Sequence[str]) -> bool:
        """Tell whether the words begin with a phrase of the set."""
        return any(span.start == 0 for span in self.spans(words))

    def covers(self, words: Sequence[str]) -> bool:
        """Tell whether phrases of the set, one after another, make up all the words."""
        reached = {0}
        for span in self.spans(words):
            if span.start in reached:
                reached.add(span.end)
        return bool(words) and len(words) in reached


def _disjoint(words: Sequence[str]) -> Callable[[frozenset[str]], bool]:
    """Return a test of whether none of some words was said."""
    return frozenset(words).isdisjoint


def _commonness(words: Iterable[str]) -> int:
    """Tell how likely one of the words is said anywhere: many words, and short ones, are."""
    return sum(max(1, 7 - len(word)) ** 2 for word in words)


def _spelt_out(phrase: str, classes: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Yield the tokens of a phrase: as they are, and once for each entry of several words."""
    choices: list[list[list[str]]] = []
    for token in phrase.split():
        if "+" in token:
            choices.append(_separable(phrase, token))
            continue
        names = [part[1:-1] for part in token.split("|") if part.startswith("{")]
        entries = [entry.split() for name in names for entry in classes.get(name, ())]
        choices.append([[token], *(entry for entry in entries if len(entry) > 1)])
    for choice in product(*choices):
        yield [token for tokens in choice for token in tokens]


def _separable(phrase: str, token: str) -> list[list[str]]:
    """Return the ways to say a verb such as `zurück+rufen`: apart, as one word, as two in a row.

    Either side may be a choice (`zurück+rufen|melden`). The verb is an infinitive; forms with
    another vowel ("gibt … zurück") are written out.
    """
    part, _, verbs = token.partition("+")
    stems = [verb.removesuffix("n").removesuffix("e") for verb in verbs.split("|")]
    if not part or any(map(str.__eq__, stems, verbs.split("|"))):
        raise PlaybookError(f"the phrase {phrase!r} holds {token!r}, which is no verb in two parts")
    said = [stem + ending for stem in stems for ending in _PRESENT]
    late = ["ge" + form for form in said]
    joined = [
        first + form
        for first in part.split("|")
        for form in (*said, *late, *("zu" + form for form in said))
    ]
    return [
        ["|".join(said), f"..{_APART}", part],
        ["|".join(joined)],
        [part, "(zu)", "|".join((*said, *late))],
    ]


def _elements(phrase: str, token: str, classes: Mapping[str, Sequence[str]]) -> Iterator[_Element]:
    if token in ("^", "$"):
        yield _Element("begin" if token == "^" else "end")
    elif gap := _GAP.match(token):
        yield _Element("gap", most=3 if gap[1] == "." else int(gap[1]))
    elif token.startswith("!"):
        yield _alternatives("not", token[1:], classes, phrase)
    elif token.startswith("(") and token.endswith(")"):
        yield _alternatives("word", token[1:-1], classes, phrase, optional=True)
    else:
        if token in ("{num}", "{time}") and _TENS in classes:
            yield _alternatives("word", f"{{{_TENS}}}", classes, phrase, optional=True)
        yield _alternatives("word", token, classes, phrase)


def _alternatives(
    kind: str,
    token: str,
    classes: Mapping[str, Sequence[str]],
    phrase: str,
    *,
    optional: bool = False,
) -> _Element:
    words: set[str] = set()
    stems: list[str] = []
    endings: list[str] = []
    for part in token.split("|"):
        if part.startswith("{") and part.endswith("}"):
            name = part[1:-1]
            if name not in classes:
                raise PlaybookError(f"the phrase {phrase!r} names the unknown class {part}")
            words.update(fold(entry) for entry in classes[name] if " " not in entry)
            if name in ("num", "time"):
                stems.extend("0123456789")
        elif part.endswith("~"):
            stems.append(fold(part[:-1]))
        elif part.startswith("~"):
            endings.append(fold(part[1:]))
        elif word := fold(part):
            words.add(word)
    if not (words or stems or endings):
        raise PlaybookError(f"the phrase {phrase!r} holds {token!r}, which is no word")
    return _Element(
        kind,
        frozenset(words),
        tuple(stems),
        tuple(endings),
        optional=optional,
        common=_commonness((*words, *stems)),
    )


def _respelt(element: _Element, spellings: Mapping[str, frozenset[str]]) -> _Element:
    """Return the element with the other spellings of its words."""
    others = {other for word in element.words for other in spellings.get(word, ())}
    return replace(element, words=element.words | others) if others else element


def _walk(elements: tuple[_Element, ...], i: int, words: Sequence[str], at: int) -> int | None:
    """Return where the match of elements[i:] from words[at] ends, the longest first."""
    if i == len(elements):
        return at
    element = elements[i]
    if element.kind == "begin":
        return _walk(elements, i + 1, words, at) if at == 0 else None
    if element.kind == "end":
        return _walk(elements, i + 1, words, at) if at == len(words) else None
    if element.kind == "not":
        blocked = at < len(words) and element.takes(words[at])
        return None if blocked else _walk(elements, i + 1, words, at)
    if element.kind == "gap":
        for skip in range(min(element.most, len(words) - at), -1, -1):
            if (end := _walk(elements, i + 1, words, at + skip)) is not None:
                return end
        return None
    if at < len(words) and element.takes(words[at]):
        end = _walk(elements, i + 1, words, at + 1)
        if end is not None or not element.optional:
            return end
    return _walk(elements, i + 1, words, at) if element.optional else None
