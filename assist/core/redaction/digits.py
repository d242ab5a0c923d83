"""Spoken numbers → digits, with the words that hold them.

"forty-two" and "zweiundvierzig" are 42, "double oh seven" is 007, "dreimal die Null" is 000,
"two hundred and five" is 205. A word that sounds like a digit counts beside digits only.
"""

from collections.abc import Sequence
from typing import NamedTuple

from assist.core.redaction.atoms import NUMERIC, Atom, Is


class Placed(NamedTuple):
    """An atom, and the index of its word."""

    atom: Atom
    word: int


class Piece(NamedTuple):
    """Something of the words that counts in a number."""

    kind: Is
    """`DIGITS`, `SOFT`, `LETTER`, `PLUS`; else what stands between: `FILLER`, `WORD`, `COUNTED`."""
    text: str
    first: int
    """Index of the first word."""
    last: int
    """Index of the last word, included."""
    written: bool = False


_SMALL = {Is.UNIT, Is.TEEN, Is.TENS, Is.ZEHNER}
_AND = {"and", "und"}
_LINKS = {"wie", "for", "as", "like", "in"}
_ARTICLES = {"die", "der", "das", "the", "eine"}
_EXAMPLE = 3
"""Between a letter and its example stand so many words at most: "D as in delta"."""


def read(row: Sequence[Placed]) -> list[Piece]:
    """Return the pieces of a row of atoms; what is counted takes its amount with it."""
    found: list[Piece] = []
    at = 0
    while at < len(row):
        piece, after = _next(row, at)
        if piece.kind is Is.COUNTED:
            _drop_amount(found)
        elif piece.kind is Is.PAUSE:
            if found and found[-1].text in ("1", "2") and found[-1].last == piece.first - 1:
                found.pop()
            piece = piece._replace(kind=Is.FILLER)
        found.append(piece)
        at = after
    return found


def _drop_amount(found: list[Piece]) -> None:
    """Take back the amount of what is counted: "two hundred" of "two hundred pounds"."""
    if found and found[-1].kind in (Is.DIGITS, Is.SOFT) and len(found[-1].text) < 12:
        found[-1] = found[-1]._replace(kind=Is.COUNTED)


def _next(row: Sequence[Placed], at: int) -> tuple[Piece, int]:
    atom, word = row[at]
    if atom.kind in NUMERIC:
        text, after = _number(row, at)
        return Piece(Is.DIGITS, text, word, row[after - 1].word), after
    if atom.kind is Is.REPEAT and (repeated := _repeated(row, at + 1, atom.value)):
        text, after = repeated
        kind = Is.DIGITS if text.isdigit() else Is.LETTER
        return Piece(kind, text, word, row[after - 1].word, written=True), after
    if atom.kind is Is.LETTER:
        after = _past_example(row, at)
        return Piece(Is.LETTER, atom.text, word, row[after - 1].word, atom.written), after
    kind = Is.WORD if atom.kind in (Is.REPEAT, Is.TIMES) else atom.kind
    if atom.kind is Is.TIMES:
        kind = Is.COUNTED
    return Piece(kind, atom.text, word, word), at + 1


def _number(row: Sequence[Placed], at: int) -> tuple[str, int]:
    """Return the digits of the number that begins here, and where it ends."""
    atom = row[at].atom
    if atom.kind is Is.PLURAL:
        return str(atom.value), at + 1
    if atom.kind is Is.DIGITS:
        return atom.text, at + 1
    if 1 < atom.value <= 6 and (counted := _counted(row, at)):
        return counted
    value, after = _below_hundred(row, at)
    if value is None:
        return _large(row, 1, at)
    if value and after < len(row) and row[after].atom.kind in (Is.HUNDRED, Is.THOUSAND):
        return _large(row, value, after)
    return _added(row, value, after)


