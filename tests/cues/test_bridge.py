"""A bridge is a kind word and a question at the customer's breath, while the talk is off track."""

import pytest

from tests.cues.test_off_track import AGENT, DOGS, START
from tests.script import Stretch, cleared, cues, script, told

CUE = "bridge_done"
DRIFT: Stretch = (24_000, 40_000, DOGS)
languages_of_the_bridge = [
    "Oh, that sounds lovely. And which light is red now?",
    "What a picture! Where does the router stand?",
    "Grandma sounds a proper character. Does the red light still blink?",
]


@pytest.mark.parametrize("text", languages_of_the_bridge)
def test_a_kind_word_and_a_question_are_a_bridge(text: str) -> None:
    call = script(customer=[*START, DRIFT], agent=[*AGENT, (40_800, 45_000, text)])

    assert len(cues(call, CUE)) == 1


def test_a_question_counts_before_it_is_over() -> None:
    text = "That sounds lovely. So which light is it that blinks red on the router in your hall?"
    call = script(customer=[*START, DRIFT], agent=[*AGENT, (40_800, 50_800, text)])

    assert [cue.at < 49_000 for cue in cues(call, CUE)] == [True]


def test_a_remark_and_a_question_in_one_breath_are_a_bridge() -> None:
    text = "Well that sounds like quite a party, and which light is it that blinks red in the hall"
    call = script(customer=[*START, DRIFT], agent=[*AGENT, (40_800, 50_800, text)])

    assert [cue.at < 49_000 for cue in cues(call, CUE)] == [True]


def test_a_question_alone_is_none() -> None:
    text = "Which light is red now?"
    call = script(customer=[*START, DRIFT], agent=[*AGENT, (40_800, 43_000, text)])

    assert cues(call, CUE) == []


def test_a_kind_word_alone_is_none() -> None:
    call = script(customer=[*START, DRIFT], agent=[*AGENT, (40_800, 43_000, "Oh, how lovely.")])

    assert cues(call, CUE) == []


def test_on_the_track_there_is_nothing_to_bridge() -> None:
    call = script(customer=START, agent=[*AGENT, (17_000, 21_000, languages_of_the_bridge[0])])

    assert cues(call, CUE) == []


def test_too_late_is_no_bridge() -> None:
    call = script(
        customer=[*START, DRIFT, (41_000, 53_000, DOGS)],
        agent=[*AGENT, (40_500, 40_800, "mhm"), (66_000, 70_000, languages_of_the_bridge[0])],
        after=9000,
    )

    assert [c.at for c in cues(call, CUE) if c.at < 60_000] == []


def test_the_praise_is_over_after_four_seconds() -> None:
    call = script(
        customer=[*START, DRIFT],
        agent=[*AGENT, (40_800, 45_000, languages_of_the_bridge[0])],
        after=9000,
    )

    assert [c.reason for c in cleared(told(call), CUE)] == ["timed_out"]
