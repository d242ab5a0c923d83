"""Digits in a row on one channel → cards, other long numbers, telephone numbers, security codes.

A row goes on over the borders of utterances, over fillers, over one unknown word (a digit that was
misheard) and over two words between groups. It ends with what is counted ("twenty pounds"), after
`GAP` without a digit, and where either side turns to another number ("and your postcode?").
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assist.core.redaction.atoms import Is
from assist.core.redaction.checks import is_harmless, luhn
from assist.core.redaction.digits import Piece
from assist.core.redaction.marks import Mark
from assist.core.redaction.rules import Find
from assist.events import Channel, Word

GAP = 20_000
"""Milliseconds without a digit that end a number."""
STRANGE_GAP = 4_000
"""The same where words that are no fillers stand between."""
SHORTEST, LONGEST = 12, 19
"""Digits of a card (ISO/IEC 7812-1); one that breaks Luhn's rule was misheard."""
WORTH = 8
"""So many digits are a card of which some were lost, where its number was asked for."""
MORE_WITHIN = 6_000
"""Where it was asked for, a group that comes so soon behind it belongs to it."""
ASKED = 60_000
"""So long after it was asked for, in milliseconds."""
PAYING, PAID = 120_000, 30_000
"""So long the talk is of paying after a word of it, and before one, from the number on."""
CODE, CODE_USUAL, CODE_MOST = 3, 4, 8
"""Digits of a security code; more when the date of expiry is read with it."""
CODE_WITHIN = 15_000
"""Milliseconds after a security code was named in which digits are one."""
WAITED = 60_000
"""With "one moment" in between, it may come so late."""
CODE_BEFORE = 1_500
"""Or so long before: "883 is the security code"."""
_OTHER = 4_000
"""Digits that come so soon after another number was named belong to that."""
_USUAL = (15, 16)
"""Digits of nearly all cards."""
_USUAL_CARD = re.compile(r"[2-6]\d{15}|3[47]\d{13}")
"""Nearly all cards: those of 16 digits, and American Express."""
_FILLERS = 8
_LOOSE = 2
_GROUP = 3
_PHONE = range(6, 16)
_TOPICS = ("topic", "phone", "birth")


@dataclass(slots=True)
class Row:
    """Digits in a row, with nothing but fillers between them."""

    pieces: list[Piece]
    start: int
    end: int
    """When they were spoken, in milliseconds."""
    join: str = ""
    """How it hangs on the row before: by a "wild" word, "loose"ly by two, or not at all."""
    plus: bool = False

    @property
    def text(self) -> str:
        """The digits."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def hard(self) -> int:
        """How many of the digits are certain."""
        return sum(len(piece.text) for piece in self.pieces if piece.kind is Is.DIGITS)

    @property
    def length(self) -> int:
        """How many digits it holds."""
        return sum(len(piece.text) for piece in self.pieces)

    @property
    def first(self) -> int:
        """Index of the first word."""
        return self.pieces[0].first

    @property
    def last(self) -> int:
        """Index of the last word."""
        return self.pieces[-1].last


def rows(pieces: Sequence[Piece], words: Sequence[Word], marked: Sequence[Mark]) -> list[Row]:
    """Return the rows of digits among the pieces of a channel's words."""
    found: list[Row] = []
    fillers = strange = 0
    plus, broken = False, True
    for piece in pieces:
        if piece.kind in (Is.DIGITS, Is.SOFT):
            start, end = words[piece.first].start, words[piece.last].end
            late = bool(found) and _is_apart(found[-1].end, start, marked)
            if broken or late or plus or fillers > _FILLERS or strange:
                tied = not (broken or late or plus or fillers > _FILLERS)
                near = tied and start - found[-1].end <= STRANGE_GAP and strange <= _LOOSE
                join = ("wild" if strange == 1 else "loose") if near else ""
                found.append(Row([piece], start, end, join, plus))
            else:
                found[-1].pieces.append(piece)
                found[-1].end = end
            fillers = strange = 0
            plus = broken = False
        elif piece.kind is Is.PLUS:
            plus = True
        elif piece.kind is Is.FILLER:
            fillers += 1
        elif piece.kind is Is.COUNTED:
            broken = True
        else:
            strange += 1
    return list(_certain(found))


def _certain(found: Sequence[Row]) -> Iterator[Row]:
    """Yield rows that hold a digit for certain; others are words, and words end a number."""
    fell = False
    for row in found:
        if not row.hard:
            fell = True
            continue
        if fell:
            row.join, fell = "", False
        yield from _halves(row)


