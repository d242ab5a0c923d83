"""What people said of a stored call becomes labels."""

from collections.abc import Sequence

from msgspec.structs import replace

from assist.cues import TABLE
from assist.evaluate.calls import Label
from assist.evaluate.learned import AGENT, DELAY, learned
from assist.evaluate.review import Judged, Judgement, Review
from assist.evaluate.run import run
from assist.evaluate.score import Score
from assist.events import (
    CallUpdated,
    CueDetected,
    Event,
    NudgeFeedback,
    NudgeShown,
)
from assist.settings import load_playbook
from tests.evaluate.reviewed import rough, told

SHOWN = next(event for event in rough() if isinstance(event, NudgeShown) and event.cue_id)


def answered(verdict: str) -> Review:
    """Return a call in which the agent answered a nudge."""
    last = rough()[-1]
    answer = NudgeFeedback(at=last.at, seq=last.seq + 1, call_id="c1", id=SHOWN.id, verdict="wrong")
    return told(replace(answer, verdict=verdict))


def judged(review: Review, cue: str, *verdicts: Judged) -> Review:
    """Return a call of which reviewers judged a cue."""
    said = tuple(Judgement(author=f"r{n}", verdict=one) for n, one in enumerate(verdicts))
    cues = [replace(one, verdicts=said) if one.id == cue else one for one in review.cues]
    return replace(review, cues=tuple(cues))


def labels(review: Review) -> Sequence[Label]:
    found = learned(review, rough())
    return found.labels if found else ()


def test_a_call_of_which_nothing_was_said_teaches_nothing() -> None:
    assert learned(told(), rough()) is None


def test_a_nudge_that_was_wrong_must_not_come_again() -> None:
    (label,) = labels(answered("wrong"))

    assert (label.cue, label.expect, label.note) == (SHOWN.cue, "silent", AGENT)


def test_a_nudge_that_helped_must_come_again() -> None:
    (label,) = labels(answered("helpful"))

    assert (label.cue, label.expect) == (SHOWN.cue, "fires")
    assert label.start <= label.end == label.reference


def test_not_now_says_nothing_of_the_cue() -> None:
    assert labels(answered("not_now")) == ()


def test_the_reviewer_goes_before_the_agent() -> None:
    review = judged(answered("wrong"), SHOWN.cue_id, "right")

    assert [(one.expect, one.note) for one in labels(review)] == [("fires", "")]


def test_reviewers_who_disagree_leave_no_label_and_silence_the_agent() -> None:
    assert labels(judged(answered("wrong"), SHOWN.cue_id, "right", "wrong")) == ()


def test_a_call_keeps_its_words_and_speech() -> None:
    review = answered("helpful")

    call = learned(review, rough())

    assert call is not None
    assert len(call.words) == sum(len(line.words) for line in review.lines)
    assert len(call.speech) == len(review.speech)


def test_a_call_without_words_teaches_nothing() -> None:
    review = answered("helpful")

    assert learned(replace(review, words="erased"), rough()) is None
    assert learned(replace(review, words="consent"), rough()) is None
    assert learned(replace(review, lines=()), rough()) is None


def test_what_was_noticed_in_the_call_is_noticed_again_in_what_it_teaches() -> None:
    review = told()
    right = (Judgement(author="rita", verdict="right"),)
    all_right = replace(review, cues=tuple(replace(one, verdicts=right) for one in review.cues))

    call = learned(all_right, rough())
    assert call is not None
    events = list(run(call, load_playbook("en"), TABLE))

    assert noticed(events) == noticed(rough())
    score = Score()
    score.add(call, events, TABLE)
    assert {one.fires - one.hits for one in score.cues.values()} == {0}


def noticed(events: Sequence[Event]) -> list[tuple[str, int]]:
    return [(event.cue, event.at) for event in events if isinstance(event, CueDetected)]


def test_a_cue_that_came_late_was_due_when_its_evidence_was_complete() -> None:
    waited = next(one for one in told().cues if one.at - one.end > DELAY)

    (right,) = labels(judged(told(), waited.id, "right"))
    (late,) = labels(judged(told(), waited.id, "late"))

    assert (right.reference, late.reference) == (waited.at, waited.end)
    assert late.note == "late"


def test_the_words_of_the_ticket_are_those_told_last() -> None:
    updated = CallUpdated(at=0, issue=("router", "outage"))

    call = learned(answered("helpful"), [*rough(), updated])

    assert call is not None
    assert call.call.issue == ("router", "outage")
