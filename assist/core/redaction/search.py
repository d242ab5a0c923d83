"""All recognisers over the words of one channel."""

from collections.abc import Sequence
from dataclasses import dataclass

from assist.core.redaction.accounts import accounts
from assist.core.redaction.atoms import Is
from assist.core.redaction.digits import Piece, Placed, read
from assist.core.redaction.mail import addresses
from assist.core.redaction.marks import Mark
from assist.core.redaction.numbers import (
    Row,
    cards,
    chains,
    codes,
    phones,
    rows,
    windows,
)
from assist.core.redaction.own import own
from assist.core.redaction.personal import dates, passwords
from assist.core.redaction.rules import Find, Rules, joined
from assist.events import Channel, Word

SHOWN = 3
"""So many digits of a number that goes on are shown while it is spoken."""
_END = 2
"""So many unknown words end a number."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the words of a channel hold."""

    finds: list[Find]
    hidden: frozenset[int]
    """Indexes of words not to be shown while they may yet become part of a secret."""
    open_from: int | None
    """Index of the first word of a number that may go on; None = there is none."""
    waits: bool
    """Whether that number may be a secret when it goes on, so that it is worth to wait."""


def search(
    rules: Rules,
    channel: Channel,
    words: Sequence[Word],
    placed: Sequence[Placed],
    *,
    marked: Sequence[Mark],
    starts: Sequence[int],
) -> Seen:
    """Find the secrets of a channel.

    Args:
        rules: what is masked.
        channel: whose words they are.
        words: of utterances in a row.
        placed: their atoms.
        marked: what either side announced, by time.
        starts: index of the first word of each utterance.
    """
    pieces = read(placed)
    finds = list(accounts(pieces, words))
    found = rows(_without(pieces, finds), words, marked)
    if "iban" not in rules.kinds:
        finds.clear()
    finds += own(rules.patterns, pieces, words)
    if "card" in rules.kinds:
        finds += cards(found, marked)
    if "code" in rules.kinds:
        finds += codes(found, pieces, channel, marked)
    if "phone" in rules.kinds:
        finds += phones(found, [mark for mark in marked if mark.announces == "phone"])
    if "email" in rules.kinds:
        finds += addresses(words)
    if "birth" in rules.kinds:
        finds += dates(words, marked)
    if "password" in rules.kinds:
        finds += passwords(words, channel, marked, starts)
    finds = joined(finds)
    return _seen(finds, found, pieces, marked)


def _without(pieces: Sequence[Piece], finds: Sequence[Find]) -> list[Piece]:
    """Return pieces of which those of a find end every row of digits."""
    return [
        piece._replace(kind=Is.COUNTED)
        if any(find.first <= piece.first <= find.last for find in finds)
        else piece
        for piece in pieces
    ]


def _seen(
    finds: list[Find], found: Sequence[Row], pieces: Sequence[Piece], marked: Sequence[Mark]
) -> Seen:
    hidden = {i for find in finds for i in range(find.first, find.last + 1)}
    last: list[Row] = []
    for last in chains(found):  # noqa: B007  # the last chain is wanted
        pass
    if not last or _is_over(last[-1].last, pieces):
        return Seen(finds, frozenset(hidden), None, waits=False)
    named = any(m.start <= last[0].start < m.end for m in windows(marked))
    shown = 0 if named else SHOWN
    count = 0
    for row in last:
        for piece in row.pieces:
            count += len(piece.text)
            if count > shown:
                hidden.update(range(piece.first, piece.last + 1))
    masked = bool(finds) and finds[-1].last >= last[-1].last
    waits = count > shown and not masked
    return Seen(finds, frozenset(hidden), last[0].first, waits)


def _is_over(last: int, pieces: Sequence[Piece]) -> bool:
    """Tell whether what was said behind a number ends it."""
    behind = [piece for piece in pieces if piece.first > last]
    strange = sum(piece.kind in (Is.WORD, Is.LETTER) for piece in behind)
    return strange >= _END or any(piece.kind is Is.COUNTED for piece in behind)
