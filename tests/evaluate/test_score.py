import pytest

from assist.cues import TABLE
from assist.evaluate.calls import CallFacts, Label, LabelledCall
from assist.evaluate.score import Score, percentile
from assist.events import CueDetected, NudgeShown


def call(*labels: Label, audit: bool = False, complete: bool = False) -> LabelledCall:
    facts = CallFacts(
        id="x",
        language="en",
        source="authored",
        licence="CC0-1.0",
        duration=60_000,
        audit=audit,
        complete=complete,
    )
    return LabelledCall(call=facts, labels=labels)


def fires(
    reference: int,
    *,
    cue: str = "refusal_spoken",
    self_corrected: bool = False,
    note: str = "",
) -> Label:
    return Label(
        cue=cue,
        expect="fires",
        start=reference - 1000,
        end=reference,
        reference=reference,
        self_corrected=self_corrected,
        note=note,
    )


def silent(start: int, end: int, *, cue: str = "refusal_spoken") -> Label:
    return Label(cue=cue, expect="silent", start=start, end=end)


def found(at: int, *, cue: str = "refusal_spoken") -> CueDetected:
    return CueDetected(
        at=at,
        cue=cue,
        id=f"{cue}-{at}",
        channel="agent",
        rule=f"{cue}.TEST",
        playbook="en/support@1",
        start=at,
        end=at,
        confidence=0.9,
        evidence=(),
    )


def score(labelled: LabelledCall, *events: CueDetected) -> Score:
    made = Score()
    made.add(labelled, events, TABLE)
    return made


@pytest.mark.parametrize(("at", "hit"), [(8999, 0), (9000, 1), (16_000, 1), (16_001, 0)])
def test_a_detection_counts_from_a_second_before_to_the_tolerance_after(at: int, hit: int) -> None:
    assert score(call(fires(10_000)), found(at)).cues["refusal_spoken"].hits == hit


def test_the_tolerance_is_the_cue_s_own() -> None:
    made = score(call(fires(10_000, cue="venting")), found(15_001, cue="venting"))

    assert made.cues["venting"].recall == 0


def test_one_detection_matches_one_label() -> None:
    made = score(call(fires(10_000), fires(11_000)), found(11_500))

    assert (made.cues["refusal_spoken"].hits, made.cues["refusal_spoken"].recall) == (1, 0.5)


def test_a_detection_within_a_silent_span_is_a_false_alarm() -> None:
    figures = score(call(silent(5000, 8000)), found(10_999)).cues["refusal_spoken"]

    assert (figures.false_alarms, figures.silent_violations, figures.precision) == (1, 1, 0.0)


def test_one_after_it_is_not_labelled() -> None:
    figures = score(call(silent(5000, 8000)), found(11_001)).cues["refusal_spoken"]

    assert (figures.false_alarms, figures.unlabelled, figures.precision) == (0, 1, None)


def test_an_audited_call_allows_no_refusal() -> None:
    figures = score(call(audit=True), found(10_000)).cues["refusal_spoken"]

    assert figures.false_alarms == 1


def test_an_audited_call_says_nothing_of_other_cues() -> None:
    figures = score(call(audit=True), found(10_000, cue="venting")).cues["venting"]

    assert (figures.false_alarms, figures.unlabelled) == (0, 1)


def test_in_a_complete_call_everything_else_is_a_false_alarm() -> None:
    figures = score(call(complete=True), found(10_000, cue="venting")).cues["venting"]

    assert figures.false_alarms == 1


def test_a_self_corrected_refusal_counts_neither_way() -> None:
    figures = score(call(fires(10_000, self_corrected=True)), found(10_500)).cues["refusal_spoken"]

    assert (figures.fires, figures.hits, figures.false_alarms) == (0, 0, 0)


def test_the_delay_counts_from_the_reference() -> None:
    figures = score(call(fires(10_000)), found(12_600)).cues["refusal_spoken"]

    assert figures.latencies == [2600]


def test_the_figures_have_the_shape_that_others_read() -> None:
    made = score(call(fires(10_000)), found(12_600))

    cues = made.as_dict().pop("cues")
    assert isinstance(cues, dict)
    assert made.as_dict() == {
        "calls": 1,
        "hours": 0.0167,
        "cues": cues,
        "nudges": {"shown": 0, "per_minute": 0.0},
    }
    assert cues["refusal_spoken"] == {
        "fires": 1,
        "precision": 1.0,
        "precision_interval": [1.0, 1.0],
        "recall": 1.0,
        "recall_interval": [1.0, 1.0],
        "f1": 1.0,
        "notes": {},
        "latency_ms": {"p50": 2600, "p95": 2600},
        "false_alarms": 0,
        "false_alarms_per_hour": 0.0,
        "silent": 0,
        "silent_violations": 0,
        "unlabelled": 0,
    }


def test_notes_are_told_apart() -> None:
    labels = (fires(10_000, note="implicit"), fires(30_000, note="implicit"), fires(50_000))
    made = score(call(*labels), found(10_500), found(50_500))

    cues = made.as_dict()["cues"]

    assert isinstance(cues, dict)
    assert cues["refusal_spoken"]["notes"] == {
        "": {"fires": 1, "recall": 1.0},
        "implicit": {"fires": 2, "recall": 0.5},
    }


def test_intervals_reach_from_the_worst_to_the_best_calls() -> None:
    made = Score()
    made.add(call(fires(10_000)), [found(10_500)], TABLE)
    made.add(call(fires(10_000), complete=True), [found(40_000)], TABLE)

    figures = made.cues["refusal_spoken"]

    assert (figures.recall, figures.recall_interval) == (0.5, (0.0, 1.0))
    assert (figures.precision, figures.precision_interval) == (0.5, (0.0, 1.0))


def test_every_cue_of_the_table_is_reported_even_when_nothing_happened() -> None:
    cues = score(call()).as_dict()["cues"]

    assert isinstance(cues, dict)
    assert set(cues) == {spec.id for spec in TABLE}
    assert cues["venting"]["recall"] is None


def test_nudges_are_counted_by_the_minute() -> None:
    made = Score()
    nudge = NudgeShown(
        at=1,
        id="n",
        cue="venting",
        cue_id="v",
        kind="state",
        sign="wait",
        text="",
        reason="",
        priority=2,
        expires=2,
        rule="",
        playbook="",
        evidence=(),
    )
    made.add(call(), [nudge], TABLE)

    assert made.as_dict()["nudges"] == {"shown": 1, "per_minute": 1.0}


def test_a_percentile_is_a_value_that_occurred() -> None:
    assert percentile([30, 10, 20], 50) == 20
    assert percentile([30, 10, 20], 95) == 30
    assert percentile([], 50) is None
