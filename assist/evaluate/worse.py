"""Labelled calls → the same calls as a worse recogniser hears them: later, and with errors.

What the labels ask for, and when somebody spoke, stays as it is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from random import Random

from cologne_phonetics import encode  # MIT: Kölner Phonetik (Postel 1969), for German
from jellyfish import damerau_levenshtein_distance, metaphone  # MIT: Metaphone (Philips 1990)
from msgspec import structs

from assist.core.agreement import normal
from assist.evaluate.calls import LabelledCall, LabelledWord
from assist.evaluate.run import speech
from assist.events import CHANNELS

ANOTHER, NONE, MORE = 60, 25, 15
"""Of 100 errors so many are another word, a missing word and a word too many: usual shares."""
NEAREST = 3
"""Another word is one of so many that sound most like the one that was said."""
SHORT = 3
"""A word too many has so many letters at the most."""
UNSURE = (0.3, 0.95)
"""Between these lies the recogniser's probability of a word that was not said."""

_EDGE = "„“”‚‘’«»\"'()…—–.,;:!?-"
_SOUNDS: Mapping[str, Callable[[str], str]] = {
    "en": metaphone,
    "de": lambda letters: encode(letters)[0][1],
}


def later(call: LabelledCall, delay: int) -> LabelledCall:
    """Let all words become stable so many milliseconds later."""
    words = (structs.replace(word, at=word.at + delay) for word in call.words)
    return structs.replace(call, words=tuple(words))


class Mishearing:
    """Make the errors of a recogniser; the same calls and the same seed make the same errors.

    Args:
        calls: all calls that are heard. Their words are what may be heard in place of another.
        percent: errors in 100 words.
        seed: for another choice of errors.
    """

    def __init__(self, calls: Iterable[LabelledCall], *, percent: float, seed: int) -> None:
        self._percent, self._seed = percent, seed
        texts: dict[str, list[str]] = {}
        for call in calls:
            texts.setdefault(call.call.language, []).extend(word.text for word in call.words)
        self._ears = {language: _Ear(language, said) for language, said in texts.items()}

    def __call__(self, call: LabelledCall) -> LabelledCall:
        """Return the call as it is heard."""
        ear, chance = self._ears[call.call.language], Random(f"{self._seed} {call.call.id}")
        heard: list[LabelledWord] = []
        for word in call.words:
            wrong = chance.random() * 100 < self._percent
            heard += ear.mishear(word, chance) if wrong else [word]
        spans = tuple(span for channel in CHANNELS for span in speech(call, channel))
        return structs.replace(call, words=tuple(heard), speech=spans)


class _Ear:
    """What may be heard in one language, and how it sounds.

    Args:
        language: of which the sound is known.
        texts: all words as they are written, each as often as it is said.
    """

    def __init__(self, language: str, texts: Iterable[str]) -> None:
        self._sound = _SOUNDS[language]
        plain = [text.strip(_EDGE) for text in texts]
        self._written = {normal(word): word for word in plain if normal(word).isalpha()}
        self._short = [word for word in plain if 0 < len(word) <= SHORT]
        self._known: dict[str, list[str]] = {}

    def mishear(self, word: LabelledWord, chance: Random) -> Sequence[LabelledWord]:
        """Return what is heard: another word, none, or one more."""
        kind = chance.choices((self._another, self._none, self._more), (ANOTHER, NONE, MORE))[0]
        return kind(word, chance)

    def _another(self, word: LabelledWord, chance: Random) -> Sequence[LabelledWord]:
        said = word.text.strip(_EDGE)
        alike = self._alike(normal(said))
        if not alike:
            return (word,)
        heard = chance.choice(alike)
        heard = heard.capitalize() if said[0].isupper() else heard
        return (_doubted(word, word.text.replace(said, heard), chance),)

    def _none(self, word: LabelledWord, chance: Random) -> Sequence[LabelledWord]:
        return ()

    def _more(self, word: LabelledWord, chance: Random) -> Sequence[LabelledWord]:
        """Hear the last part of the word as a short one."""
        if not self._short:
            return (word,)
        middle = (word.start + word.end) // 2
        last = _doubted(word, chance.choice(self._short), chance)
        return structs.replace(word, end=middle), structs.replace(last, start=middle)

    def _alike(self, said: str) -> list[str]:
        """Return the words that sound most alike; none for what is no word."""
        if said not in self._known:
            self._known[said] = self._nearest(said) if said.isalpha() else []
        return self._known[said]

    def _nearest(self, said: str) -> list[str]:
        """Compare the sounds first, which are fewer than the words, and then the letters."""
        sound = self._sound(said)
        others = sorted(self._by_sound, key=lambda other: (_apart(sound, other), other))
        alike: list[str] = []
        for other in others:
            letters = [each for each in self._by_sound[other] if each != said]
            alike += sorted(letters, key=lambda each: (_apart(said, each), each))
            if len(alike) >= NEAREST:
                break
        return [self._written[letters] for letters in alike[:NEAREST]]

    @cached_property
    def _by_sound(self) -> Mapping[str, Sequence[str]]:
        """Return the letters of all words by the code of their sound."""
        found: dict[str, list[str]] = {}
        for letters in self._written:
            found.setdefault(self._sound(letters), []).append(letters)
        return found


def _apart(one: str, other: str) -> int:
    return damerau_levenshtein_distance(one, other)


def _doubted(word: LabelledWord, text: str, chance: Random) -> LabelledWord:
    return structs.replace(word, text=text, probability=round(chance.uniform(*UNSURE), 2))
