"""Addresses of e-mail, written or spoken: "anna dot keller at example dot com"."""

import re
from collections.abc import Iterator, Sequence

from assist.core.redaction.atoms import NUMERIC, Is, atoms, folded_of
from assist.core.redaction.rules import Find
from assist.events import Word

_AT = frozenset({"at", "@", "aet", "et", "klammeraffe", "at-zeichen", "atzeichen", "aetzeichen"})
_DOT = frozenset({"dot", "punkt", "point"})
_JOIN_TEXT = "underscore unterstrich dash hyphen minus bindestrich strich _ - . plus score"
_JOIN = _DOT | frozenset(_JOIN_TEXT.split())
_ENDS_TEXT = (
    "com net org info biz edu gov eu de at ch uk co io me ie fr nl be it es pl dk se no fi "
    "us ca au app dev shop online test example invalid"
)
_ENDS = frozenset(_ENDS_TEXT.split())
"""Last parts of a domain that are said in calls."""
_BEFORE_TEXT = (
    "is ist my mine meine meiner email e-mail mail adresse address lautet it's its das an "
    "unter to the that's dann then also so und and us me mir me"
)
_BEFORE = frozenset(_BEFORE_TEXT.split())
"""Words that are no part of an address that follows."""
_DOMAIN = 10
"""Words of a domain at most; a long one is spelled."""
_LOCAL = 24
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.([a-z]{2,8})$")
_PAUSE = 6_000
"""Milliseconds between two words of an address."""


def is_dotted(text: str) -> bool:
    """Tell whether a word may be part of an address."""
    folded = folded_of(text)
    host = _HOST.match(folded)
    return "@" in folded or folded in _DOT or (host is not None and host[1] in _ENDS)


def addresses(words: Sequence[Word]) -> Iterator[Find]:
    """Yield the addresses among the words of a channel."""
    folded = [folded_of(word.text) for word in words]
    if not any(text in _AT or "@" in text for text in folded):
        return
    for at, text in enumerate(folded):
        if text in _AT:
            last = _domain(folded, words, at + 1)
            first = _local(folded, words, at - 1) if last is not None else None
            if last is not None and first is not None:
                yield Find("email", first, last)
        elif "@" in text:
            local, _, host = text.partition("@")
            first = at if local else _local(folded, words, at - 1)
            whole = _HOST.match(host) or not host
            last = at if whole else _domain(folded, words, at + 1, joined=True)
            yield Find("email", at if first is None else first, at if last is None else last)


def _domain(
    folded: Sequence[str], words: Sequence[Word], at: int, *, joined: bool = False
) -> int | None:
    """Return where a domain ends that begins here; None if there is none.

    Args:
        folded: the words as they are compared.
        words: with their times.
        at: its first word.
        joined: its first part is in the word before.
    """
    plain, dotted = int(joined), False
    last = None
    for i in range(at, min(len(folded), at + _DOMAIN)):
        text = folded[i]
        if (text in _BEFORE and not dotted) or (i and words[i].start - words[i - 1].end > _PAUSE):
            break
        if (host := _HOST.match(text)) and host[1] in _ENDS:
            return i
        if text in _JOIN:
            dotted, plain = text in _DOT, 0 if plain else plain
            continue
        if dotted and text in _ENDS:
            last = i
        elif last is not None or (plain >= 2 and len(text) > 1):
            break
        plain, dotted = plain + (len(text) > 1), False
    return last


def _local(folded: Sequence[str], words: Sequence[Word], at: int) -> int | None:
    """Return where the part before the "at" begins; None if nothing is there."""
    first, named = None, False
    for i in range(at, max(-1, at - _LOCAL), -1):
        text = folded[i]
        if text in _BEFORE or words[i + 1].start - words[i].end > _PAUSE:
            break
        if text in _JOIN:
            named = False
            continue
        spelled = all(a.kind in NUMERIC or a.kind is Is.LETTER for a in atoms(words[i].text))
        if not spelled and named:
            break
        first, named = i, named or not spelled
    return first
