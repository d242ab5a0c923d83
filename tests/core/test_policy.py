from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from assist.core.detector import Scene, Table
from assist.core.engine import Engine
from assist.cues import TABLE
from assist.events import (
    CallEnded,
    CallSettings,
    CallStarted,
    CueCleared,
    CueDetected,
    CueSuppressed,
    Event,
    NudgeDismissed,
    NudgeExpired,
    NudgeFeedback,
    NudgeResolved,
    NudgeShown,
    NudgeSuperseded,
    SpeechEnded,
    SpeechStarted,
    StageChanged,
    Tick,
    WordsEvidence,
)
from assist.settings import load_playbook

T = TypeVar("T", bound=Event)


class Nothing:
    """A detector that notices nothing: here cues come from outside."""

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        yield from ()


SILENT = tuple(replace(spec, detector=Nothing) for spec in TABLE)


def engine(*, table: Table = SILENT, **settings: bool | int | tuple[str, ...]) -> Engine:
    """Make an engine whose call has begun."""
    made = Engine(call_id="c1", playbook=load_playbook("en"), table=table)
    chosen = CallSettings(**settings)  # type: ignore[arg-type]  # fields of one struct
    list(made.feed(CallStarted(at=0, language="en", settings=chosen)))
    return made


def cue(name: str, at: int, *, confidence: float = 0.85, start: int | None = None) -> CueDetected:
    """Make a detection."""
    begin = at - 1000 if start is None else start
    words = WordsEvidence(channel="agent", start=begin, end=at, text="we can't do that")
    return CueDetected(
        at=at,
        cue=name,
        id=f"{name}-{begin}",
        channel="agent",
        rule=f"{name}.TEST",
        playbook="en/support@1",
        start=begin,
        end=at,
        confidence=confidence,
        evidence=(words,),
    )


def ticks(made: Engine, start: int, end: int) -> Iterator[Event]:
    """Let time pass."""
    for at in range(start, end, 500):
        yield from made.feed(Tick(at=at))


def of(kind: type[T], events: list[Event]) -> list[T]:
    return [event for event in events if isinstance(event, kind)]


def test_a_cue_at_a_breakpoint_is_shown_at_once() -> None:
    shown = of(NudgeShown, list(engine().feed(cue("refusal_spoken", 20_000))))

    assert [(n.text, n.at, n.expires) for n in shown] == [
        ("Say what you can do instead.", 20_000, 26_000)
    ]


def test_a_nudge_carries_the_evidence_of_its_cue() -> None:
    (nudge,) = of(NudgeShown, list(engine().feed(cue("refusal_spoken", 20_000))))

    assert nudge.evidence == cue("refusal_spoken", 20_000).evidence
    assert nudge.reason == "“we can't do that”"
    assert nudge.rule == "refusal_spoken.TEST"


def test_no_nudge_comes_in_the_middle_of_the_agent_s_sentence() -> None:
    made = engine()
    list(made.feed(SpeechStarted(at=18_000, channel="agent", start=18_000)))

    waiting = of(NudgeShown, list(made.feed(cue("refusal_spoken", 20_000))))
    list(made.feed(SpeechEnded(at=21_200, channel="agent", start=18_000, end=21_000)))
    shown = of(NudgeShown, list(ticks(made, 21_500, 22_000)))

    assert waiting == []
    assert [n.at for n in shown] == [21_500]


def test_what_waits_longer_than_its_life_is_dropped_with_a_reason() -> None:
    made = engine()
    list(made.feed(SpeechStarted(at=18_000, channel="agent", start=18_000)))
    list(made.feed(cue("refusal_spoken", 20_000)))

    events = list(ticks(made, 20_500, 27_000))

    assert of(NudgeShown, events) == []
    assert [s.reason for s in of(CueSuppressed, events)] == ["moment"]


def test_a_nudge_expires_on_the_call_clock() -> None:
    made = engine()
    list(made.feed(cue("refusal_spoken", 20_000)))

    (expired,) = of(NudgeExpired, list(ticks(made, 20_500, 30_000)))

    assert expired.at == 26_000


def test_a_cleared_cue_resolves_its_nudge() -> None:
    made = engine()
    shown = cue("refusal_spoken", 20_000)
    list(made.feed(shown))

    cleared = CueCleared(at=22_000, cue=shown.cue, id=shown.id, reason="cleared", by="agent")
    (resolved,) = of(NudgeResolved, list(made.feed(cleared)))

    assert resolved.by_agent


