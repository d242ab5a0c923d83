"""`defensive_reply`: defence and blame of the agent, and what turns it to help."""

import pytest

from tests.script import cleared, cues, heard, otherwise, script, suppressed, told

CUE = "defensive_reply"


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("That is not my fault.", "DEFENCE"),
        ("Don't shout at me please.", "DEFENCE"),
        ("I don't make the rules.", "DEFENCE"),
        ("We never promised you a date.", "DEFENCE"),
        ("That is another department.", "BLAME_SHIFT"),
        ("The courier must have lost it.", "BLAME_SHIFT"),
    ],
)
def test_the_agent_defends_or_blames(words: str, rule: str) -> None:
    (cue,) = cues(script(agent=[(0, 2000, words)]), CUE)

    assert cue.rule == f"defensive_reply.{rule}"


@pytest.mark.parametrize(
    "words",
    [
        "Ich kann da wirklich nichts dafür.",
        "Bitte nicht in diesem Ton.",
        "Ich bin hier nur am Telefon.",
        "Das habe ich nicht entschieden.",
        "Dafür ist die Buchhaltung zuständig.",
        "Da hat wohl der Fahrer gepennt.",
    ],
)
def test_the_german_agent_defends_or_blames(words: str) -> None:
    assert len(cues(script(agent=[(0, 2000, words)], language="de"), CUE)) == 1


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("That is not your fault.", "en"),
        ("I didn't catch your name.", "en"),
        ("What would you like me to do?", "en"),
        ("I'll take that up with the team.", "en"),
        ("Sie können ja nichts dafür.", "de"),
        ("Ich schaue nur kurz nach.", "de"),
        ("Ich verbinde Sie mit der Technik.", "de"),
    ],
)
def test_what_only_sounds_like_it_is_none(words: str, language: str) -> None:
    assert cues(script(agent=[(0, 2000, words)], language=language), CUE) == []


def test_a_word_of_ownership_in_time_withdraws_it() -> None:
    call = script(
        agent=[(0, 1800, "That was not my fault."), (2000, 4000, "But I'll sort it out for you.")]
    )

    events = told(call)

    assert heard(events, CUE) == []
    assert [cue.reason for cue in suppressed(events, CUE)] == ["self_corrected"]


def test_a_word_of_ownership_ends_it() -> None:
    call = script(
        agent=[
            (0, 1800, "Da kann ich nichts dafür."),
            (8000, 10_000, "Ich kümmere mich darum."),
        ],
        language="de",
    )

    (end,) = cleared(told(call), CUE)

    assert end.by == "agent"


def test_two_defences_in_one_breath_are_one() -> None:
    call = script(agent=[(0, 4000, "That is not my fault. I don't make the rules.")])

    assert len(cues(call, CUE)) == 1


def test_a_late_correction_of_the_words_takes_it_back() -> None:
    call = script(agent=[(0, 2000, "That is not my fault.")], after=12_000)
    other = otherwise(call, "fault.", "laptop.", at=7000)

    assert [end.reason for end in cleared(told(call, extra=[other]), CUE)] == ["corrected"]
