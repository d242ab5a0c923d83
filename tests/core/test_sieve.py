"""Nothing is said that rests on a device which is gone, silent or wrong."""

from pathlib import Path

import pytest

from assist.core.sieve import Sieve
from assist.core.trust import Trust
from assist.cues import TABLE
from assist.events import (
    CueCleared,
    CueDetected,
    CueSuppressed,
    Event,
    Fault,
    NudgeShown,
    OverlapDetected,
    SilenceDetected,
    StageChanged,
    encode,
)
from assist.replay import check
from tests.core.test_policy import cue, engine, of, ticks
from tests.script import Stretch, heard, script, told

CUT_IN = script(customer=[(0, 30_000)], agent=[(10_000, 14_000)])
"""The agent talks over the customer for four seconds."""
LISTENER = script(agent=[(0, 1000)], customer=[(2000, 60_000)])
"""The agent is not heard for a minute."""


def fault(code: str, at: int, *, active: bool = True) -> Fault:
    return Fault(at=at, code=code, text="Something is wrong.", active=active)


def during(code: str, start: int, end: int) -> list[Event]:
    return [fault(code, start), fault(code, end, active=False)]


def held(events: list[Event], name: str) -> list[CueSuppressed]:
    return [e for e in of(CueSuppressed, events) if (e.cue, e.reason) == (name, "untrusted")]


def ended(found: CueDetected) -> CueCleared:
    return CueCleared(at=12_000, cue=found.cue, id=found.id, reason="cleared")


@pytest.mark.parametrize(
    "code", ["mic_missing", "mic_silent", "customer_missing", "same_sound", "channels_swapped"]
)
def test_an_interruption_while_a_channel_is_lost_is_held_back_and_logged(code: str) -> None:
    events = told(CUT_IN, words=False, extra=during(code, 5000, 25_000))

    assert heard(events, "agent_interrupted") == []
    assert of(NudgeShown, events) == []
    assert of(OverlapDetected, events) == []


def test_what_a_detector_finds_meanwhile_is_suppressed_with_its_evidence() -> None:
    events = told(CUT_IN, words=False, extra=during("mic_missing", 10_500, 25_000))

    assert heard(events, "agent_interrupted") == []
    (found,) = held(events, "agent_interrupted")
    assert found.evidence
    assert found.rule == "agent_interrupted.OVERLAP"
    assert not [e for e in of(CueCleared, events) if e.id == found.id]


@pytest.mark.parametrize("code", ["xrun", "timing_only"])
def test_lost_frames_hold_nothing_back(code: str) -> None:
    events = told(CUT_IN, words=False, extra=during(code, 5000, 25_000))

    assert len(heard(events, "agent_interrupted")) == 1


@pytest.mark.parametrize("code", ["mic_missing", "mic_silent", "customer_missing"])
def test_a_silent_microphone_is_no_silent_listener(code: str) -> None:
    events = told(LISTENER, words=False, extra=[fault(code, 4000)])

    assert heard(events, "silent_listener") == []
    assert of(SilenceDetected, events) == []


def test_the_end_of_what_was_held_back_is_no_news_when_an_earlier_one_of_its_kind_ends() -> None:
    trust = Trust()
    sieve = Sieve(TABLE, trust)
    before, meanwhile = (cue("calm_down_said", at) for at in (5000, 9000))
    sifted = [*sieve.sift(iter([before]))]
    trust.apply(fault("mic_missing", 8000))

    sifted += sieve.sift(iter([meanwhile, ended(before), ended(meanwhile)]))

    assert [type(event) for event in sifted] == [CueDetected, CueSuppressed, CueCleared]
    assert sifted[-1] == ended(before)


def test_after_the_fault_silence_counts_anew() -> None:
    breaths: list[Stretch] = [(at, at + 4500) for at in range(2000, 80_000, 5000)]
    call = script(agent=[(0, 1000)], customer=breaths)

    events = told(call, words=False, extra=during("mic_missing", 4000, 30_000))

    found = heard(events, "silent_listener")
    assert found[0].start >= 30_000
    assert 50_000 <= found[0].at <= 56_000


def test_an_interruption_after_the_fault_is_told() -> None:
    call = script(customer=[(0, 12_000), (12_400, 40_000)], agent=[(20_000, 24_000)])

    events = told(call, words=False, extra=during("mic_missing", 2000, 8000))

    assert len(heard(events, "agent_interrupted")) == 1


def test_words_of_the_other_side_still_count() -> None:
    call = script(agent=[(4000, 7000, "No, we can't do that, it's against our policy.")],
                  customer=[(0, 3000, "I want my money back today.")])  # fmt: skip

    def refusals(code: str) -> int:
        return len(heard(told(call, extra=[fault(code, 3500)]), "refusal_spoken"))

    assert refusals("customer_missing") == 1
    assert refusals("mic_missing") == 0
    assert refusals("same_sound") == 0


def test_a_dead_channel_moves_no_stage() -> None:
    rant = "this is ridiculous I am fed up nobody ever calls me back this is the third time"
    call = script(customer=[(0, 14_000, f"{rant} {rant}")], agent=[(30_000, 31_000)])

    moved = of(StageChanged, told(call, extra=[fault("customer_missing", 14_100)]))

    assert {move.stage for move in moved} <= {"opening", "venting"}


def test_what_waits_for_its_moment_is_given_up() -> None:
    made = engine()
    list(made.feed(cue("refusal_spoken", 20_000)))
    list(made.feed(cue("overpromise", 20_100)))
    waiting = list(made.feed(cue("mirror_missing", 20_200)))

    events = [*waiting, *made.feed(fault("mic_missing", 20_300)), *ticks(made, 20_500, 40_000)]

    assert [e.cue for e in held(events, "mirror_missing")] == ["mirror_missing"]
    assert "mirror_missing" not in {nudge.cue for nudge in of(NudgeShown, events)}


def test_a_log_with_faults_is_replayed_to_the_same_bytes(tmp_path: Path) -> None:
    events = told(CUT_IN, words=False, extra=during("mic_missing", 10_500, 25_000))
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"".join(encode(event) + b"\n" for event in events))

    assert check(log) is None


def test_every_cue_that_compares_the_channels_is_marked() -> None:
    marked = {spec.id for spec in TABLE if spec.needs_both}

    assert marked == {
        "agent_interrupted", "argue_loop", "good_listening", "long_silence", "silent_listener",
        "venting",
    }  # fmt: skip


def test_a_cue_is_told_when_its_channel_was_fine_all_the_time() -> None:
    events = told(CUT_IN, words=False)

    assert [e.cue for e in of(CueDetected, events)].count("agent_interrupted") == 1
