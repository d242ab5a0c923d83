"""Words that are likelier in one call than elsewhere, and where they may take another's place.

A recogniser writes a name or a term that it does not expect as a common word of the same sound.
Hotwords help three times: as text before the window, in the choice among the hypotheses of a final,
and in the place of an unsure word that sounds the same. What `is_kept` stays as it was heard:
nothing takes its place, and it takes nobody's.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from cologne_phonetics import encode  # MIT: Kölner Phonetik (Postel 1969), for German
from jellyfish import damerau_levenshtein_distance, metaphone  # MIT: Metaphone (Philips 1990)

from assist.core.agreement import normal
from assist.core.kept import is_kept
from assist.events import Word

MOST = 40
"""Hotwords of one call; more would bend every sentence towards them."""
LONGEST = 40
"""Letters of a hotword; what is longer is a sentence of the ticket."""
BONUS = 1.5
"""What a hotword adds to the log probability of a hypothesis: the default of sherpa-onnx, which
adds it for each token of the hotword."""
MARGIN = 3.0
"""By how much the log probability of a hypothesis may lie below the best one's: the bonus of two
hotwords; what is more than twenty times less likely was not said."""
UNSURE = 0.6
"""Probability under which a word may give way to a hotword of its sound (start value)."""
SHORTEST = 5
"""Letters of a hotword that may take another word's place: shorter ones sound like too many."""
_EDITS = 2
"""Letters by which a word may differ from the hotword of its sound …"""
_EDITS_SHORT = 1
"""… and one of up to five letters: Lucene's and Elasticsearch's fuzziness "AUTO"."""

_SOUNDS: Mapping[str, Callable[[str], str]] = {
    "en": metaphone,
    "de": lambda letters: encode(letters)[0][1],
}
"""How a word sounds, as a code; in other languages no word takes another's place by its sound."""
_PARTS = re.compile(r"(\W*)([^\W\d_]+)(\W*)")
"""A written word: what stands before it, its letters, its punctuation."""

BySound = Mapping[str, Sequence[str]]
"""Hotwords by the code of their sound."""


def gather(*lists: Iterable[str]) -> tuple[str, ...]:
    """Put lists of hotwords together, the most important list first, each word once."""
    found: dict[str, str] = {}
    for word in (" ".join(word.split()) for words in lists for word in words):
        if normal(word) and len(word) <= LONGEST:
            found.setdefault(normal(word), word)
    return tuple(found.values())[:MOST]


def choose(
    hypotheses: Sequence[tuple[str, float]], hotwords: tuple[str, ...], language: str
) -> int:
    """Return which hypothesis to believe: the best one, unless another has more hotwords.

    The other may differ from the best one by nothing else, and not be much less likely. Hotwords
    must sound like what they stand for: else a router takes the place of every noun (measured with
    the demo model: three sentences of four calls, all wrongly).

    Args:
        hypotheses: text and log probability of each, the best one first.
        hotwords: of the call.
        language: that was spoken, a code like `en`.
    """
    known = _by_sound(hotwords, language)
    best, highest = hypotheses[0]
    chosen, most = 0, highest
    for index, (text, score) in enumerate(hypotheses):
        won = _won(best, text, known, language) if known and highest - score <= MARGIN else 0
        if won and score + BONUS * won > most:
            chosen, most = index, score + BONUS * won
    return chosen


def mend(words: tuple[Word, ...], hotwords: tuple[str, ...], language: str) -> tuple[Word, ...]:
    """Put hotwords in the place of unsure words that sound the same; two words may have been one.

    Times, probabilities and punctuation stay.

    Args:
        words: of one channel, in order.
        hotwords: of the call.
        language: that was spoken, a code like `en`.
    """
    known = _by_sound(hotwords, language)
    if not known:
        return words
    mended: list[Word] = []
    at = 0
    while at < len(words):
        pair, single = words[at : at + 2], words[at : at + 1]
        joined = _mended(pair, known, language) if len(pair) == 2 else None
        mended.append(joined or _mended(single, known, language) or words[at])
        at += 2 if joined else 1
    return tuple(mended)


def _takes_places(hotword: str) -> bool:
    """Tell whether a hotword may stand where something else was heard."""
    return len(hotword) >= SHORTEST and hotword.isalpha() and not is_kept(hotword)


def _won(best: str, text: str, known: BySound, language: str) -> int:
    """Count the hotwords that stand in the place of their sound; 0 if more is different."""
    before, after = best.split(), text.split()
    changes = SequenceMatcher(
        None, [*map(_compared, before)], [*map(_compared, after)], autojunk=False
    )
    won = 0
    for kind, start, end, there, until in changes.get_opcodes():
        if kind == "equal":
            continue
        gone, come = (
            "".join(map(normal, before[start:end])),
            "".join(map(normal, after[there:until])),
        )
        alike = map(normal, known.get(_SOUNDS[language](gone), ())) if gone else ()
        if come not in alike or any(map(is_kept, before[start:end])):
            return 0
        won += come != gone
    return won


def _compared(word: str) -> str:
    """Leave numbers as they are written: 12.50 is not 1250."""
    return word if any(map(str.isdigit, word)) else normal(word)


@lru_cache(maxsize=64)  # of the calls that run on one machine, a channel's language each
def _by_sound(hotwords: tuple[str, ...], language: str) -> BySound:
    sound = _SOUNDS.get(language)
    found: dict[str, list[str]] = {}
    for word in filter(_takes_places, hotwords):
        if sound:
            found.setdefault(sound(normal(word)), []).append(word)
    return found


def _mended(spoken: Sequence[Word], known: BySound, language: str) -> Word | None:
    """Return the hotword that one word, or two, must have been; None where there is none."""
    parts = _PARTS.fullmatch("".join(word.text for word in spoken))
    if not parts or any(word.probability >= UNSURE or is_kept(word.text) for word in spoken):
        return None
    before, letters, after = parts.groups()
    hotword = _nearest(normal(letters), known, language)
    if hotword is None or (len(spoken) == 1 and normal(letters) == normal(hotword)):
        return None
    capital = hotword[0].upper() if letters[0].isupper() else hotword[0]
    return Word(
        text=f"{before}{capital}{hotword[1:]}{after}",
        start=spoken[0].start,
        end=spoken[-1].end,
        probability=min(word.probability for word in spoken),
    )


def _nearest(letters: str, known: BySound, language: str) -> str | None:
    """Return the hotword of the same sound that is written most alike, if it is close enough."""
    alike = {
        word: damerau_levenshtein_distance(letters, normal(word))
        for word in known.get(_SOUNDS[language](letters), ())
    }
    near = [word for word, edits in alike.items() if edits <= _allowed(word)]
    return min(near, key=alike.__getitem__, default=None)


def _allowed(hotword: str) -> int:
    return _EDITS if len(hotword) > SHORTEST else _EDITS_SHORT
