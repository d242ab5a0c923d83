"""One written word → what it may be in a number: digits, a number word, a letter, a filler.

Both languages are known at once: callers mix them, and nobody has to say which one is spoken.
"""

import re
from enum import IntEnum, auto
from functools import lru_cache
from typing import NamedTuple

from assist.core.phrases import fold
from assist.core.redaction import english, german


class Is(IntEnum):
    """What a part of a word is."""

    UNIT = auto()
    """A single digit as a word."""
    TEEN = auto()
    """A complete number as a word, "eleven", "vierundzwanzig"."""
    TENS = auto()
    """English tens, which take a unit behind them."""
    ZEHNER = auto()
    """German tens, which take a unit and "und" before them."""
    HUNDRED = auto()
    THOUSAND = auto()
    REPEAT = auto()
    """ "double": the next digit counts so often."""
    PLURAL = auto()
    """ "sevens": the count stands before it."""
    DIGITS = auto()
    """Written digits."""
    SOFT = auto()
    """A word that sounds like a digit: "for"."""
    LETTER = auto()
    PLUS = auto()
    TIMES = auto()
    """German "mal"."""
    FILLER = auto()
    PAUSE = auto()
    COUNTED = auto()
    """What is counted or paid; the amount before it is no part of a number that is read out."""
    WORD = auto()


class Atom(NamedTuple):
    """A part of a word."""

    kind: Is
    text: str
    value: int = 0
    written: bool = False
    """Whether a letter stands alone or in capitals, not as a word of a spelling table."""


NUMERIC = frozenset({Is.UNIT, Is.TEEN, Is.TENS, Is.ZEHNER, Is.HUNDRED, Is.THOUSAND, Is.DIGITS})
NUMERIC |= {Is.PLURAL}

_UNITS = english.UNITS | german.UNITS
_TEENS = english.TEENS | german.TEENS
_SOFT = german.SOFT | english.SOFT
_REPEATS = english.REPEATS | german.REPEATS
_LETTERS = english.LETTERS | german.LETTERS
_FILLERS = english.FILLERS | german.FILLERS
_PAUSES = english.PAUSES | german.PAUSES
_COUNTED = english.COUNTED | german.COUNTED
_SEPARATORS = re.compile(r"[-.,/ ·‑–:]")
_GLUED = re.compile(f"(?:{'|'.join(sorted(_UNITS, key=len, reverse=True))}){{2,}}")
_UNIT = re.compile("|".join(sorted(_UNITS, key=len, reverse=True)))
_AMOUNT = re.compile(r"[£$€%°]|^\d{1,2}:\d\d(?::\d\d)?$|^\d{1,4}[.,]\d\d$|^\d{1,2}\.\d{1,2}\.\d*$")
"""Money, shares, times, dates."""
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|ten|te)$")
_SIZED = re.compile(r"\d+(?:am|pm|gb|mb|mbit|kb|kg|km|cm|mm|h|k|g|m|x|ish|er|s)$")
_PARTS = re.compile(r"\d+|[a-z]")
_PLAIN_TEXT = "iban bic sepa cvv cvc cvv2 cvc2 cid pin tan visa amex eur gbp usd chf ok usa tv sim"
_PLAIN = frozenset(_PLAIN_TEXT.split())
"""Written in capitals or with a digit, but words."""
_LONG = 12
"""So many digits in one word are a number, however they are set apart."""


def folded_of(text: str) -> str:
    """Return a word as it is compared; no cache may remember one that holds digits."""
    return fold.__wrapped__(text) if any(map(str.isdigit, text)) else fold(text)


def atoms(text: str) -> tuple[Atom, ...]:
    """Return the parts of a word as the recogniser wrote it."""
    return _fresh(text) if any(map(str.isdigit, text)) else _remembered(text)


def _fresh(text: str) -> tuple[Atom, ...]:
    folded = folded_of(text)
    if not folded:  # a lone dash, an ellipsis
        return (Atom(Is.FILLER, ""),)
    if folded in _PLAIN:
        return (Atom(Is.WORD, folded),)
    if any(map(str.isdigit, folded)):
        return _with_digits(folded)
    if folded in _known():
        return (_known()[folded],)
    plain = folded.replace(".", "").replace("-", "")
    shown = text.strip('.,;:!?…"„“').replace(".", "").replace("-", "")
    if plain.isascii() and plain.isalpha() and (len(plain) == 1 or _is_spelt(folded, shown)):
        return tuple(Atom(Is.LETTER, c.upper(), written=True) for c in plain)
    if "-" in folded:
        return tuple(atom for part in folded.split("-") if part for atom in atoms(part))
    return _compound(folded)


