"""`argue_loop`: twice each within 30 seconds, and what is no contradiction."""

from tests.script import Stretch, cleared, cues, heard, script, told

CUE = "argue_loop"
CUSTOMER: list[Stretch] = [
    (0, 2000, "No, that is not what you said."),
    (6000, 8000, "No, it never arrived."),
]
AGENT: list[Stretch] = [
    (3000, 5000, "Yes, but you signed for it."),
    (9000, 11_000, "Yes, but that is not true."),
]


def test_two_contradictions_of_each_side_are_a_loop() -> None:
    (cue,) = cues(script(customer=CUSTOMER, agent=AGENT), CUE)

    assert cue.rule == "argue_loop.BOTH"
    assert len(cue.evidence) == 4


def test_a_german_loop() -> None:
    call = script(
        customer=[(0, 2000, "Stimmt doch gar nicht."), (6000, 8000, "Doch, das war so.")],
        agent=[(3000, 5000, "Das stimmt so nicht."), (9000, 11_000, "Ja aber das zählt nicht.")],
        language="de",
    )

    assert len(cues(call, CUE)) == 1


def test_one_side_alone_does_not_argue() -> None:
    assert cues(script(customer=CUSTOMER), CUE) == []


def test_once_each_is_no_loop() -> None:
    assert cues(script(customer=CUSTOMER[:1], agent=AGENT[:1]), CUE) == []


def test_a_loop_is_told_once() -> None:
    later: list[Stretch] = [(12_000, 14_000, "No, that is not true.")]
    more: list[Stretch] = [(15_000, 17_000, "Yes, but you are wrong.")]

    assert len(cues(script(customer=CUSTOMER + later, agent=AGENT + more), CUE)) == 1


def test_contradictions_far_apart_are_no_loop() -> None:
    far: list[Stretch] = [(40_000, 42_000, "Yes, but that is not true.")]

    assert cues(script(customer=CUSTOMER, agent=AGENT[:1] + far), CUE) == []


def test_a_no_that_answers_a_question_contradicts_nobody() -> None:
    call = script(
        agent=[(0, 2000, "Was it switched on?"), (6000, 8000, "Did you see a light?"), *AGENT[1:]],
        customer=[(3000, 5000, "No, it was not."), (9000, 10_000, "No, I did not.")],
    )

    assert cues(call, CUE) == []


def test_an_agreeing_agent_ends_it() -> None:
    call = script(
        customer=CUSTOMER, agent=[*AGENT, (14_000, 16_000, "You are absolutely right there.")]
    )
    events = told(call)

    assert len(heard(events, CUE)) == 1
    assert [end.by for end in cleared(events, CUE)] == ["agent"]
