"""A playbook → all that is wrong with it, each in one sentence with file, line and key."""

import re
from collections.abc import Iterator
from pathlib import Path

from assist.core.acts import hide
from assist.core.lexicon import lexicon
from assist.core.phrases import Phrases, fold_all
from assist.cues import TABLE
from assist.errors import PlaybookError, SettingsError
from assist.playbooks import Playbook, Reading
from assist.playbooks.places import Path as Keys
from assist.playbooks.places import Problem
from assist.settings import LANGUAGES, playbook_sources

WORDS, LONGEST = 9, 48
"""Words and characters of a text that a glance takes in (docs/cues.md)."""
REASON = 30
"""Characters of the second line before words and numbers are filled in."""
EXAMPLES, COUNTER_EXAMPLES = 3, 2
"""Sentences that prove a set of phrases."""
ON_A_CARD = range(4, 9)
"""Phrases that one looks through while somebody speaks."""
READ_OUT = 12
"""Words of a mandatory text: less is said by chance."""
COVERED = frozenset({"backchannel", "unfinished"})
"""Sets that must make up all the words, not only be found in them."""
PROVED = ("said", "count", "missing")
"""Parts of an operator's cue whose phrases need an example."""


def proofread(name: str) -> list[Problem]:
    """Return what is wrong with a playbook.

    Args:
        name: `en/support`, or a TOML file.

    Raises:
        SettingsError: there is no such playbook.
        PlaybookError: the file cannot be read.
    """
    reading = Reading(playbook_sources(name))
    if reading.playbook is None:
        return reading.problems
    found = list(_unmatchable(reading, reading.playbook))
    for check in (_examples, _texts, _cues, _cards, _mandatory) if not found else ():
        found += check(reading, reading.playbook)
    return found + list(_against_sibling(name, reading, reading.playbook))


def says(playbook: Playbook, name: str, sentence: str) -> bool:
    """Tell whether the phrases of a set find the sentence."""
    words, known = fold_all(sentence), lexicon(playbook)
    if name in COVERED:
        return known[name].covers(words)
    return known[name].find(hide(words, known.guard(name).spans(words))) is not None


def _keys(name: str, reading: Reading, playbook: Playbook) -> Keys:
    """Return where a set stands: under `phrases`, or in a cue of the operator's own."""
    if name in reading.data.get("phrases", {}):
        return ("phrases", name)
    return next(
        ("cues", i, key)
        for i, cue in enumerate(playbook.cues)
        for key, _ in cue.words()
        if cue.set_name(key) == name
    )


def _unmatchable(reading: Reading, playbook: Playbook) -> Iterator[Problem]:
    """Yield phrases that cannot be read."""
    for name, said in playbook.phrases.items():
        for key, phrases in (("match", said.match), ("guard", said.guard)):
            for phrase in phrases:
                try:
                    Phrases((phrase,), playbook.classes)
                except PlaybookError as error:
                    keys = (*_keys(name, reading, playbook), key)
                    yield reading.problem(keys, str(error), holding=phrase)


def _examples(reading: Reading, playbook: Playbook) -> Iterator[Problem]:
    """Yield sentences that prove a set wrong, and sets that too few sentences prove."""
    for name, said in playbook.phrases.items():
        keys = _keys(name, reading, playbook)
        for sentence in said.examples:
            if not says(playbook, name, sentence):
                what = f"“{sentence}” must be matched, and is not"
                yield reading.problem((*keys, "examples"), what, holding=sentence)
        for sentence in said.not_examples:
            if says(playbook, name, sentence):
                what = f"“{sentence}” must not be matched, and is"
                yield reading.problem((*keys, "not_examples"), what, holding=sentence)
        if keys[0] == "phrases" and len(said.examples) < EXAMPLES:
            yield reading.problem(keys, f"needs {EXAMPLES} examples")
        if keys[0] == "phrases" and len(said.not_examples) < COUNTER_EXAMPLES:
            yield reading.problem(keys, f"needs {COUNTER_EXAMPLES} not_examples")
        if keys[-1] in PROVED and not said.examples:
            yield reading.problem(keys, "needs an example: a sentence that must be matched")


