"""The bundled playbooks: their own examples, equal in both languages, short and about actions."""

import re

import pytest

from assist.core.acts import hide
from assist.core.detector import CueSpec
from assist.core.lexicon import lexicon
from assist.core.phrases import fold_all
from assist.cues import TABLE
from assist.playbooks import Playbook
from assist.settings import LANGUAGES, load_playbook

COVERED = {"backchannel", "unfinished"}
"""Sets that must make up all the words, not only be found in them."""
LONGEST, WORDS = 48, 9
"""Characters and words of a text (docs/cues.md)."""
REASON = 30
"""Characters of a reason before its numbers and words are filled in."""
READ = 16
"""Characters that are read in a second."""
CHARACTER = re.compile(
    r"\b(angry|annoyed|stressed|nervous|calm|tired|friendly|cold|rude|bored|motivated|tone|mood|bad"
    r"|wütend|genervt|gestresst|nervös|ruhig|müde|freundlich|kühl|unhöflich|ton|stimmung|schlecht"
    r"|don[’']t|venting)\b",
    re.IGNORECASE,
)
"""No words about the feelings or the character of the agent, and nothing that is forbidden
(docs/cues.md)."""
ALLOWED: dict[str, str] = {
    "agent_rude": "an invitation to begin again kindly, said of the words to come",
    "calm_down_said": "quotes the words that were spoken",
}

books = pytest.mark.parametrize("language", LANGUAGES)
cues = pytest.mark.parametrize("spec", TABLE, ids=lambda spec: spec.id)


def sentences(kind: str) -> list[tuple[str, str, str]]:
    """Return language, set and sentence of all examples, or of all not_examples."""
    return [
        (language, name, sentence)
        for language in LANGUAGES
        for name, said in load_playbook(language).phrases.items()
        for sentence in getattr(said, kind)
    ]


def says(language: str, name: str, sentence: str) -> bool:
    words = fold_all(sentence)
    known = lexicon(load_playbook(language))
    if name in COVERED:
        return known[name].covers(words)
    return known[name].find(hide(words, known.guard(name).spans(words))) is not None


def texts(book: Playbook, cue: str) -> list[str]:
    advice = book.advice[cue]
    return [advice.text, *advice.variants.values()]


@pytest.mark.parametrize(("language", "name", "sentence"), sentences("examples"))
def test_an_example_is_matched(language: str, name: str, sentence: str) -> None:
    assert says(language, name, sentence)


@pytest.mark.parametrize(("language", "name", "sentence"), sentences("not_examples"))
def test_a_counter_example_is_not_matched(language: str, name: str, sentence: str) -> None:
    assert not says(language, name, sentence)


@books
def test_every_set_has_three_examples_and_two_counter_examples(language: str) -> None:
    sets = load_playbook(language).phrases.items()

    assert [n for n, s in sets if len(s.examples) < 3 or len(s.not_examples) < 2] == []


def test_both_languages_define_the_same() -> None:
    english, german = load_playbook("en"), load_playbook("de")

    assert set(english.phrases) == set(german.phrases)
    assert set(english.advice) == set(german.advice)
    assert {k: v.sign for k, v in english.advice.items()} == {
        k: v.sign for k, v in german.advice.items()
    }
    assert {k: set(v.variants) for k, v in english.advice.items()} == {
        k: set(v.variants) for k, v in german.advice.items()
    }


@books
def test_the_language_is_furnished(language: str) -> None:
    book = load_playbook(language)

    assert book.language == language
    assert len(book.function_words) > 200
    assert len(book.topic_words) > 60


@cues
@books
def test_every_cue_has_advice(language: str, spec: CueSpec) -> None:
    assert spec.id in load_playbook(language).advice


@books
def test_there_is_no_advice_for_unknown_cues(language: str) -> None:
    assert set(load_playbook(language).advice) <= {spec.id for spec in TABLE}


@cues
@books
def test_advice_is_short(language: str, spec: CueSpec) -> None:
    book = load_playbook(language)

    for text in texts(book, spec.id):
        assert len(text) <= LONGEST
        assert len([w for w in text.split() if any(map(str.isalnum, w))]) <= WORDS
    assert len(re.sub(r"\{\w+\}", "", book.advice[spec.id].reason)) <= REASON


@cues
@books
def test_advice_stays_long_enough_to_be_read(language: str, spec: CueSpec) -> None:
    least = 3000 if spec.kind == "praise" else 4000

    for text in texts(load_playbook(language), spec.id):
        assert spec.ttl_ms >= least
        if spec.kind != "praise":
            assert spec.ttl_ms >= 2 * 1000 * len(text) / READ


@cues
@books
def test_advice_speaks_of_actions_and_not_of_persons(language: str, spec: CueSpec) -> None:
    if spec.id in ALLOWED:
        pytest.skip(ALLOWED[spec.id])
    book = load_playbook(language)

    for text in (*texts(book, spec.id), book.advice[spec.id].reason):
        assert not CHARACTER.search(text)


@books
def test_a_variant_for_a_free_floor_exists_where_the_table_asks_for_it(language: str) -> None:
    book = load_playbook(language)

    assert all(
        "floor_free" in book.advice[spec.id].variants for spec in TABLE if spec.floor_free_ms
    )


def test_leider_never_meets_leid() -> None:
    assert not says("de", "empathy", "Das ist leider so.")
    assert not says("de", "refusal_leider", "Das tut mir leid.")