_remembered = lru_cache(maxsize=8192)(_fresh)


def _is_spelt(folded: str, shown: str) -> bool:
    """Tell whether letters are named one by one: "GB", "NWBK", "C-V-V", "d.e."."""
    apart = re.fullmatch(r"\w(?:[.-]\w)+", folded) is not None
    return apart or (shown.isupper() and 2 <= len(shown) <= 6)


@lru_cache(maxsize=1)
def _known() -> dict[str, Atom]:
    """Return the words that stand in a table, the more certain reading last."""
    table = {word: Atom(Is.FILLER, word) for word in _FILLERS}
    table |= {word: Atom(Is.COUNTED, word) for word in _COUNTED}
    table |= {word: Atom(Is.PAUSE, word) for word in _PAUSES}
    table |= {word: Atom(Is.SOFT, str(n), n) for word, n in _SOFT.items()}
    table |= {word: Atom(Is.LETTER, letter) for word, letter in _LETTERS.items()}
    table |= {word: Atom(Is.REPEAT, word, n) for word, n in _REPEATS.items()}
    table |= {word: Atom(Is.PLURAL, word, n) for word, n in english.PLURALS.items()}
    table |= {word: Atom(Is.TENS, word, n) for word, n in english.TENS.items()}
    table |= {word: Atom(Is.ZEHNER, word, n) for word, n in german.TENS.items()}
    table |= {word: Atom(Is.TEEN, word, n) for word, n in _TEENS.items()}
    table |= {word: Atom(Is.UNIT, word, n) for word, n in _UNITS.items()}
    table |= {word: Atom(Is.HUNDRED, word) for word in ("hundred", "hundert")}
    table |= {word: Atom(Is.THOUSAND, word) for word in ("thousand", "tausend")}
    return table | {"plus": Atom(Is.PLUS, "+"), "mal": Atom(Is.TIMES, "mal")}


def _with_digits(folded: str) -> tuple[Atom, ...]:
    bare = _SEPARATORS.sub("", folded)
    if bare.removeprefix("+").isdigit():
        if len(bare) < _LONG and _AMOUNT.search(folded):
            return (Atom(Is.COUNTED, folded),)
        digits = Atom(Is.DIGITS, bare.removeprefix("+"))
        return (Atom(Is.PLUS, "+"), digits) if bare.startswith("+") else (digits,)
    if _AMOUNT.search(folded) or _ORDINAL.match(bare) or _SIZED.match(bare):
        return (Atom(Is.COUNTED, folded),)
    if bare.isascii() and bare.isalnum():
        parts = re.findall(r"\d+|[a-z]", bare)
        return tuple(
            Atom(Is.DIGITS, part) if part.isdigit() else Atom(Is.LETTER, part.upper(), written=True)
            for part in parts
        )
    return (Atom(Is.WORD, folded),)


def _compound(folded: str) -> tuple[Atom, ...]:
    """Return a German number in one word, digits run together, or a word that is neither."""
    value = _below_million(folded)
    if value is not None:
        return (Atom(Is.TEEN, folded, value),)
    for word, times in (("doppel", 2), ("dreifach", 3), ("zweimal", 2), ("dreimal", 3)):
        rest = folded.removeprefix(word)
        if rest != folded and rest in _UNITS:
            return (Atom(Is.DIGITS, str(_UNITS[rest]) * times),)
    if _GLUED.fullmatch(folded):
        return (Atom(Is.DIGITS, "".join(str(_UNITS[u]) for u in _UNIT.findall(folded))),)
    return (Atom(Is.WORD, folded),)


def _below_million(word: str) -> int | None:
    """Return the value of a German number word such as "zweitausendsiebenundzwanzig"."""
    if "tausend" in word:
        head, _, rest = word.partition("tausend")
        return _sum(_below_thousand(head) if head else 1, 1000, _below_thousand(rest))
    return _below_thousand(word)


def _below_thousand(word: str) -> int | None:
    if "hundert" in word:
        head, _, rest = word.partition("hundert")
        return _sum(_below_hundred(head) if head else 1, 100, _below_hundred(rest))
    return _below_hundred(word)


def _below_hundred(word: str) -> int | None:
    word = word.removeprefix("und")
    if word in german.TENS:
        return german.TENS[word]
    unit, und, tens = word.rpartition("und")
    if und and unit in german.PREFIXES and tens in german.TENS:
        return german.PREFIXES[unit] + german.TENS[tens]
    return german.TEENS.get(word, german.PREFIXES.get(word, None if word else 0))


def _sum(head: int | None, times: int, rest: int | None) -> int | None:
    return None if head is None or rest is None else head * times + rest