def _counted(row: Sequence[Placed], at: int) -> tuple[str, int] | None:
    """Return digits that are counted: "three sevens", "drei mal die Null"."""
    value, following = row[at].atom.value, at + 1
    if following >= len(row) or row[at].atom.kind is not Is.UNIT:
        return None
    atom = row[following].atom
    if atom.kind is Is.PLURAL:
        return str(atom.value) * value, following + 1
    return _repeated(row, following + 1, value) if atom.kind is Is.TIMES else None


def _repeated(row: Sequence[Placed], at: int, times: int) -> tuple[str, int] | None:
    """Return a digit or letter that counts several times; an article may stand before it."""
    if at < len(row) and row[at].atom.text in _ARTICLES:
        at += 1
    if at >= len(row):
        return None
    atom = row[at].atom
    if atom.kind in (Is.UNIT, Is.SOFT, Is.PLURAL):
        return str(atom.value) * times, at + 1
    if atom.kind is Is.DIGITS and len(atom.text) == 1:
        return atom.text * times, at + 1
    if atom.kind is Is.LETTER:
        return ("W" if times == 2 and atom.text == "U" else atom.text * times), at + 1
    return None


def _below_hundred(row: Sequence[Placed], at: int) -> tuple[int | None, int]:
    """Return a number that is said in one or two words, or "vier und zwanzig" in three."""
    atom = row[at].atom
    if atom.kind not in _SMALL:
        return None, at
    following = row[at + 1].atom if at + 1 < len(row) else None
    if atom.kind is Is.TENS and following and following.kind is Is.UNIT and following.value:
        return atom.value + following.value, at + 2
    if atom.kind is Is.UNIT and atom.value and at + 2 < len(row):
        second, third = row[at + 1].atom, row[at + 2].atom
        if second.text == "und" and third.kind is Is.ZEHNER:
            return atom.value + third.value, at + 3
    return atom.value, at + 1


def _large(row: Sequence[Placed], value: int, at: int) -> tuple[str, int]:
    """Return hundreds and thousands, from the word that says so."""
    if row[at].atom.kind is Is.THOUSAND:
        rest, after = _rest(row, at + 1, hundreds=True)
        return str(value * 1000 + rest), after
    rest, after = _rest(row, at + 1, hundreds=False)
    return str(value * 100 + rest), after


def _added(row: Sequence[Placed], value: int, at: int) -> tuple[str, int]:
    """Return a German number that is written in several words: "zwölftausend vierhundert drei"."""
    for size in (1000, 100):
        start = at + 1 if at < len(row) and row[at].atom.text in _AND else at
        if value < size or value % size or start >= len(row):
            continue
        more, after = _below_hundred(row, start)
        if more and more < size:
            value, at = value + more, after
    return str(value), at


def _rest(row: Sequence[Placed], at: int, *, hundreds: bool) -> tuple[int, int]:
    """Return what is added behind "hundred" or "thousand", nothing if nothing is."""
    start = at + 1 if at < len(row) and row[at].atom.text in _AND else at
    if start >= len(row):
        return 0, at
    value, after = _below_hundred(row, start)
    if not value or value >= (1000 if hundreds else 100):
        return 0, at
    if hundreds and value < 10 and after < len(row) and row[after].atom.kind is Is.HUNDRED:
        rest, end = _rest(row, after + 1, hundreds=False)
        return value * 100 + rest, end
    return value, after


def _past_example(row: Sequence[Placed], at: int) -> int:
    """Return where a letter ends that is followed by an example: "D wie Dora", "G as in golf"."""
    letter = row[at].atom.text.casefold()
    after = at + 1
    while after < min(len(row), at + _EXAMPLE) and row[after].atom.text in _LINKS | {"4"}:
        after += 1
    if after == at + 1 or after >= len(row):
        return at + 1
    said = row[after].atom
    name = said.text.casefold()
    return after + 1 if name.startswith(letter) and said.kind in (Is.WORD, Is.LETTER) else at + 1
