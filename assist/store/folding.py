"""How words are folded for the search, the same for both databases; pure."""

import re
import unicodedata

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_WORDS = re.compile(r"[^\W_]+\*?")
LONGEST = 200
"""Characters of a query that are read."""


def folded(text: str) -> str:
    """Return words in lower case, umlauts spelt out, accents gone, one space between them."""
    return " ".join(word.rstrip("*") for word in _WORDS.findall(_plain(text)))


def terms(query: str) -> list[str]:
    """Return the words of a query; one that ends with a star stands for all that begin so."""
    return _WORDS.findall(_plain(query[:LONGEST]))


def _plain(text: str) -> str:
    """Fold the letters; casefold makes ss of ß."""
    composed = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)
    letters = unicodedata.normalize("NFKD", composed)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
