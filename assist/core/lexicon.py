"""A playbook made ready for matching: compiled phrases and the kinds of words."""

from functools import cached_property

from assist.core.phrases import Phrases, Span, fold
from assist.playbooks import Playbook

_NOTHING = Phrases(())


class Lexicon:
    """The words of one playbook, compiled once and shared by all calls that use it."""

    def __init__(self, playbook: Playbook) -> None:
        self.playbook = playbook
        self._sets = {
            name: Phrases(said.match, playbook.classes) for name, said in playbook.phrases.items()
        }
        self._function = frozenset(map(fold, playbook.function_words))

    def __getitem__(self, name: str) -> Phrases:
        """Return the compiled set; a set that the playbook lacks matches nothing."""
        return self._sets.get(name, _NOTHING)

    def find(self, words: tuple[str, ...], *names: str) -> tuple[str, Span] | None:
        """Return the first set of these that matches, with the place."""
        for name in names:
            if (span := self[name].find(words)) is not None:
                return name, span
        return None

    @cached_property
    def topic_words(self) -> frozenset[str]:
        """Folded words that any support call may be about."""
        return frozenset(map(fold, self.playbook.topic_words))

    def is_content(self, word: str) -> bool:
        """Tell whether a folded word carries content of its own."""
        return len(word) > 2 and word not in self._function and not word.isdigit()


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