def _halves(row: Row) -> Iterator[Row]:
    """Yield a row, or two: a number that was said twice is not one of twice the length."""
    text, reached = row.text, 0
    half = len(text) // 2
    if half >= WORTH and text[:half] == text[half:] and (len(text) > LONGEST or not _is_card(row)):
        for i, piece in enumerate(row.pieces):
            if reached == half:
                yield Row(row.pieces[:i], row.start, row.start, row.join, row.plus)
                yield Row(row.pieces[i:], row.start, row.end)
                return
            reached += len(piece.text)
    yield row


def _is_apart(end: int, start: int, marked: Sequence[Mark]) -> bool:
    """Tell whether digits belong to another number than those before."""
    if start - end > GAP:
        return True
    return any(
        end <= mark.start and mark.end <= start
        for mark in marked
        if mark.announces == "code" or mark.announces in _TOPICS
    )


def chains(found: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield rows that hang together; groups over two words only where both are groups."""
    chain: list[Row] = []
    for row in found:
        near = chain and (
            row.join == "wild"
            or (row.join == "loose" and min(row.length, chain[-1].length) >= _GROUP)
        )
        if chain and not near:
            yield chain
            chain = []
        chain.append(row)
    if chain:
        yield chain


def cards(found: Sequence[Row], marked: Sequence[Mark]) -> Iterator[Find]:
    """Yield card numbers and other long numbers.

    Args:
        found: rows of digits.
        marked: what either side announced, by time.
    """
    reached = -MORE_WITHIN - 1
    for chain in chains(found):
        dialled = _is_dialled(chain[0].start, marked)
        complete = [row for row in chain if _is_card(row)]
        if dialled:
            complete = [row for row in complete if _USUAL_CARD.fullmatch(row.text)]
        complete = [row for row in complete if not row.plus]
        if complete:
            yield from (Find("card", *_span(row)) for row in complete)
            yield from (
                Find("number", row.first, row.last)
                for row in chain
                if row not in complete and (row.length >= SHORTEST or row.length == 4)
            )
        elif not dialled and not _is_phone(chain):
            asked = _is_asked(chain[0].start, marked)
            more = asked and chain[0].start - reached <= MORE_WITHIN
            for find in _long(chain, _GROUP if more else WORTH if asked else SHORTEST):
                reached = chain[-1].end
                yield find


def _long(chain: Sequence[Row], shortest: int) -> Iterator[Find]:
    """Yield a long number that is no card, in parts where two words stand between."""
    for part in _split(chain) if shortest == SHORTEST else [list(chain)]:
        if _is_long(part, shortest):
            digits = "".join(piece.text for row in part for piece in _core(row))
            whole = SHORTEST <= len(digits) <= LONGEST and luhn(digits)
            label = "card" if whole else "number"
            yield Find(label, _span(part[0])[0], _span(part[-1])[1])


def _split(chain: Sequence[Row]) -> Iterator[list[Row]]:
    part: list[Row] = []
    for row in chain:
        if part and row.join == "loose":
            yield part
            part = []
        part.append(row)
    yield part


def _is_asked(at: int, marked: Sequence[Mark]) -> bool:
    """Tell whether a card's number was the last that was asked for."""
    last = None
    for mark in marked:
        if mark.start > at:
            break
        if mark.announces == "card" or mark.announces in _TOPICS:
            last = mark
    return last is not None and last.announces == "card" and at < last.end + ASKED


def _is_dialled(at: int, marked: Sequence[Mark]) -> bool:
    """Tell whether the talk is of telephoning and not of paying: long numbers are dialled."""
    line = False
    for mark in marked:
        if mark.start > at + PAID:
            break
        if mark.announces in ("card", "pay", "code") and at < mark.end + PAYING:
            return False
        near = mark.start <= at < mark.end + ASKED
        line = line or (mark.announces in ("phone", "line") and near)
    return line


def _is_long(chain: Sequence[Row], shortest: int) -> bool:
    """Tell whether rows are a number of so many digits, some of which may be misheard."""
    wild = sum(row.join == "wild" for row in chain[1:])
    length, hard = sum(map(_length, chain)), sum(row.hard for row in chain)
    enough = length + wild >= shortest and 3 * hard >= 2 * shortest and 3 * wild <= hard
    return enough and not is_harmless("".join(row.text for row in chain))


def _is_card(row: Row) -> bool:
    """Tell whether a row is a card, or begins with one: its date and code may follow."""
    for text in {row.text, "".join(piece.text for piece in _trimmed(row))}:
        if SHORTEST <= len(text) <= LONGEST and luhn(text):
            return not is_harmless(text)
    if row.length <= LONGEST:
        return False
    starts = [0]
    for piece in row.pieces:
        starts.append(starts[-1] + len(piece.text))
    text = row.text
    return any(luhn(text[a:b]) for a in starts for b in starts if 15 <= b - a <= 16)


def _length(row: Row) -> int:
    return sum(len(piece.text) for piece in _core(row))


def _trimmed(row: Row) -> list[Piece]:
    """Return the pieces without words at the ends that only sound like digits."""
    pieces = list(row.pieces)
    while pieces and pieces[0].kind is Is.SOFT:
        pieces.pop(0)
    while pieces and pieces[-1].kind is Is.SOFT:
        pieces.pop()
    return pieces


def _core(row: Row) -> list[Piece]:
    """Return the pieces of a row without words at its ends that only sound like digits.

    They count where they make up the length of a card.
    """
    pieces = _trimmed(row)
    short = sum(len(piece.text) for piece in pieces)
    return row.pieces if row.length in _USUAL and short not in _USUAL else pieces


def _span(row: Row) -> tuple[int, int]:
    """Return the first and the last word of a row."""
    pieces = _core(row)
    return pieces[0].first, pieces[-1].last


def _is_phone(chain: Sequence[Row]) -> bool:
    """Tell whether rows are dialled: with an area code, or from abroad."""
    text = "".join(row.text for row in chain)
    if chain[0].plus or text.startswith("00"):
        return len(text) in _PHONE
    return text.startswith("0") and len(text) in _PHONE and len(text) <= SHORTEST


def phones(found: Sequence[Row], marked: Sequence[Mark]) -> Iterator[Find]:
    """Yield telephone numbers: dialled ones, and others where one was asked for."""
    for chain in chains(found):
        length = sum(row.length for row in chain)
        told = any(m.start <= chain[0].start < m.end + CODE_WITHIN for m in marked)
        if _is_phone(chain) or (told and length in _PHONE):
            yield Find("phone", chain[0].first, chain[-1].last)


def codes(
    found: Sequence[Row], pieces: Sequence[Piece], channel: Channel, marked: Sequence[Mark]
) -> Iterator[Find]:
    """Yield security codes.

    Args:
        found: rows of digits of a channel.
        pieces: of which they were made.
        channel: whose they are.
        marked: what either side announced.
    """
    named = windows(marked)
    if not named:
        return
    topics = topics_of(marked)
    mine = [mark for mark in topics if mark.channel == channel]
    own = [mark.start for mark in named if mark.channel == channel]
    for chain in chains(found):
        start, end = chain[0].start, chain[-1].end
        wild = sum(row.join == "wild" for row in chain[1:])
        length = sum(row.length for row in chain) + wild
        before = any(0 <= then - end < CODE_BEFORE for then in own)
        others = mine if length <= CODE_USUAL else topics
        first, last = chain[0].first, chain[-1].last
        if length == CODE - 1:
            first, last = _with_stranger(pieces, first, last)
            length += (first, last) != (chain[0].first, chain[-1].last)
        if CODE <= length <= CODE_MOST and (before or _is_named(start, named, others)):
            yield Find("code", first, last)


def _with_stranger(pieces: Sequence[Piece], first: int, last: int) -> tuple[int, int]:
    """Return a span with an unknown word beside it, which may be a digit that was misheard."""
    strange = {piece.first for piece in pieces if piece.kind is Is.WORD}
    if last + 1 in strange:
        return first, last + 1
    return (first - 1, last) if first - 1 in strange else (first, last)


def _is_named(start: int, named: Sequence[Mark], topics: Sequence[Mark]) -> bool:
    latest = max((m.start for m in named if m.start <= start), default=-1)
    if any(latest < m.start and 0 <= start - m.end < _OTHER for m in topics):
        return False
    return any(mark.start <= start < mark.end for mark in named)


def windows(marked: Sequence[Mark]) -> list[Mark]:
    """Return when digits are a security code; "one moment" makes it longer.

    Their `end` is the end of that time.
    """
    found = []
    for mark in marked:
        if mark.announces != "code":
            continue
        until = mark.end + CODE_WITHIN
        for wait in marked:
            if wait.announces == "wait" and mark.end <= wait.start < until:
                until = min(wait.end + CODE_WITHIN, mark.end + WAITED)
        found.append(mark._replace(end=until))
    return found


def topics_of(marked: Sequence[Mark]) -> list[Mark]:
    """Return when another number was named."""
    return [mark for mark in marked if mark.announces in _TOPICS]
