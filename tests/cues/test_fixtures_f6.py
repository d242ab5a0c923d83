"""Failure cases of docs/cues.md that are about the end of a call, holds and stages."""

import pytest

from assist.events import StageTicked
from tests.script import Stretch, cues, script, stages, told

ISSUE: Stretch = (
    2500,
    7000,
    "my router is broken and the connection drops every evening.",
)
HELP: Stretch = (0, 2000, "Good morning, how can I help?")


def test_f13_no_to_anything_else_is_no_refusal_and_the_call_is_closing() -> None:
    call = script(
        agent=[HELP, (9000, 11_000, "Is there anything else?")],
        customer=[ISSUE, (11_500, 12_000, "No.")],
    )

    assert cues(call, "refusal_spoken") == []
    assert stages(told(call))[-1].stage == "close"


def test_f16_music_on_hold_is_no_silence() -> None:
    call = script(agent=[(500, 2000, "One moment please."), (4000, 60_000)], after=9000)

    assert cues(call, "long_silence") == []


def test_f19_sarcasm_is_no_yes() -> None:
    call = script(
        agent=[HELP, (9000, 12_000, "What I can do is send you a new router.")],
        customer=[ISSUE, (12_500, 14_000, "Great, wonderful service, really.")],
    )

    assert not [e for e in told(call) if isinstance(e, StageTicked) and e.name == "agreed"]


@pytest.mark.parametrize(
    ("said", "ticked"),
    [("Ich rufe Sie morgen um zehn zurück.", 1), ("Zurückgerufen habe ich schon.", 0)],
)
def test_f32_a_verb_in_two_parts_promises_and_its_participle_does_not(
    said: str, ticked: int
) -> None:
    events = told(script(agent=[(0, 3000, said)], language="de"))

    assert len([e for e in events if isinstance(e, StageTicked)]) == ticked


def test_f47_an_abusive_call_that_ends_by_protocol_owes_no_follow_up() -> None:
    end: Stretch = (9000, 12_000, "I'm going to end this call now.")
    call = script(agent=[HELP, end, (12_500, 13_500, "Goodbye.")], customer=[ISSUE], after=6000)

    assert cues(call, "followup_missing") == []


def test_f48_nothing_is_owed_once_the_call_has_ended() -> None:
    call = script(agent=[(500, 2000, "One moment please.")], after=700)

    assert cues(call, "hold_unexplained") == []


def test_f50_with_one_channel_words_still_count() -> None:
    call = script(agent=[(500, 2000, "One moment please.")], after=9000)

    assert len(cues(call, "hold_unexplained")) == 1
    assert cues(call, "agent_interrupted") == []
