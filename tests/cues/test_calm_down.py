"""Telling the customer to calm down; what only sounds like it."""

import pytest

from assist.cues.calm_down import CUE
from assist.evaluate.calls import LabelledCall
from tests.script import cleared, cues, otherwise, script, told

SAID = {
    "en": ["Please calm down.", "There is no need to get upset.", "Sir, just take a deep breath."],
    "de": [
        "Jetzt beruhigen Sie sich bitte.",
        "Regen Sie sich nicht so auf.",
        "Bleiben Sie sachlich.",
    ],
}
HARMLESS = {
    "en": ["You have every right to be upset.", "Let the router cool down first.", "I was calm."],
    "de": ["Ich verstehe, dass Sie sich aufregen.", "Fragen Sie ruhig nach.", "Ich beruhige mich."],
}


def answer(words: str, language: str = "en", *more: tuple[int, int, str]) -> LabelledCall:
    return script(agent=[(0, 2000, words), *more], language=language, after=30_000)


@pytest.mark.parametrize(("language", "words"), [(k, w) for k, all_ in SAID.items() for w in all_])
def test_it_is_noticed_within_three_seconds(language: str, words: str) -> None:
    (cue,) = cues(answer(words, language), CUE)

    assert cue.at <= 5000


@pytest.mark.parametrize(
    ("language", "words"), [(k, w) for k, all_ in HARMLESS.items() for w in all_]
)
def test_what_only_sounds_like_it_is_nothing(language: str, words: str) -> None:
    assert cues(answer(words, language), CUE) == []


def test_the_customer_may_say_it() -> None:
    assert cues(script(customer=[(0, 2000, "Please calm down.")]), CUE) == []


def test_quoting_it_is_nothing() -> None:
    assert cues(answer("So they told you to calm down."), CUE) == []


def test_a_sentence_that_goes_on_does_not_hide_it() -> None:
    words = "please calm down madam and let me see whether I can find the order that you mean here"

    (cue,) = cues(script(agent=[(0, 8000, words)]), CUE)

    assert cue.at < 5000


def test_empathy_ends_it() -> None:
    call = answer("Please calm down.", "en", (4000, 7000, "I understand how frustrating that is."))

    assert [(e.reason, e.by) for e in cleared(told(call), CUE)] == [("cleared", "agent")]


def test_it_is_over_after_20_seconds() -> None:
    assert [e.reason for e in cleared(told(answer("Please calm down.")), CUE)] == ["timed_out"]


def test_misheard_words_take_it_back() -> None:
    call = answer("Please calm down.")
    (cue,) = cues(call, CUE)

    events = told(
        call, extra=[otherwise(call, "Please calm down.", "Please come.", at=cue.at + 900)]
    )

    assert [e.reason for e in cleared(events, CUE)] == ["corrected"]
