"""`overpromise`: promises that nobody on the call owns."""

import pytest
from msgspec import structs

from assist.core.engine import Engine
from assist.cues import TABLE
from assist.evaluate.run import inputs
from assist.events import TranscriptFinal
from assist.settings import load_playbook
from tests.script import cleared, cues, otherwise, script, told

CUE = "overpromise"


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("I am sure my boss will approve it.", "en"),
        ("It will definitely be there tomorrow.", "en"),
        ("I guarantee you will get the money.", "en"),
        ("It will be fixed in twenty minutes.", "en"),
        ("This will never happen again.", "en"),
        ("I can get my manager to sign that.", "en"),
        ("Das ist garantiert morgen da.", "de"),
        ("Das genehmigt mein Chef.", "de"),
        ("Das wird auf jeden Fall bis Freitag erledigt.", "de"),
        ("In zwanzig Minuten ist das behoben.", "de"),
        ("Das kommt nie wieder vor.", "de"),
    ],
)
def test_the_agent_promises_too_much(words: str, language: str) -> None:
    (cue,) = cues(script(agent=[(0, 2500, words)], language=language), CUE)

    assert cue.rule == "overpromise.OVERPROMISE"


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("I can't guarantee that.", "en"),
        ("It should be fixed in twenty minutes.", "en"),
        ("I will definitely ring you tomorrow.", "en"),
        ("It is still under guarantee.", "en"),
        ("I'm sure we can find a way.", "en"),
        ("Das kann ich Ihnen nicht garantieren.", "de"),
        ("Ich melde mich auf jeden Fall bis Freitag.", "de"),
        ("Das Gerät hat noch Garantie.", "de"),
        ("Voraussichtlich ist das in zwanzig Minuten behoben.", "de"),
    ],
)
def test_owned_and_hedged_promises_are_none(words: str, language: str) -> None:
    assert cues(script(agent=[(0, 2500, words)], language=language), CUE) == []


def test_it_does_not_wait_for_the_end_of_the_sentence() -> None:
    call = script(
        agent=[
            (0, 6000, "it will definitely be there tomorrow and then the driver rings your bell")
        ]
    )

    (cue,) = cues(call, CUE)

    assert cue.at < 5000


def test_the_recogniser_takes_an_early_one_back() -> None:
    call = script(
        agent=[
            (0, 6000, "it will definitely be there tomorrow and then the driver rings your bell")
        ]
    )
    (final,) = [event for event in inputs(call) if isinstance(event, TranscriptFinal)]
    words = tuple(
        structs.replace(word, text="hopefully" if word.text == "definitely" else word.text)
        for word in final.words
    )
    engine = Engine(call_id="script", playbook=load_playbook("en"), table=TABLE)
    events = [
        event
        for one in inputs(call)
        for event in engine.feed(
            structs.replace(one, words=words) if isinstance(one, TranscriptFinal) else one
        )
    ]

    assert [end.reason for end in cleared(events, CUE)] == ["retracted"]


def test_an_owned_promise_ends_it() -> None:
    call = script(
        agent=[
            (0, 2500, "Das ist garantiert morgen da."),
            (5000, 8000, "Ich frage nach und melde mich bis vier."),
        ],
        language="de",
    )

    assert [end.by for end in cleared(told(call), CUE)] == ["agent"]


def test_a_late_correction_of_the_words_takes_it_back() -> None:
    call = script(agent=[(0, 2500, "It will definitely be there tomorrow.")], after=12_000)
    other = otherwise(call, "definitely", "hopefully", at=7000)

    assert [end.reason for end in cleared(told(call, extra=[other]), CUE)] == ["corrected"]
