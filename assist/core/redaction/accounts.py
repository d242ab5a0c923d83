"""Letters and digits in a row → IBANs, spelled in any way.

Right check digits prove one. Where they are wrong a character was misheard: two letters of a
country, digits behind them and about the right length are an IBAN all the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assist.core.redaction.atoms import Is
from assist.core.redaction.checks import IBAN_LENGTHS, is_iban
from assist.core.redaction.digits import Piece
from assist.core.redaction.numbers import GAP
from assist.core.redaction.rules import Find
from assist.events import Word

LACKING, SURPLUS = 5, 3
"""So many characters may be lost or heard twice when the check digits are wrong."""
DIGITS = 9
"""At least so many are digits."""
_SURE = frozenset({"DE"})
"""Countries whose letters may also be heard as a word, "de"."""
_STRANGE = 3
"""Unknown words within one IBAN."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What follows two letters."""

    text: str
    last: int
    strange: int = 0


def accounts(pieces: Sequence[Piece], words: Sequence[Word]) -> Iterator[Find]:
    """Yield the IBANs among the pieces of a channel's words."""
    reached = -1
    for at, piece in enumerate(pieces):
        if piece.first <= reached:
            continue
        country = _country(pieces, at)
        if country is None:
            continue
        letters, after, sure = country
        read = _read(pieces, words, letters, after)
        if read is not None and (is_iban(read.text) or (sure and _is_near(read))):
            reached = read.last
            yield Find("iban", piece.first, read.last)


def _country(pieces: Sequence[Piece], at: int) -> tuple[str, int, bool] | None:
    """Return the two letters that begin here, what follows, and whether they are letters."""
    piece = pieces[at]
    if piece.kind is Is.WORD and piece.text.upper() in IBAN_LENGTHS:
        return piece.text.upper(), at + 1, piece.text.upper() in _SURE
    if piece.kind is not Is.LETTER:
        return None
    following = at + 1
    while following < len(pieces) and pieces[following].kind is Is.FILLER:
        following += 1
    if following >= len(pieces) or pieces[following].kind not in (Is.LETTER, Is.SOFT):
        return None
    letters = piece.text + pieces[following].text.replace("0", "O")
    return (letters, following + 1, True) if letters in IBAN_LENGTHS else None


def _read(pieces: Sequence[Piece], words: Sequence[Word], letters: str, after: int) -> _Read | None:
    """Read on behind a country until its length is reached, or something else is said."""
    length, text = IBAN_LENGTHS[letters], letters
    last = strange = pending = 0
    end = None
    for piece in pieces[after:]:
        if piece.kind in (Is.DIGITS, Is.SOFT, Is.LETTER):
            start = words[piece.first].start
            early = len(text) < 4 and not piece.text.isdigit()
            if early or (end is not None and start - end > GAP) or len(text) >= length:
                break
            text += "?" * pending + piece.text
            strange, pending = strange + pending, 0
            last, end = piece.last, words[piece.last].end
        elif piece.kind is Is.WORD and not pending and strange < _STRANGE and end is not None:
            pending = 1
        elif piece.kind is not Is.FILLER:
            break
    return _Read(text, last, strange) if end is not None else None


def _is_near(read: _Read) -> bool:
    """Tell whether a text has about the length of its country's IBANs, most of it digits."""
    length = IBAN_LENGTHS[read.text[:2]]
    enough = sum(map(str.isdigit, read.text)) >= DIGITS
    return enough and length - LACKING <= len(read.text) <= length + SURPLUS
