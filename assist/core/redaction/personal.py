"""Dates of birth and passwords, where they were asked for; only if the operator wants it."""

from collections.abc import Iterator, Sequence

from assist.core.redaction.atoms import NUMERIC, atoms, folded_of
from assist.core.redaction.marks import Mark
from assist.core.redaction.rules import Find
from assist.events import Channel, Word

WITHIN = 15_000
"""Milliseconds after the question in which an answer is one."""
_MONTHS_TEXT = (
    "january february march april may june july august september october november december "
    "januar februar maerz mai juni juli oktober dezember"
)
_MONTHS = frozenset(_MONTHS_TEXT.split())
_BETWEEN = frozenset(["of", "the", "der", "den", "dem", "am", "on", "and", "und", "im", "in"])
_ORDINALS = ("st", "nd", "rd", "th", "ster", "sten", "ter", "ten", "te", "ste", "first", "second")
_LINKS = frozenset(["is", "ist", "lautet", "was", "war", "it's", "das", "es", "the", "my", "mein"])
_MOST = 8
"""Words of a password."""


def dates(words: Sequence[Word], marked: Sequence[Mark]) -> Iterator[Find]:
    """Yield dates near words that ask for a date of birth."""
    asked = [mark for mark in marked if mark.announces == "birth"]
    at = 0
    while asked and at < len(words):
        last, parts = at - 1, 0
        for i in range(at, min(len(words), at + 2 * _MOST)):
            if _is_of_date(words[i].text):
                last, parts = i, parts + _parts(words[i].text)
            elif folded_of(words[i].text) not in _BETWEEN or last < at:
                break
        if parts >= 2 and any(m.start <= words[at].start < m.end + WITHIN for m in asked):
            yield Find("date", at, last)
        at = max(last, at) + 1


def _is_of_date(text: str) -> bool:
    folded = folded_of(text)
    if folded in _MONTHS or any(atom.kind in NUMERIC for atom in atoms(text)):
        return True
    if folded[:1].isdigit():
        return True
    return any(
        folded.endswith(end) and _is_number(folded.removesuffix(end)) for end in _ORDINALS
    ) or folded in ("first", "second", "third")


def _is_number(stem: str) -> bool:
    kinds = [atom.kind for atom in atoms(stem)]
    return bool(stem) and all(kind in NUMERIC for kind in kinds)


def _parts(text: str) -> int:
    """Count the parts of a date in one word: "12.5.1980" is whole."""
    return 2 if sum(map(str.isdigit, text)) >= 4 and not text.isdigit() else 1


def passwords(
    words: Sequence[Word], channel: Channel, marked: Sequence[Mark], starts: Sequence[int]
) -> Iterator[Find]:
    """Yield what follows on the word "password": to the end of the utterance, or the answer.

    Args:
        words: of a channel.
        channel: whose they are.
        marked: what either side announced.
        starts: index of the first word of each utterance.
    """
    for mark in marked:
        if mark.announces != "password":
            continue
        since = mark.end
        for first, after in zip(starts, [*starts[1:], len(words)], strict=True):
            said = [i for i in range(first, after) if words[i].start >= since]
            if not said or words[said[0]].start >= since + WITHIN:
                continue
            while said and folded_of(words[said[0]].text) in _LINKS:
                said.pop(0)
            if said and (mark.channel != channel or first < said[0]):
                yield Find("password", said[0], said[:_MOST][-1])
            break
