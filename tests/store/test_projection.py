"""What events mean for the tables."""

import msgspec
import pytest

from assist.events import (
    CueCleared,
    CueDetected,
    CueSuppressed,
    Event,
    NudgeDismissed,
    NudgeExpired,
    NudgeResolved,
    NudgeShown,
    NudgeSuperseded,
    NumberEvidence,
    SupervisorNote,
    TranscriptFinal,
    WordsEvidence,
)
from assist.store.projection import project, wordless
from tests.store.told import ended, final, started, ticks, upset

WORDS = WordsEvidence(channel="agent", start=1, end=2, text="secret")


def shown() -> Event:
    return NudgeShown(
        seq=2, at=5, id="n1", cue="rude", cue_id="q1", kind="nudge", sign="say", text="Breathe",
        reason="he said secret", priority=1, expires=9, rule="r", playbook="p", evidence=(WORDS,),
    )  # fmt: skip


def detected() -> Event:
    return CueDetected(
        seq=2, at=5, cue="rude", id="q1", channel="agent", rule="r", playbook="p", start=1, end=2,
        confidence=0.5, evidence=(WORDS,),
    )  # fmt: skip


def test_an_utterance_is_what_its_last_revision_says() -> None:
    first = final(2, "Die Straße")
    assert isinstance(first, TranscriptFinal)
    second = msgspec.structs.replace(first, seq=3, revision=2, words=first.words[:1])

    (row,) = project([first, second]).utterances.values()

    assert (row["text"], row["folded"], row["revision"]) == ("Die", "die", 2)
    assert (row["start"], row["end"]) == (2000, 2090)


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (NudgeResolved(seq=3, at=9, id="n1", by_agent=True), "resolved"),
        (NudgeResolved(seq=3, at=9, id="n1", by_agent=False), "not_needed"),
        (NudgeExpired(seq=3, at=9, id="n1"), "expired"),
        (NudgeDismissed(seq=3, at=9, id="n1"), "dismissed"),
        (NudgeSuperseded(seq=3, at=9, id="n1", by="n2"), "superseded"),
    ],
)
def test_a_nudge_has_an_outcome(event: Event, outcome: str) -> None:
    rows = project([shown(), event])

    assert rows.nudges["n1"]["outcome"] == "shown"
    assert rows.nudge_ends["n1"] == {"outcome": outcome, "outcome_at": 9}


def test_a_cue_is_open_until_it_is_cleared_or_suppressed() -> None:
    cleared = CueCleared(seq=3, at=9, cue="rude", id="q1", reason="timed_out")
    suppressed = CueSuppressed(seq=3, at=9, cue="rude", id="q1", reason="budget")

    assert project([detected()]).cues["q1"]["state"] == "open"
    assert project([detected(), cleared]).cue_ends["q1"]["state"] == "cleared"
    assert project([detected(), suppressed]).cue_ends["q1"]["reason"] == "budget"
    assert project([detected(), cleared, detected()]).cue_ends == {}


def test_evidence_points_at_words_and_holds_none() -> None:
    number = NumberEvidence(name="gap_ms", value=1, threshold=2.5)

    assert msgspec.json.decode(wordless([WORDS, number])) == [
        {"type": "words", "channel": "agent", "start": 1, "end": 2},
        {"type": "number", "name": "gap_ms", "value": 1.0, "threshold": 2.5},
    ]


def test_where_no_words_are_kept_none_reach_the_tables() -> None:
    note = SupervisorNote(seq=4, at=9, author="u1", text="secret")

    rows = project([started(), final(2, "secret"), shown(), detected(), note], words=False)

    assert rows.cues
    assert rows.nudges
    assert "secret" not in repr(rows)
    assert "Breathe" not in repr(rows)


def test_the_call_says_its_language_and_its_end() -> None:
    rows = project([started(agent="desk-1", language="de"), ended(2)])

    assert rows.call == {"language": "de", "source": "", "playbook": "", "agent": "desk-1"}
    assert rows.ended == "hangup"


def test_ticks_mean_nothing() -> None:
    assert project(ticks(1, 9)) == project([])


def test_verdicts_and_stages_of_the_call_are_kept() -> None:
    rows = project(upset())

    assert [row["author"] for row in rows.feedback.values()] == ["agent"]
    assert next(iter(rows.stages.values()))["stage"] == "opening"
