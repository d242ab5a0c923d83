"""`sceptical_reply`: doubts of the agent, and the questions that are none."""

import pytest

from tests.script import cleared, cues, heard, script, suppressed, told

CUE = "sceptical_reply"


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Are you sure about that?", "en"),
        ("That can't be right.", "en"),
        ("Why would you want that?", "en"),
        ("Really?", "en"),
        ("Sind Sie da ganz sicher?", "de"),
        ("Das kann eigentlich gar nicht sein.", "de"),
        ("Wozu brauchen Sie das denn?", "de"),
        ("Haben Sie das überhaupt gelesen?", "de"),
    ],
)
def test_the_agent_doubts(words: str, language: str) -> None:
    (cue,) = cues(script(agent=[(0, 2000, words)], language=language), CUE)

    assert cue.rule == "sceptical_reply.DOUBT"


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Oh really.", "en"),
        ("Are you sure there is nothing else?", "en"),
        ("Let me make sure.", "en"),
        ("Did you order it online?", "en"),
        ("How can I help?", "en"),
        ("Das glaube ich Ihnen gern.", "de"),
        ("Haben Sie die Nummer zur Hand?", "de"),
        ("Haben Sie sonst noch eine Frage?", "de"),
    ],
)
def test_listening_and_asking_are_no_doubt(words: str, language: str) -> None:
    assert cues(script(agent=[(0, 2000, words)], language=language), CUE) == []


def test_a_curious_word_in_time_withdraws_it() -> None:
    call = script(agent=[(0, 1500, "That can't be right."), (1800, 3500, "Tell me more about it.")])

    events = told(call)

    assert heard(events, CUE) == []
    assert [cue.reason for cue in suppressed(events, CUE)] == ["self_corrected"]


def test_an_open_question_ends_it() -> None:
    call = script(
        agent=[
            (0, 2000, "Das kann gar nicht sein."),
            (8000, 10_000, "Was ist denn genau passiert?"),
        ],
        language="de",
    )

    assert [end.by for end in cleared(told(call), CUE)] == ["agent"]
