import pytest

from assist.core.detector import CueSpec
from assist.cues import TABLE
from assist.evaluate.references import CUES
from tests.evaluate.written import call, label, times


def test_all_cues_of_the_specification_may_be_labelled() -> None:
    assert len(CUES) == 39


@pytest.mark.parametrize("spec", TABLE, ids=lambda spec: spec.id)
def test_a_cue_that_is_built_may_be_labelled_on_its_side(spec: CueSpec) -> None:
    assert CUES[spec.id].channel == spec.who


def test_an_interruption_counts_from_its_first_word() -> None:
    found = label("C We wait and\nA -300 {agent_interrupted: okay so the thing}")

    assert found.reference == found.start


def test_a_phrase_counts_from_its_end() -> None:
    found = label("A {empathy_given: I can see that.} Well.")

    assert found.reference == found.end


def test_a_long_phrase_counts_from_two_and_a_half_seconds_on() -> None:
    found = label("A {empathy_given: I can see that this must have been upsetting for you all.}")

    assert found.reference == found.start + 2500 < found.end


def test_a_summary_counts_somewhat_later() -> None:
    words = "so the parcel came on Monday and you were not at home and nobody called"
    found = label(f"A {{mirroring_done: {words}}}")

    assert found.reference == found.start + 4000 < found.end


@pytest.mark.parametrize(
    ("talk", "ends", "later"),
    [
        ("A {refusal_spoken: We can't} do that today.", "today.", 0),
        ("A {refusal_spoken: We can't} do that. Well.", "that.", 1000),
        ("A {refusal_spoken: We can't do that.} Well.", "that.", 1000),
        ("A {refusal_spoken: We can't} do that but soon", "that", 1000),
        ("A {refusal_spoken: We can't} do that, But soon", "that,", 1000),
        ("A {refusal_spoken: We can't} do that\nA Well.", "that", 1000),
        ("A {refusal_spoken: We can't} do that\nC Well.", "that", 0),
    ],
)
def test_what_may_be_corrected_counts_from_the_end_of_its_clause(
    talk: str, ends: str, later: int
) -> None:
    assert label(talk).reference == times(call(talk))[ends][1] + later


def test_a_german_clause_ends_before_aber() -> None:
    talk = "A {refusal_spoken: Das geht nicht} leider aber morgen"

    assert label(talk, language="de").reference == times(call(talk))["leider"][1] + 1000


def test_a_complaint_counts_from_its_end_where_the_customer_has_spoken_for_long() -> None:
    words = "it was meant to come on Monday " * 6
    found = label(f"C {words} and {{venting: nobody ever calls}}")

    assert found.reference == found.end


def test_an_early_complaint_counts_from_eight_seconds_of_talk_on() -> None:
    found = label("C +700 {venting: nobody ever calls}\n... 9000")

    assert found.reference == 700 + 8000


def test_drifting_off_counts_ten_seconds_after_it_began() -> None:
    words = "my sister bakes bread on Sundays " * 9
    found = label(f"C Yes. {{off_track: {words}}}")

    assert found.reference == found.start + 10_000


def test_a_threat_counts_from_its_end() -> None:
    words = "I will tell the whole world about your company"
    found = label(f"C {{customer_escalates: {words} and {words}}}")

    assert found.reference == found.end