def test_nudges_keep_their_distance() -> None:
    made = engine()
    list(made.feed(cue("refusal_spoken", 20_000)))
    list(ticks(made, 20_500, 27_000))

    events = list(made.feed(cue("off_track", 27_000)))
    events += list(ticks(made, 27_500, 34_000))

    assert [n.at for n in of(NudgeShown, events)] == [32_000]


def test_the_same_cue_rests_before_it_shows_again() -> None:
    made = engine()
    list(made.feed(cue("refusal_spoken", 20_000)))
    list(ticks(made, 20_500, 45_000))

    events = list(made.feed(cue("refusal_spoken", 45_000)))

    assert [s.reason for s in of(CueSuppressed, events)] == ["cooldown"]


def test_the_rest_doubles_after_each_showing() -> None:
    made = engine()
    shown: list[NudgeShown] = []
    for at in (20_000, 51_000, 90_000, 112_000):
        shown += of(NudgeShown, list(made.feed(cue("refusal_spoken", at))))
        list(ticks(made, at + 500, at + 8000))

    assert [n.at for n in shown] == [20_000, 51_000, 112_000]


def test_a_cue_shows_three_times_in_a_call_at_most() -> None:
    made = engine()
    for at in (20_000, 60_000, 130_000):
        list(made.feed(cue("refusal_spoken", at)))
        list(ticks(made, at + 500, at + 8000))

    events = list(made.feed(cue("refusal_spoken", 400_000)))

    assert [s.reason for s in of(CueSuppressed, events)] == ["limit"]


def test_low_confidence_is_not_shown() -> None:
    events = list(engine().feed(cue("refusal_spoken", 20_000, confidence=0.65)))

    assert of(NudgeShown, events) == []
    assert [s.reason for s in of(CueSuppressed, events)] == ["confidence"]


def test_of_a_group_only_the_first_shows() -> None:
    made = engine()
    list(made.feed(SpeechStarted(at=18_000, channel="agent", start=18_000)))
    list(made.feed(cue("venting", 20_000)))

    events = list(made.feed(cue("agent_interrupted", 20_500)))

    assert [(s.cue, s.reason) for s in of(CueSuppressed, events)] == [("venting", "covered")]


def test_an_urgent_nudge_replaces_another_after_four_seconds() -> None:
    made = engine()
    list(made.feed(cue("refusal_spoken", 20_000)))
    list(made.feed(_venting_stage(20_500)))

    early = of(NudgeShown, list(made.feed(cue("agent_interrupted", 21_000))))
    events = list(ticks(made, 21_500, 26_000))

    assert early == []
    assert [s.at for s in of(NudgeSuperseded, events)] == [24_000]
    assert [n.cue for n in of(NudgeShown, events)] == ["agent_interrupted"]


def _venting_stage(at: int) -> Event:
    return StageChanged(at=at, stage="venting", rule="test")


def test_a_dismissed_nudge_leaves_the_screen() -> None:
    made = engine()
    (nudge,) = of(NudgeShown, list(made.feed(cue("refusal_spoken", 20_000))))
    list(made.feed(NudgeDismissed(at=21_000, id=nudge.id)))

    assert of(NudgeExpired, list(ticks(made, 21_500, 30_000))) == []


def test_not_now_mutes_the_cue_for_this_call() -> None:
    made = engine()
    (nudge,) = of(NudgeShown, list(made.feed(cue("refusal_spoken", 20_000))))
    list(made.feed(NudgeFeedback(at=21_000, id=nudge.id, verdict="not_now")))

    events = list(made.feed(cue("refusal_spoken", 200_000)))

    assert [s.reason for s in of(CueSuppressed, events)] == ["muted"]


def test_an_experienced_agent_sees_only_the_first_two_priorities() -> None:
    events = list(engine(help_level=2).feed(cue("off_track", 20_000)))

    assert [s.reason for s in of(CueSuppressed, events)] == ["help_level"]


def test_praise_can_be_switched_off() -> None:
    events = list(engine(praise=False).feed(cue("alternative_offered", 20_000)))

    assert [s.reason for s in of(CueSuppressed, events)] == ["muted"]


