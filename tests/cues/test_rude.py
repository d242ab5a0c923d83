"""Profanity and labels; what is said of oneself or of things."""

import pytest

from assist.cues.rude import CUE
from assist.events import HoldStarted
from tests.script import cleared, cues, heard, otherwise, script, told

SAID = {
    "en": ["You are being ridiculous.", "What an idiot.", "Are you deaf?"],
    "de": ["So eine blöde Kuh.", "Sind Sie taub?", "Stellen Sie sich nicht so dumm an."],
}
HARMLESS = {
    "en": ["I was being silly there.", "That must be driving you mad.", "Did you read the letter?"],
    "de": ["Das ist blöd gelaufen.", "Können Sie mich hören?", "Da war ich wohl blind."],
}


@pytest.mark.parametrize(("language", "words"), [(k, w) for k, all_ in SAID.items() for w in all_])
def test_it_is_noticed(language: str, words: str) -> None:
    assert len(cues(script(agent=[(0, 2000, words)], language=language), CUE)) == 1


@pytest.mark.parametrize(
    ("language", "words"), [(k, w) for k, all_ in HARMLESS.items() for w in all_]
)
def test_what_labels_nobody_is_nothing(language: str, words: str) -> None:
    assert cues(script(agent=[(0, 2000, words)], language=language), CUE) == []


def test_the_customer_may_swear() -> None:
    assert cues(script(customer=[(0, 2000, "This is bloody ridiculous.")]), CUE) == []


def test_an_open_microphone_on_hold_is_heard() -> None:
    call = script(agent=[(4000, 5000, "What an idiot.")], customer=[(0, 1000)])

    events = told(call, extra=[HoldStarted(at=2000, start=1000, evidence=())])

    assert len(heard(events, CUE)) == 1


def test_it_is_over_after_20_seconds() -> None:
    call = script(agent=[(0, 2000, "What an idiot.")], after=30_000)

    assert [e.reason for e in cleared(told(call), CUE)] == ["timed_out"]


def test_misheard_words_take_it_back() -> None:
    call = script(agent=[(0, 2000, "What an idiot.")], after=9000)

    events = told(call, extra=[otherwise(call, "an idiot.", "an idea.", at=5000)])

    assert [e.reason for e in cleared(events, CUE)] == ["corrected"]
