import pytest

from assist.core.stages import ROWS
from assist.events import (
    HoldEnded,
    HoldStarted,
    NumberEvidence,
    TranscriptFinal,
    Word,
    WordsEvidence,
)
from tests.script import Stretch, otherwise, script, spread, stages, told

HELP: Stretch = (0, 2000, "Good morning, how can I help?")
ISSUE: Stretch = (
    2500,
    6500,
    "my router is broken and the internet connection drops every evening.",
)
RANT = (
    "this is ridiculous I am fed up with you people nobody ever calls me back and this is the "
    "third time it is broken and I have been waiting for weeks now it is completely unacceptable"
)


def walk(*, customer: list[Stretch], agent: list[Stretch], after: int = 4000) -> list[str]:
    return [
        move.stage for move in stages(told(script(customer=customer, agent=agent, after=after)))
    ]


def test_the_call_opens_with_the_first_speech() -> None:
    moves = stages(told(script(agent=[(500, 2000)])))

    assert [(m.stage, m.previous, m.rule) for m in moves] == [("opening", None, "first_speech")]


def test_an_issue_statement_leads_to_problem_solving() -> None:
    assert walk(agent=[HELP], customer=[ISSUE]) == ["opening", "problem_solving"]


def test_a_short_issue_suffices_once_the_agent_asks_back() -> None:
    customer: list[Stretch] = [(500, 2500, "hello my invoice shows odd charges")]

    assert walk(agent=[], customer=customer) == ["opening"]
    assert (
        walk(agent=[(3000, 4500, "Which invoice is that?")], customer=customer)[-1]
        == "problem_solving"
    )


def test_a_greeting_alone_leads_nowhere() -> None:
    assert walk(agent=[HELP], customer=[(2500, 3200, "good morning")]) == ["opening"]


def test_venting_and_empathy_come_before_problem_solving() -> None:
    moves = walk(
        customer=[(0, 14_000, RANT)],
        agent=[
            (16_000, 19_000, "I'm so sorry to hear that."),
            (20_000, 22_000, "Which router do you have?"),
        ],
        after=20_000,
    )

    assert moves == ["opening", "venting", "empathy", "problem_solving"]


def test_a_proposal_leads_to_agreement_and_a_rejection_back() -> None:
    moves = walk(
        agent=[HELP, (8000, 11_000, "What I can do is send you a new router.")],
        customer=[ISSUE, (12_000, 14_000, "No that doesn't help.")],
    )

    assert moves == ["opening", "problem_solving", "agreement", "problem_solving"]


def test_closing_words_close() -> None:
    moves = walk(agent=[HELP, (8000, 10_000, "Is there anything else?")], customer=[ISSUE])

    assert moves[-1] == "close"


def test_a_new_issue_after_anything_else_opens_the_call_again() -> None:
    more = "yes my mobile phone shows an error message and the invoice lists strange foreign calls."

    moves = walk(
        agent=[HELP, (8000, 10_000, "Is there anything else?")],
        customer=[ISSUE, (11_000, 17_000, more)],
    )

    assert moves[-2:] == ["close", "problem_solving"]


def test_one_more_thing_opens_the_call_again_after_the_goodbye() -> None:
    more = "Oh, one more thing, my mobile phone shows an error and the invoice lists foreign calls."

    moves = walk(
        agent=[HELP, (8000, 10_000, "Have a nice day.")],
        customer=[ISSUE, (11_000, 17_000, more)],
    )

    assert moves[-2:] == ["close", "problem_solving"]


def test_every_move_says_why() -> None:
    moves = stages(told(script(agent=[HELP], customer=[ISSUE])))

    assert moves[-1].rule == "issue_stated"
    assert moves[-1].evidence


def test_no_two_rows_share_rule_and_target() -> None:
    assert len({(row.rule, row.target) for row in ROWS}) == len(ROWS)


def test_an_announced_wait_and_silence_are_a_hold() -> None:
    events = told(
        script(
            agent=[(0, 1500, "One moment please."), (9000, 11_000, "Thank you for waiting.")],
            customer=[(1700, 2000, "okay")],
        )
    )

    holds = [e for e in events if isinstance(e, HoldStarted | HoldEnded)]
    assert [type(e) for e in holds] == [HoldStarted, HoldEnded]
    assert holds[0].at - 1500 >= 3000
    assert (holds[0].start, holds[1].start) == (1500, 1500)


def test_a_hold_ends_once_though_both_speak_at_its_end() -> None:
    events = told(
        script(
            agent=[(500, 2000, "One moment please."), (9000, 12_000, "Thank you for waiting.")],
            customer=[(9000, 11_000, "yes")],
        )
    )

    assert len([e for e in events if isinstance(e, HoldEnded)]) == 1


def test_empathy_is_proved_by_its_own_clause() -> None:
    said = "I completely understand your frustration. Which number is on your invoice?"
    spoken = spread("agent", 16_000, 21_000, said, lag=0)
    final = TranscriptFinal(
        at=21_600,
        utterance="a9",
        channel="agent",
        revision=1,
        words=tuple(Word(text=w.text, start=w.start, end=w.end) for w in spoken),
    )
    call = script(customer=[(0, 14_000, RANT)], agent=[(16_000, 21_000)])

    events = told(call, extra=[final])

    move = next(m for m in stages(events) if m.rule == "understood")

    assert [e.text for e in move.evidence if isinstance(e, WordsEvidence)] == [
        "I completely understand your frustration."
    ]


def test_the_issue_statement_names_the_threshold_that_it_met() -> None:
    customer: list[Stretch] = [(2500, 4500, "my invoice shows odd charges")]

    move = stages(told(script(agent=[HELP], customer=customer)))[-1]

    (number,) = move.evidence
    assert move.rule == "issue_stated"
    assert isinstance(number, NumberEvidence)
    assert number.value >= number.threshold == 3


def test_silence_without_announcement_is_no_hold() -> None:
    events = told(script(agent=[(0, 1500, "That is your number.")], after=10_000))

    assert not [e for e in events if isinstance(e, HoldStarted)]


@pytest.mark.parametrize(
    ("instead", "holds"),
    [("Once I called please, I check.", 0), ("Just a moment please, I check.", 1)],
)
def test_a_wait_that_was_misheard_is_no_hold(instead: str, holds: int) -> None:
    announced = "One moment please, I check."
    call = script(agent=[(0, 1500, announced), (12_000, 14_000, "There we are.")])

    events = told(call, extra=[otherwise(call, announced, instead, at=3000)])

    assert sum(isinstance(event, HoldStarted) for event in events) == holds
