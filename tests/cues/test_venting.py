"""What is venting, and what is only long, loud or lively."""

from assist.cues.venting import FLOOR
from tests.script import cleared, cues, heard, otherwise, script, told

CUE = "venting"
RANT = (
    "this is ridiculous I am fed up with you people nobody ever calls me back and this is the "
    "third time it is broken and I have been waiting for weeks now it is completely unacceptable"
)
STORY = (
    "so on Monday I moved the desk to the other room and then I plugged the router in again and "
    "the lights came on one after another and my wife looked at the screen and saw a message about "
    "the update and then we both went to the kitchen and made some tea and waited until it was done"
)


def test_complaints_from_the_first_second_are_venting_within_ten_seconds() -> None:
    call = script(customer=[(0, 14_000, RANT)])

    found = cues(call, CUE)

    assert len(found) == 1
    assert FLOOR <= found[0].at <= 10_000


def test_the_evidence_holds_the_score_the_floor_and_the_words() -> None:
    cue = cues(script(customer=[(0, 14_000, RANT)]), CUE)[0]

    names = [getattr(item, "name", "words") for item in cue.evidence]
    assert names[:2] == ["score", "floor_ms"]
    assert "words" in names[2:]


def test_a_long_calm_answer_to_an_open_question_is_no_venting() -> None:
    call = script(agent=[(0, 2000, "Tell me what happened.")], customer=[(2500, 42_500, STORY)])

    assert cues(call, CUE) == []


def test_without_words_there_is_no_venting_however_long_the_talk() -> None:
    call = script(customer=[(0, 14_000, RANT), (14_200, 60_000)])

    assert cues(call, CUE, words=False) == []


def test_words_that_come_late_make_no_venting_before_they_come() -> None:
    prompt, late = (
        script(customer=[(0, 14_000, RANT)]),
        script(customer=[(0, 14_000, RANT)], lag=5000),
    )

    assert cues(late, CUE)[0].at > max(FLOOR, cues(prompt, CUE)[0].at)


def test_an_outburst_that_fades_at_once_is_no_venting() -> None:
    said = f"{STORY} this is ridiculous thank you thanks that is lovely"

    assert cues(script(customer=[(0, 14_000, said)]), CUE) == []


def test_one_strong_word_in_a_long_story_is_no_venting() -> None:
    call = script(customer=[(0, 26_000, f"{STORY} which was ridiculous but {STORY}")])

    assert cues(call, CUE) == []


def test_two_thanks_speak_against_it() -> None:
    thanks = "oh thank you that is lovely thank you so much it was a ridiculous wait of two weeks"

    assert cues(script(customer=[(0, 12_000, thanks)]), CUE) == []


def test_a_calm_issue_is_no_venting() -> None:
    assert cues(script(customer=[(0, 40_000, STORY)]), CUE) == []


def test_an_echo_of_the_agent_is_no_venting() -> None:
    """The agent's own complaint words come back on the customer's channel."""
    call = script(agent=[(0, 14_000, STORY)], customer=[(40, 14_040)])

    assert cues(call, CUE) == []


def test_shared_laughter_is_no_venting() -> None:
    call = script(agent=[(3000, 5000)], customer=[(0, 5000), (5300, 20_000)])

    assert cues(call, CUE) == []


def test_empathy_of_the_agent_ends_it() -> None:
    call = script(
        customer=[(0, 14_000, RANT)],
        agent=[(15_000, 18_000, "I'm so sorry to hear that. That must be very frustrating.")],
    )

    ends = cleared(told(call), CUE)

    assert len(ends) == 1
    assert ends[0].at <= 20_000


def test_it_ends_when_the_customer_has_fallen_silent_and_the_words_have_faded() -> None:
    call = script(customer=[(0, 14_000, RANT)], after=60_000)

    assert len(cleared(told(call), CUE)) == 1


def test_after_empathy_the_floor_counts_anew() -> None:
    call = script(
        customer=[(0, 26_000, f"{RANT} {RANT}")],
        agent=[(13_000, 14_500, "I completely understand that")],
    )

    events = told(call)

    first, second = heard(events, CUE)
    over = cleared(events, CUE)[0].at
    assert second.at - over >= FLOOR
    assert second.id != first.id


CALM = "this is remarkable I am fond of you people somebody always calls me back"
MISHEARD = "this is ridiculous I am fed up with you people nobody ever calls me back"


def test_venting_that_rests_on_misheard_words_is_cleared() -> None:
    said = f"{MISHEARD} and then I moved the desk to the other room and plugged it in again"
    call = script(customer=[(0, 14_000, said)], agent=[(15_000, 16_000, "okay")], after=20_000)
    assert len(cues(call, CUE)) == 1

    events = told(call, extra=[otherwise(call, MISHEARD, CALM, at=15_500)])

    (over,) = cleared(events, CUE)
    assert (over.at, over.reason) == (15_500, "corrected")


def test_venting_stands_when_enough_words_are_left() -> None:
    call = script(customer=[(0, 14_000, RANT)], after=20_000)

    events = told(call, extra=[otherwise(call, "third time", "first time", at=14_900)])

    assert "corrected" not in [e.reason for e in cleared(events, CUE)]
    assert len(heard(events, CUE)) == 1


def test_long_past_venting_is_not_judged_again() -> None:
    said = [(0, 14_000, RANT), (14_800, 60_000, STORY)]
    call = script(customer=said, after=20_000)

    events = told(call, extra=[otherwise(call, RANT, STORY, at=50_000)])

    assert "corrected" not in [e.reason for e in cleared(events, CUE)]