def _texts(reading: Reading, playbook: Playbook) -> Iterator[Problem]:
    """Yield texts that are too long for a glance."""
    own = {cue.id: i for i, cue in enumerate(playbook.cues)}
    for cue, advice in playbook.advice.items():
        keys: Keys = ("cues", own[cue]) if cue in own else ("advice", cue)
        yield from _too_long(reading, (*keys, "text"), advice.text)
        for name, text in advice.variants.items():
            yield from _too_long(reading, (*keys, "variants", name), text)
        if len(re.sub(r"\{\w+\}", "", advice.reason)) > REASON:
            what = f"must have at most {REASON} characters beside its {{…}}"
            yield reading.problem((*keys, "reason"), what)
    for name, instead in playbook.say_instead.items():
        yield from _too_long(reading, ("say_instead", name, "text"), instead.text)


def _too_long(reading: Reading, keys: Keys, text: str) -> Iterator[Problem]:
    words = sum(any(map(str.isalnum, word)) for word in text.split())
    if words > WORDS or len(text) > LONGEST:
        what = f"must have at most {WORDS} words and {LONGEST} characters, not {words}"
        yield reading.problem(keys, f"{what} and {len(text)}")


def _cues(reading: Reading, playbook: Playbook) -> Iterator[Problem]:
    """Yield cues that clash with built-in ones, and names of cues that do not exist."""
    built_in = {spec.id for spec in TABLE}
    known = built_in | {cue.id for cue in playbook.cues}
    for i, cue in enumerate(playbook.cues):
        if cue.id in built_in:
            yield reading.problem(("cues", i, "id"), "there is a built-in cue of this name")
        for key, near in (("after", cue.after), ("unless", cue.unless)):
            if near is not None and near.cue and near.cue not in known:
                yield reading.problem(("cues", i, key, "cue"), f"there is no cue {near.cue!r}")
    for name in set(playbook.advice) - known:
        yield reading.problem(("advice", name), "there is no such cue")
    for name in playbook.thresholds:
        if name.partition(".")[0] not in known:
            yield reading.problem(("thresholds", name), "does not begin with the name of a cue")


def _cards(reading: Reading, playbook: Playbook) -> Iterator[Problem]:
    """Yield cards with too little on them, or too much."""
    for name, card in playbook.cards.items():
        if len(card.phrases) not in ON_A_CARD:
            what = f"must hold {ON_A_CARD[0]} to {ON_A_CARD[-1]} phrases, not {len(card.phrases)}"
            yield reading.problem(("cards", name, "phrases"), what)


def _mandatory(reading: Reading, playbook: Playbook) -> Iterator[Problem]:
    """Yield texts that are too short to be told from talk."""
    for i, one in enumerate(playbook.mandatory):
        if len(fold_all(one.text)) < READ_OUT:
            what = f"must have {READ_OUT} words or more, or it is said by chance"
            yield reading.problem(("mandatory", i, "text"), what)


def _against_sibling(name: str, reading: Reading, playbook: Playbook) -> Iterator[Problem]:
    """Yield what only one of two languages has, where the other has the same playbook."""
    sibling = _sibling(name, playbook)
    if sibling is None:
        return
    theirs = Reading(playbook_sources(sibling)).playbook
    if theirs is None:
        yield Problem(reading.sources[-1].name, 0, "", f"{sibling} has problems of its own")
        return
    for table in ("phrases", "advice", "say_instead", "cards"):
        own, other = set(getattr(playbook, table)), set(getattr(theirs, table))
        for key in sorted(own - other):
            cue, _, part = key.partition(".")
            keys: Keys = (table, key) if not part else ("cues",)
            yield reading.problem(keys, f"{sibling} has no {table}.{cue}")
        for key in sorted(other - own):
            yield reading.problem((table,), f"lacks {key}, which {sibling} has")


def _sibling(name: str, playbook: Playbook) -> str | None:
    """Return the same playbook in the other language, if there is one."""
    (other,) = (language for language in LANGUAGES if language != playbook.language)
    if not name.endswith(".toml"):
        beside = f"{other}/{playbook.name}"
        try:
            playbook_sources(beside)
        except SettingsError:
            return None
        return beside
    path = Path(name)
    own = playbook.language
    places = (
        path.parent.parent / other / path.name if path.parent.name == own else None,
        path.with_name(re.sub(rf"(?<=[._-]){own}(?=\.toml$)", other, path.name)),
    )
    return next((str(p) for p in places if p is not None and p != path and p.is_file()), None)
