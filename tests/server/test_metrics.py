import time

from assist.events import (
    AudioGap,
    CallEnded,
    CallStarted,
    CueDetected,
    CueSuppressed,
    Fault,
    NudgeResolved,
    NudgeShown,
    TranscriptFinal,
    Word,
    WordsEvidence,
)
from assist.server.hub import message
from assist.server.metrics import Metrics

SPOKEN = WordsEvidence(channel="agent", start=900, end=1_200, text="we cannot do that")
CUE = CueDetected(
    call_id="c1",
    at=2_000,
    cue="refusal_spoken",
    id="refusal_spoken-a900",
    channel="agent",
    rule="refusal_spoken.CANNOT",
    playbook="en/support@1",
    start=900,
    end=1_200,
    confidence=0.9,
    evidence=(SPOKEN,),
)
NUDGE = NudgeShown(
    call_id="c1",
    at=2_000,
    id="n1",
    cue="refusal_spoken",
    cue_id=CUE.id,
    kind="nudge",
    sign="say",
    text="Say what you can do.",
    reason="“we cannot do that”",
    priority=2,
    expires=9_000,
    rule=CUE.rule,
    playbook=CUE.playbook,
    evidence=(SPOKEN,),
)


def figures(metrics: Metrics) -> dict[str, float]:
    lines = [line for line in metrics.text().decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_calls_cues_and_nudges_are_counted() -> None:
    metrics = Metrics()
    for event in (
        CallStarted(call_id="c1", at=0, language="en", source="twilio"),
        CUE,
        NUDGE,
        NudgeResolved(call_id="c1", at=3_000, id="n1", by_agent=True),
        CueSuppressed(call_id="c1", at=3_100, cue="venting", id="v", reason="spacing"),
        CallEnded(call_id="c1", at=9_000, reason="hangup"),
    ):
        metrics.observe(event)

    found = figures(metrics)
    assert found['assist_calls_total{source="twilio"}'] == 1
    assert found['assist_cues_total{cue="refusal_spoken"}'] == 1
    assert found['assist_word_to_cue_seconds_sum{cue="refusal_spoken"}'] == 0.8
    assert found['assist_nudges_total{outcome="shown"}'] == 1
    assert found['assist_nudges_total{outcome="resolved"}'] == 1
    assert found['assist_cues_suppressed_total{reason="spacing"}'] == 1
    assert found['assist_calls_ended_total{reason="hangup"}'] == 1


def test_the_delay_of_finals_is_measured_by_language() -> None:
    metrics = Metrics()
    metrics.observe(CallStarted(call_id="c1", at=0, language="de"))
    words = (Word(text="nein", start=900, end=1_200),)
    metrics.observe(
        TranscriptFinal(
            call_id="c1", at=1_800, utterance="a1", channel="agent", revision=1, words=words
        )
    )

    assert figures(metrics)['assist_speech_end_to_final_seconds_sum{language="de"}'] == 0.6


def test_gaps_and_faults_are_counted_by_a_bounded_word() -> None:
    metrics = Metrics()
    for number in range(200):
        metrics.observe(Fault(at=0, code=f"strange {number}", text="?"))
    metrics.observe(AudioGap(at=0, channel="agent", start=0, end=250, reason="not_sent"))

    faults = [name for name in figures(metrics) if name.startswith("assist_faults_total")]
    assert len(faults) <= 65
    assert figures(metrics)['assist_faults_total{code="other"}'] > 100
    assert sum(v for n, v in figures(metrics).items() if "gap_seconds_total" in n) == 0.25


def test_the_way_of_a_nudge_to_the_page_is_measured() -> None:
    metrics = Metrics()
    metrics.observe_sent(message(NUDGE, decided=time.monotonic() - 0.015))
    metrics.observe_sent(message(CUE, decided=time.monotonic() - 0.015))

    found = figures(metrics)
    assert found["assist_nudge_delivery_seconds_count"] == 1
    assert found["assist_nudge_delivery_seconds_sum"] >= 0.015


def test_a_gauge_is_read_when_somebody_asks() -> None:
    metrics, calls = Metrics(), ["c1"]
    metrics.gauge("calls_open", "Calls.", lambda: len(calls))
    before = figures(metrics)["assist_calls_open"]
    calls.append("c2")

    assert (before, figures(metrics)["assist_calls_open"]) == (1, 2)


def test_no_figure_names_a_call_a_word_or_a_person() -> None:
    metrics = Metrics()
    metrics.observe(CallStarted(call_id="call-secret", at=0, language="en", agent="anna"))
    metrics.observe(CUE)

    text = metrics.text().decode()
    assert not any(word in text for word in ("call-secret", "anna", "cannot do that"))
