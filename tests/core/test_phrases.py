"""The little language of phrases."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assist.core.phrases import Phrases, Span, fold, fold_all
from assist.errors import PlaybookError

CLASSES = {
    "num": ("one", "two"),
    "time": ("two", "half past", "noon"),
    "tens": ("twenty",),
    "cant": ("can't", "can not"),
}


def matches(phrase: str, sentence: str) -> bool:
    return Phrases([phrase], CLASSES).find(fold_all(sentence)) is not None


@pytest.mark.parametrize(
    ("spoken", "folded"),
    [
        ("Können", "koennen"),
        ("Straße!", "strasse"),
        ("“Don’t,”", "don't"),
        ("–", ""),
        ("NO.", "no"),
    ],
)
def test_words_are_folded(spoken: str, folded: str) -> None:
    assert fold(spoken) == folded


@given(st.text())
@example("0:'")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("phrase", "sentence"),
    [
        ("we can", "Yes, we can!"),
        ("we|i can", "I can."),
        ("i (really) can", "I can."),
        ("i (really) can", "I really can."),
        ("(please) go on", "go on"),
        ("(please) go on", "Please go on."),
        ("künd~", "Ich kündige."),
        ("~ed", "He waited."),
        ("can't be ~ed", "It can't be changed."),
        ("what ... do", "What I then do"),
        ("what ... do", "What do"),
        ("what ..5 do", "what a b c d e do"),
        ("{num} minutes", "Two minutes"),
        ("{num} minutes", "15 minutes"),
        ("we {cant}", "We can't."),
        ("we {cant} go", "We can not go."),
        ("we {cant}|won't go", "We can not go."),
        ("no !problem", "No way"),
        ("no !problem", "No"),
        ("^ no", "No way"),
        ("no $", "I said no."),
        ("in {num} minutes", "In twenty two minutes"),
        ("at {time}", "At half past two"),
        ("at {time}", "At 3pm"),
        ("zurück+rufen", "Ich rufe Sie morgen um zehn Uhr zurück."),
        ("zurück+rufen", "Sie werden zurückgerufen."),
        ("zurück+rufen", "Dann rufen wir Sie zurück."),
        ("zurück+rufen", "Ich versuche, Sie zurückzurufen."),
        ("zurück+rufen", "Ich werde Sie zurückrufen."),
        ("zurück+rufen", "Ich werde Sie zurück rufen."),
        ("zurück+melden", "Er hat sich zurückgemeldet."),
        ("ich zurück+rufen|melden", "Ich melde mich zurück."),
        ("an|zurück+rufen", "Ich rufe Sie an."),
    ],
)
def test_a_phrase_matches(phrase: str, sentence: str) -> None:
    assert matches(phrase, sentence)


@pytest.mark.parametrize(
    ("phrase", "sentence"),
    [
        ("we can", "can we"),
        ("we can", "we never can"),
        ("i (really) can", "I hardly can."),
        ("künd~", "verkünden"),
        ("~ed", "education"),
        ("what ... do", "what a b c d do"),
        ("what ..5 do", "what a b c d e f do"),
        ("{num} minutes", "many minutes"),
        ("we {cant}", "We can."),
        ("no !problem", "No problem"),
        ("^ no", "Oh no"),
        ("no $", "No way"),
        ("leider", "leid"),
        ("in {num} minutes", "In twenty minutes"),
        ("zurück+rufen", "Das Geld kommt zurück."),
        ("zurück+rufen", "Wir rufen Sie an."),
        ("zurück+rufen", "Ein Rückruf."),
    ],
)
def test_a_phrase_does_not_match(phrase: str, sentence: str) -> None:
    assert not matches(phrase, sentence)


def test_a_match_tells_its_place_and_its_phrase() -> None:
    assert Phrases(["we can"]).find(fold_all("Yes we can")) == Span(1, 3, "we can")


def test_every_place_is_found() -> None:
    found = Phrases(["no"]).spans(fold_all("no no yes no"))

    assert [span.start for span in found] == [0, 1, 3]


def test_the_longest_match_of_a_phrase_is_taken() -> None:
    assert Phrases(["we ... can"]).find(fold_all("we can and can")) == Span(0, 4, "we ... can")


def test_covers_asks_that_phrases_make_up_all_words() -> None:
    listening = Phrases(["i see", "okay", "mhm"])

    assert listening.covers(fold_all("mhm I see okay"))
    assert not listening.covers(fold_all("okay listen"))
    assert not listening.covers(())


def test_starts_asks_for_a_phrase_at_the_beginning() -> None:
    assert Phrases(["but"]).starts(("but", "we"))
    assert not Phrases(["but"]).starts(("we", "but"))


@pytest.mark.parametrize("phrase", ["... no", "!no yes", "", "^ $", "no . yes"])
def test_a_phrase_must_begin_with_a_word(phrase: str) -> None:
    with pytest.raises(PlaybookError, match="word"):
        Phrases([phrase])


@pytest.mark.parametrize("phrase", ["zurück+ruf", "+rufen", "ich zurück+"])
def test_a_verb_in_two_parts_needs_its_part_and_an_infinitive(phrase: str) -> None:
    with pytest.raises(PlaybookError, match="two parts"):
        Phrases([phrase])


def test_an_unknown_class_is_named() -> None:
    with pytest.raises(PlaybookError, match="days"):
        Phrases(["on {days}"], CLASSES)


@given(st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=12))
def test_a_match_lies_within_the_words(words: list[str]) -> None:
    for span in Phrases(["a ... b", "a (b) c", "~c $", "b !a"]).spans(words):
        assert 0 <= span.start < span.end <= len(words)
