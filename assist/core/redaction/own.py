"""The operator's own patterns, searched in words whose spoken digits have become written ones."""

from collections.abc import Iterator, Sequence

from assist.core.redaction.atoms import Is
from assist.core.redaction.digits import Piece
from assist.core.redaction.rules import Find, Pattern
from assist.events import Word

LONGEST = 2_000
"""Characters that are searched, the newest; a pattern may be slow."""


def own(
    patterns: Sequence[Pattern], pieces: Sequence[Piece], words: Sequence[Word]
) -> Iterator[Find]:
    """Yield what the patterns match; digits and letters in a row stand together: `K123456`."""
    if not patterns:
        return
    text, places = _written(pieces, words)
    text, places = text[-LONGEST:], places[-LONGEST:]
    for pattern in patterns:
        for match in pattern.regex.finditer(text):
            if match.end() > match.start():
                yield Find(pattern.name, places[match.start()][0], places[match.end() - 1][1])


def _written(pieces: Sequence[Piece], words: Sequence[Word]) -> tuple[str, list[tuple[int, int]]]:
    """Return the words as one text, and for each character the words that it stands for."""
    by_word: dict[int, list[Piece]] = {}
    for piece in pieces:
        if _is_character(piece):
            by_word.setdefault(piece.first, []).append(piece)
    text: list[str] = []
    places: list[tuple[int, int]] = []
    at, tight = 0, False
    while at < len(words):
        here = by_word.get(at, ())
        said = "".join(piece.text for piece in here) or words[at].text
        last = here[-1].last if here else at
        if text and not (here and tight):
            text.append(" ")
            places.append((at, at))
        text.extend(said)
        places.extend([(at, last)] * len(said))
        tight = bool(here)
        at = last + 1
    return "".join(text), places


def _is_character(piece: Piece) -> bool:
    """Tell whether a piece is digits or a letter; the article "a" and "I" are words."""
    return piece.kind is Is.DIGITS or (piece.kind is Is.LETTER and piece.text not in ("A", "I"))
