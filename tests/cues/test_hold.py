"""`hold_unexplained`: a wait owes its reason and its length."""

import pytest

from tests.script import Stretch, cleared, cues, heard, otherwise, script, told

CUE = "hold_unexplained"


def announced(said: str, language: str = "en", *, then: int = 9000) -> list[str]:
    words = len(said.split())
    call = script(agent=[(500, 500 + 350 * words, said)], language=language, after=then)
    return [cue.rule for cue in cues(call, CUE)]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "One moment please."),
        ("en", "Hold the line while I check that."),
        ("en", "I'll put you on hold for two minutes."),
        ("de", "Einen kleinen Augenblick bitte."),
        ("de", "Bleiben Sie bitte kurz dran, ich frage die Technik."),
        ("de", "Das dauert etwa zwei Minuten, bleiben Sie bitte dran."),
    ],
)
def test_a_wait_without_reason_or_length_is_noticed(language: str, said: str) -> None:
    assert announced(said, language) == ["hold_unexplained.UNEXPLAINED"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "I'll put you on hold for two minutes while I ask my supervisor."),
        (
            "en",
            "I need to check the stock, that takes a minute or two, so please hold the line.",
        ),
        ("en", "Bear with me a second, I'll check that for you."),
        ("de", "Bleiben Sie bitte zwei Minuten dran, ich frage meine Kollegin."),
        ("de", "Einen Moment bitte, ich schaue nach, das dauert nicht lange."),
    ],
)
def test_reason_and_length_explain_a_wait(language: str, said: str) -> None:
    assert announced(said, language) == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "At the moment everything works."),
        ("en", "Thank you for holding."),
        ("en", "You have a second socket there."),
        ("de", "Im Moment ist alles gut."),
        ("de", "Danke fürs Warten."),
        ("de", "Da bin ich wieder."),
    ],
)
def test_what_only_sounds_like_it_announces_no_wait(language: str, said: str) -> None:
    assert announced(said, language) == []


def test_the_length_may_follow_within_the_turn() -> None:
    call = script(
        agent=[
            (500, 2500, "One moment please, I need to ask."),
            (3000, 5000, "It takes about two minutes."),
        ]
    )

    assert cues(call, CUE) == []


def test_it_is_over_once_the_wait_begins() -> None:
    events = told(script(agent=[(500, 2000, "One moment please.")], after=9000))

    assert [end.reason for end in cleared(events, CUE)] == ["cleared"]


def test_a_wait_that_was_misheard_owes_nothing() -> None:
    turn: Stretch = (500, 2000, "One moment please.")
    call = script(agent=[turn], after=9000)

    events = told(call, extra=[otherwise(call, "One moment please.", "Once I called.", at=3400)])

    assert heard(events, CUE) == []
