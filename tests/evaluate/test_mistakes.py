from assist.cues import TABLE
from assist.evaluate.calls import LabelledCall
from assist.evaluate.mistakes import Mistake, mistakes
from assist.evaluate.run import run
from assist.evaluate.scenario import parse
from assist.evaluate.score import Score
from assist.settings import load_playbook

TALK = """== a
language en

C Can you send it to me today?
A {}
... 9000
"""


def found(line: str, cue: str) -> list[Mistake]:
    call: LabelledCall = next(iter(parse(TALK.format(line))))
    score = Score()
    score.add(call, run(call, load_playbook("en"), TABLE), TABLE)
    return [each for each in mistakes(score, [call]) if each.cue == cue]


def test_a_label_that_nothing_met_is_quoted_with_the_talk_around_it() -> None:
    (mistake,) = found("{refusal_spoken/odd: Yes, with pleasure.}", "refusal_spoken")

    assert (mistake.kind, mistake.call, mistake.what) == ("missed", "a", "odd: Yes, with pleasure.")
    assert mistake.said == "C: Can you send it to me today? A: Yes, with pleasure."


def test_a_detection_without_a_label_is_quoted_with_its_evidence() -> None:
    (mistake,) = found("No, we can't deliver it today.", "refusal_spoken")

    assert mistake.kind == "false"
    assert mistake.what in mistake.said
    assert mistake.said.endswith("A: No, we can't deliver it today.")


def test_what_was_found_as_labelled_is_no_mistake() -> None:
    assert not found("{refusal_spoken: No, we can't deliver it today.}", "refusal_spoken")