def test_late_words_hold_back_cues_of_words() -> None:
    made = engine()
    list(made.feed(Tick(at=19_500, behind=4000)))

    events = list(made.feed(cue("refusal_spoken", 20_000)))

    assert [s.reason for s in of(CueSuppressed, events)] == ["degraded"]


def test_late_words_let_cues_of_timing_through() -> None:
    made = engine()
    list(made.feed(Tick(at=19_500, behind=4000)))

    assert of(NudgeShown, list(made.feed(cue("agent_interrupted", 20_000))))


def test_nothing_is_shown_after_the_call() -> None:
    made = engine()
    list(made.feed(SpeechStarted(at=18_000, channel="agent", start=18_000)))
    list(made.feed(cue("refusal_spoken", 20_000)))

    events = list(made.feed(CallEnded(at=20_200)))

    assert of(NudgeShown, events) == []
    assert [s.reason for s in of(CueSuppressed, events)] == ["moment"]


def test_what_is_noticed_at_the_very_end_is_not_shown() -> None:
    made = engine(table=TABLE)
    list(made.feed(SpeechStarted(at=1000, channel="agent", start=900)))
    list(made.feed(SpeechEnded(at=2000, channel="agent", start=900, end=1900)))

    events = list(made.feed(CallEnded(at=6950)))

    assert [c.cue for c in of(CueDetected, events)] == ["long_silence"]
    assert of(NudgeShown, events) == []
    assert [s.reason for s in of(CueSuppressed, events)] == ["moment"]


def test_a_cue_is_covered_by_a_greater_one_of_its_group_on_the_screen() -> None:
    made = engine()
    list(made.feed(cue("refusal_spoken", 20_000)))

    (gone,) = of(CueSuppressed, list(made.feed(cue("why_missing", 22_000))))

    assert (gone.cue, gone.reason) == ("why_missing", "covered")


def test_at_equal_priority_a_word_against_the_customer_goes_before_the_no() -> None:
    made = engine()
    list(made.feed(SpeechStarted(at=20_000, channel="agent", start=20_000)))
    for name in ("customer_told_wrong", "refusal_spoken"):
        list(made.feed(cue(name, 21_000)))

    events = [*made.feed(SpeechEnded(at=22_200, channel="agent", start=20_000, end=22_000))]
    events += ticks(made, 22_500, 24_000)

    assert [n.cue for n in of(NudgeShown, events)] == ["customer_told_wrong"]


def test_an_experienced_agent_sees_no_praise() -> None:
    made = engine(help_level=2)

    (gone,) = of(CueSuppressed, list(made.feed(cue("alternative_offered", 20_000))))

    assert gone.reason == "help_level"


def test_quiet_shows_only_what_cannot_wait() -> None:
    made = engine(help_level=1)

    assert not of(NudgeShown, list(made.feed(cue("refusal_spoken", 20_000))))
    assert of(NudgeShown, list(made.feed(cue("overpromise", 21_000))))


def test_what_this_workplace_found_unhelpful_comes_later_or_not_at_all() -> None:
    later = engine(later=("overpromise",))
    (nudge,) = of(NudgeShown, list(later.feed(cue("overpromise", 20_000))))
    never = engine(hidden=("overpromise",))
    (gone,) = of(CueSuppressed, list(never.feed(cue("overpromise", 20_000))))

    assert nudge.priority == 2
    assert gone.reason == "muted"


def test_an_agent_who_listens_is_not_told_to() -> None:
    made = engine()
    list(made.feed(SpeechStarted(at=10_000, channel="customer", start=9800)))
    list(made.feed(SpeechStarted(at=18_300, channel="agent", start=18_000)))
    list(made.feed(SpeechEnded(at=18_600, channel="agent", start=18_000, end=18_400)))

    events = [*made.feed(cue("venting", 20_000, start=9800)), *ticks(made, 20_500, 30_000)]

    assert not of(NudgeShown, events)
    assert [gone.reason for gone in of(CueSuppressed, events)] == ["moment"]


def test_an_agent_who_was_not_heard_is_told_to_listen() -> None:
    made = engine()
    list(made.feed(SpeechStarted(at=10_000, channel="customer", start=9800)))
    list(ticks(made, 10_500, 20_000))

    (nudge,) = of(NudgeShown, list(made.feed(cue("venting", 20_000, start=9800))))

    assert nudge.cue == "venting"
