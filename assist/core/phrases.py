"""Fold spoken words and match phrases of a playbook against them.

A phrase is words with spaces between. Beside plain words it may hold

    a|b        one of these              (a)     this word, or not
    stem~      a word that begins so     ~end    a word that ends so
    ...        up to three words         ..5     up to five words
    {num}      an entry of that class    !a|b    the next word is none of these
    ^  $       the clause begins, ends here

An entry of a class may be several words ("can not"). Matching looks up the first word of a phrase,
so its cost grows with the words spoken, not with the number of phrases.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, product

from assist.errors import PlaybookError

_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "’": "'", "‘": "'"})
_EDGES = ' \t\n.,;:!?…"“”„»«()[]–—-'
_GAP = re.compile(r"^\.\.(\.|\d+)$")


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """Return one spoken word as it is compared: lower case, umlauts spelt out, no edges."""
    return text.lower().translate(_FOLD).strip(_EDGES).rstrip("'")


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

    def takes(self, word: str) -> bool:
        return (
            word in self.words
            or (bool(self.stems) and word.startswith(self.stems))
            or (bool(self.endings) and word.endswith(self.endings))
        )


_Compiled = tuple[str, tuple[_Element, ...]]


class Phrases:
    """A compiled set of phrases.

    Args:
        match: the phrases as a playbook writes them.
        classes: what stands behind `{name}`; `{num}` also takes digits.

    Raises:
        PlaybookError: a phrase names an unknown class, or does not begin with a word.
    """

    def __init__(
        self, match: Iterable[str], classes: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self._first: dict[str, list[_Compiled]] = {}
        self._letter: dict[str, list[_Compiled]] = {}
        """Phrases that begin with a stem, by its first letter."""
        self._loose: list[_Compiled] = []
        """Phrases that begin with the end of a word: tried everywhere."""
        for phrase in match:
            for tokens in _spelt_out(phrase, classes or {}):
                self._add(phrase, tuple(_elements(phrase, tokens, classes or {})))

    def _add(self, phrase: str, elements: tuple[_Element, ...]) -> None:
        at = next((i for i, e in enumerate(elements) if e.kind != "begin"), None)
        if at is None or elements[at].kind != "word":
            raise PlaybookError(f"the phrase {phrase!r} does not begin with a word")
        head = elements[at]
        if head.optional:
            self._add(phrase, elements[:at] + elements[at + 1 :])
            elements = (*elements[:at], replace(head, optional=False), *elements[at + 1 :])
        for word in head.words:
            self._first.setdefault(word, []).append((phrase, elements))
        for letter in {stem[0] for stem in head.stems}:
            self._letter.setdefault(letter, []).append((phrase, elements))
        if head.endings:
            self._loose.append((phrase, elements))

    def may_start(self, word: str) -> bool:
        """Tell whether a phrase of the set may begin with the word: a look before a search."""
        return word in self._first or word[:1] in self._letter or bool(self._loose)

    def spans(self, words: Sequence[str]) -> Iterator[Span]:
        """Yield every match, by its beginning; of each phrase the longest."""
        for start, word in enumerate(words):
            for phrase, elements in chain(
                self._first.get(word, ()), self._letter.get(word[:1], ()), self._loose
            ):
                if (end := _walk(elements, 0, words, start)) is not None:
                    yield Span(start, end, phrase)

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


def _spelt_out(phrase: str, classes: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Yield the tokens of a phrase: as they are, and once for each entry of several words."""
    choices: list[list[list[str]]] = []
    for token in phrase.split():
        names = [part[1:-1] for part in token.split("|") if part.startswith("{")]
        entries = [entry.split() for name in names for entry in classes.get(name, ())]
        choices.append([[token], *(entry for entry in entries if len(entry) > 1)])
    for choice in product(*choices):
        yield [token for tokens in choice for token in tokens]


def _elements(
    phrase: str, tokens: Sequence[str], classes: Mapping[str, Sequence[str]]
) -> Iterator[_Element]:
    for token in tokens:
        if token in ("^", "$"):
            yield _Element("begin" if token == "^" else "end")
        elif gap := _GAP.match(token):
            yield _Element("gap", most=3 if gap[1] == "." else int(gap[1]))
        elif token.startswith("!"):
            yield _alternatives("not", token[1:], classes, phrase)
        elif token.startswith("(") and token.endswith(")"):
            yield _alternatives("word", token[1:-1], classes, phrase, optional=True)
        else:
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
            if name == "num":
                stems.extend("0123456789")
        elif part.endswith("~"):
            stems.append(fold(part[:-1]))
        elif part.startswith("~"):
            endings.append(fold(part[1:]))
        elif word := fold(part):
            words.add(word)
    if not (words or stems or endings):
        raise PlaybookError(f"the phrase {phrase!r} holds {token!r}, which is no word")
    return _Element(kind, frozenset(words), tuple(stems), tuple(endings), optional=optional)


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
