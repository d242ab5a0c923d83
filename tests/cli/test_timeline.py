import pytest

from assist.cli.timeline import Summary, clock, line
from assist.events import (
    CallEnded,
    Event,
    Fault,
    NudgeResolved,
    NudgeShown,
    NumberEvidence,
    SpeechEnded,
    StageChanged,
    Tick,
    TranscriptFinal,
    Word,
    WordsEvidence,
)

PROOF = WordsEvidence(channel="agent", start=42_100, end=43_000, text="we can't do that")
STAGE = StageChanged(at=1000, stage="venting", rule="r", evidence=(PROOF,))


def nudge(**changes: object) -> NudgeShown:
    fields: dict[str, object] = {
        "at": 43_000,
        "id": "n1",
        "cue": "refusal_spoken",
        "cue_id": "c",
        "kind": "nudge",
        "sign": "say",
        "text": "Say what you can do instead.",
        "reason": "",
        "priority": 3,
        "expires": 50_000,
        "rule": "r",
        "playbook": "en/support@1",
        "evidence": (PROOF,),
    }
    return NudgeShown(**{**fields, **changes})  # type: ignore[arg-type]  # the fields are above


def printed(event: Event) -> str:
    found = line(event)
    return found.plain.strip() if found else ""


def test_a_nudge_shows_its_evidence() -> None:
    assert printed(nudge()) == (
        "0:43  nudge    refusal_spoken 0:42 agent: 'we can't do that'"
        " → Say what you can do instead."
    )


def test_praise_is_told_from_a_nudge() -> None:
    assert printed(nudge(kind="praise")).startswith("0:43  praise ")


def test_a_number_shows_its_threshold() -> None:
    proof = NumberEvidence(name="overlap_ms", value=900, threshold=500)

    assert "refusal_spoken overlap_ms 900 (from 500) →" in printed(nudge(evidence=(proof,)))


def test_words_stand_where_they_were_spoken() -> None:
    words = (
        Word(text="No,", start=61_000, end=61_200),
        Word(text="never.", start=61_200, end=62_000),
    )
    final = TranscriptFinal(at=63_000, utterance="c1", channel="customer", revision=1, words=words)

    assert printed(final) == "1:01  customer No, never."


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (STAGE, "0:01  stage    venting 0:42 agent: 'we can't do that'"),
        (NudgeResolved(at=0, id="n1", by_agent=True), "0:00  done     n1"),
        (NudgeResolved(at=0, id="n1", by_agent=False), ""),
        (Fault(at=0, code="one_channel", text="One channel."), "0:00  notice   One channel."),
        (CallEnded(at=0, reason="hangup"), "0:00  call     ended: hangup"),
        (Tick(at=500), ""),
        (TranscriptFinal(at=0, utterance="a1", channel="agent", revision=1, words=()), ""),
    ],
)
def test_a_person_sees_what_matters(event: Event, expected: str) -> None:
    assert printed(event) == expected


def test_times_are_minutes_and_seconds() -> None:
    assert [clock(ms) for ms in (0, 61_999, 3_600_000)] == ["0:00", "1:01", "60:00"]


def test_the_summary_counts_an_utterance_once_however_often_it_is_corrected() -> None:
    summary = Summary()
    for revision in (1, 2):
        summary.add(
            TranscriptFinal(
                at=1000, utterance="c1", channel="customer", revision=revision, words=()
            )
        )

    assert "; 1 utterances;" in summary.text(1.0)


def test_the_summary_counts() -> None:
    summary = Summary()
    for event in (
        SpeechEnded(at=5000, channel="agent", start=0, end=4000),
        nudge(),
        Tick(at=60_000),
    ):
        summary.add(event)

    assert summary.text(2.0) == (
        "1:00 of call in 2.0 s (30 x real time); agent spoke 0:04; 0 utterances;"
        " 1 nudges (refusal_spoken 1)."
    )
