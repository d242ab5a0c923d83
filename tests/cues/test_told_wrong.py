"""`customer_told_wrong`: who says it, what corrects it, what only looks like it."""

import pytest

from tests.script import cleared, cues, heard, otherwise, script, suppressed, told

CUE = "customer_told_wrong"


def test_the_customer_is_told_to_be_wrong() -> None:
    call = script(agent=[(0, 2000, "You are simply mistaken there.")])

    (cue,) = cues(call, CUE)

    assert cue.rule == "customer_told_wrong.CUSTOMER_WRONG"
    assert cue.channel == "agent"
    assert cue.at >= 2000 + 2500


@pytest.mark.parametrize(
    "words",
    [
        "You should have read the terms.",
        "As I already told you it was sent.",
        "You must have entered the wrong code.",
        "No, you didn't.",
        "That is not what the contract says.",
        "You were told about it in June.",
    ],
)
def test_many_wordings_tell_a_customer_so(words: str) -> None:
    assert len(cues(script(agent=[(0, 2500, words)]), CUE)) == 1


@pytest.mark.parametrize(
    "words",
    [
        "Da liegen Sie leider falsch.",
        "Das hätten Sie vorher lesen müssen.",
        "Da haben Sie sich wohl verlesen.",
        "Das steht doch in Ihrem Vertrag.",
        "Wie ich Ihnen schon gesagt habe.",
        "Dann haben Sie das falsche Kabel genommen.",
    ],
)
def test_many_german_wordings_tell_a_customer_so(words: str) -> None:
    assert len(cues(script(agent=[(0, 2500, words)], language="de"), CUE)) == 1


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("You are right.", "en"),
        ("I am not saying you are wrong.", "en"),
        ("You should have received a letter.", "en"),
        ("You haven't done anything wrong.", "en"),
        ("What went wrong?", "en"),
        ("Da hätten Sie eine Mail bekommen müssen.", "de"),
        ("Da haben wir uns vertan.", "de"),
        ("Irgendwas stimmt da nicht.", "de"),
        ("So, da bin ich wieder.", "de"),
    ],
)
def test_what_only_sounds_like_it_is_none(words: str, language: str) -> None:
    assert cues(script(agent=[(0, 2500, words)], language=language), CUE) == []


def test_the_customer_may_say_so() -> None:
    assert cues(script(customer=[(0, 2000, "You are simply mistaken there.")]), CUE) == []


def test_a_neutral_word_in_time_withdraws_it() -> None:
    call = script(
        agent=[(0, 2000, "You are mistaken there."), (2300, 5000, "Let's look at it together.")]
    )

    events = told(call)

    assert heard(events, CUE) == []
    assert [cue.reason for cue in suppressed(events, CUE)] == ["self_corrected"]


def test_a_neutral_word_later_ends_it() -> None:
    call = script(
        agent=[
            (0, 2000, "Da liegen Sie falsch."),
            (8000, 10_500, "Schauen wir uns das gemeinsam an."),
        ],
        language="de",
    )

    (end,) = cleared(told(call), CUE)

    assert (end.reason, end.by) == ("cleared", "agent")


def test_it_ends_by_itself() -> None:
    call = script(agent=[(0, 2000, "You are simply mistaken there.")], after=30_000)

    (end,) = cleared(told(call), CUE)

    assert end.reason == "timed_out"


def test_a_late_correction_of_the_words_takes_it_back() -> None:
    call = script(agent=[(0, 2000, "I think you are mistaken.")], after=12_000)
    other = otherwise(call, "mistaken.", "lucky.", at=7000)

    (end,) = cleared(told(call, extra=[other]), CUE)

    assert end.reason == "corrected"
