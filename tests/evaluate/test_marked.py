import pytest

from assist.evaluate.calls import Label
from assist.evaluate.talk import MistakeError
from tests.evaluate.written import call, label, times


def test_a_label_reaches_over_its_words() -> None:
    talk = "A So {refusal_spoken: we can't} now."
    found, said = label(talk), times(call(talk))

    assert (found.expect, found.start, found.end) == ("fires", said["we"][0], said["can't"][1])


def test_words_that_must_not_fire_are_silent() -> None:
    assert label("A {-refusal_spoken: No} problem.").expect == "silent"


def test_a_note_stays_with_its_label() -> None:
    assert label("A {refusal_spoken/implicit: It expired.}").note == "implicit"


def test_a_label_stands_on_the_side_that_triggers_its_cue() -> None:
    assert label("C You {-agent_interrupted: see} it.").channel == "agent"
    assert label("A {-venting: Nobody} knows.").channel == "customer"


def test_a_moment_lies_behind_the_word_before_it() -> None:
    talk = "A We can't. {why_missing@700} Well."

    found = label(talk)

    assert found.start == found.end == found.reference == times(call(talk))["can't."][1] + 700


def test_a_moment_at_the_beginning_of_a_turn_counts_from_the_turn_before() -> None:
    talk = "C Oh. I see.\nA {empathy_missing} Well."

    assert label(talk).reference == times(call(talk))["see."][1]


def test_a_moment_in_a_silence_counts_from_the_last_word() -> None:
    talk = "A One moment.\n... 7000 {long_silence@5000}\nA Well."

    assert label(talk).reference == times(call(talk))["moment."][1] + 5000


def test_a_moment_within_an_aside_counts_there() -> None:
    talk = "A It takes [right {-long_wait_ack}] quite long."

    assert label(talk).reference == times(call(talk))["right"][1]


def test_what_is_due_after_the_call_is_a_mistake() -> None:
    with pytest.raises(MistakeError) as mistake:
        call("A We can't. {why_missing@8000}")

    assert str(mistake.value) == "why_missing falls due 3100 ms after the call's end"


def test_the_agent_s_asides_are_labelled_as_listening() -> None:
    talk = "C All [mhm] day long."

    start, end = times(call(talk))["mhm"]

    assert label(talk) == Label(
        cue="agent_interrupted",
        expect="silent",
        start=start,
        end=end,
        reference=start,
        note="listening",
    )


def test_the_customer_s_asides_are_not() -> None:
    assert call("A All [mhm] day long.").labels == ()


def test_an_aside_that_is_labelled_by_hand_gets_no_other_label() -> None:
    assert label("C All [{agent_interrupted: hang on}] day long we waited.").expect == "fires"


def test_labels_are_in_the_order_of_time() -> None:
    labels = call("C All [mhm] day.\nA {refusal_spoken: {-why_missing: We} can't.}").labels

    assert [x.cue for x in labels] == ["agent_interrupted", "why_missing", "refusal_spoken"]


def test_a_stage_begins_behind_the_word_before_it() -> None:
    made = call("C Hello. {=venting} Nobody calls.\nA {=empathy} I see.")

    said = times(made)
    assert [(x.stage, x.at) for x in made.stages] == [
        ("venting", said["Hello."][1]),
        ("empathy", said["calls."][1]),
    ]


def test_speech_is_where_words_have_short_gaps() -> None:
    spans = call("A Well, we can. [mhm] Now.").speech

    said = times(call("A Well, we can. [mhm] Now."))
    assert [(x.channel, x.start, x.end) for x in spans] == [
        ("agent", 500, said["can."][1]),
        ("customer", *said["mhm"]),
        ("agent", *said["Now."]),
    ]
