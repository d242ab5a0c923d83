"""A playbook made ready for matching: compiled phrases and the kinds of words."""

from collections.abc import Sequence
from functools import cached_property

from assist.core.phrases import Phrases, Span, fold
from assist.core.reading_out import ReadOut
from assist.errors import PlaybookError
from assist.playbooks import Playbook
from assist.playbooks.schema import Wish

_NOTHING = Phrases(())
_FRIENDS = frozenset({"no", "na", "ne"})
"""Short words that mean something else in the other language: they do not vote."""
_VOTES = 2
"""A clause in the other language has at least so many of its function words."""


class Lexicon:
    """The words of one playbook, compiled once and shared by all calls that use it."""

    def __init__(self, playbook: Playbook) -> None:
        self.playbook = playbook
        self._spellings = spellings(playbook)
        self._sets = {
            name: self._phrases(_union(playbook, said.match, said.any_of))
            for name, said in playbook.phrases.items()
        }
        self._guards = {
            name: self._phrases(said.guard) for name, said in playbook.phrases.items() if said.guard
        }
        self._function = frozenset(map(fold, playbook.function_words))
        others = (way for word in self._function for way in self._spellings.get(word, ()))
        self._empty = self._function.union(others)

    def _phrases(self, match: Sequence[str]) -> Phrases:
        """Compile phrases with the playbook's classes and spellings."""
        return Phrases(match, self.playbook.classes, self._spellings)

    def __getitem__(self, name: str) -> Phrases:
        """Return the compiled set; a set that the playbook lacks matches nothing."""
        return self._sets.get(name, _NOTHING)

    def guard(self, name: str) -> Phrases:
        """Return the compiled guard of a set: words that it covers are not looked at."""
        return self._guards.get(name, _NOTHING)

    def find(self, words: tuple[str, ...], *names: str) -> tuple[str, Span] | None:
        """Return the first set of these that matches, with the place."""
        for name in names:
            if (span := self[name].find(words)) is not None:
                return name, span
        return None

    def of(self, words: Sequence[str]) -> "Lexicon":
        """Return the lexicon of the language that the words are in: this one, or the sibling's.

        Function words that only one of both languages has vote; ties keep this language.
        """
        own, others = self._voters
        if not others:
            return self
        votes = sum(word in others for word in words)
        if votes < _VOTES or votes <= sum(word in own for word in words):
            return self
        return lexicon(self.playbook.other) if self.playbook.other is not None else self

    @cached_property
    def _voters(self) -> tuple[frozenset[str], frozenset[str]]:
        """Function words that tell this language, and those that tell the sibling's."""
        if self.playbook.other is None:
            return self._function, frozenset()
        others = frozenset(map(fold, self.playbook.other.function_words))
        return self._function - others - _FRIENDS, others - self._function - _FRIENDS

    @cached_property
    def topic_words(self) -> frozenset[str]:
        """Folded words that any support call may be about."""
        return frozenset(map(fold, self.playbook.topic_words))

    @cached_property
    def read_out(self) -> ReadOut:
        """Texts that the agent must read out."""
        return ReadOut(one.text for one in self.playbook.mandatory)

    @cached_property
    def negations(self) -> frozenset[str]:
        """Folded words that negate, one by one: the class `negation`."""
        words = [fold(word) for word in self.playbook.classes.get("negation", ())]
        others = (other for word in words for other in self._spellings.get(word, ()))
        return frozenset((*words, *others))

    @cached_property
    def matrix(self) -> tuple[tuple[Wish, Phrases], ...]:
        """What customers demand, with the phrases that tell it."""
        return tuple((wish, self._phrases(wish.phrases)) for wish in self.playbook.matrix)

    @cached_property
    def say_instead(self) -> dict[str, Phrases]:
        """Phrases that tell the reason of a refusal, by the reason."""
        reasons = self.playbook.say_instead
        return {name: self._phrases(said.match) for name, said in reasons.items()}

    def is_content(self, word: str) -> bool:
        """Tell whether a folded word carries content of its own."""
        return len(word) > 2 and word not in self._empty and not word.isdigit()


def spellings(playbook: Playbook) -> dict[str, frozenset[str]]:
    """Return the folded ways to write a word, by the word as phrases hold it."""
    return {fold(word): frozenset(map(fold, ways)) for word, ways in playbook.spellings.items()}


def _union(playbook: Playbook, match: tuple[str, ...], parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the phrases of a set and of those that mean it, too."""
    unknown = [part for part in parts if part not in playbook.phrases]
    if unknown:
        raise PlaybookError(f"a set of phrases is made of {unknown[0]!r}, which is no set")
    return (*match, *(phrase for part in parts for phrase in playbook.phrases[part].match))


_KEPT = 8
"""Playbooks that stay compiled: more than run at once on one machine."""
_made: list[Lexicon] = []


def lexicon(playbook: Playbook) -> Lexicon:
    """Return the compiled words of a playbook; the same object for the same playbook object."""
    for made in _made:
        if made.playbook is playbook:
            return made
    _made.append(Lexicon(playbook))
    del _made[:-_KEPT]
    return _made[-1]
