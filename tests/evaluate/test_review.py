"""What a reviewer reads of a call, with and without its words."""

from dataclasses import replace as with_
from typing import Any, cast

import msgspec

from assist.evaluate.review import changed, found, read, recorded, review
from assist.evaluate.review_messages import Answer, Review
from assist.evaluate.what_if import Difference
from assist.events import (
    AudioGap,
    CallPaused,
    CallResumed,
    CueSuppressed,
    NudgeFeedback,
    NudgeShown,
    SupervisorNote,
    WordsEvidence,
    encode,
)
from assist.store.reading import StoredCall
from tests.evaluate.reviewed import rough, told


def refused(stored: StoredCall) -> StoredCall:
    consent = {"purpose": "review", "channel": "customer", "state": "withdrawn"}
    return with_(stored, consents=cast(Any, [consent]))


def test_a_call_is_told_with_all_that_happened() -> None:
    call = told()

    assert (call.call.id, call.call.agent, call.call.duration) == ("c1", "anna", 98773)
    assert call.words == "kept"
    assert call.lines[0].text.startswith("Good afternoon")
    assert call.lines[0].words[0].text == "Good"
    assert {span.channel for span in call.speech} == {"agent", "customer"}
    assert [one.stage for one in call.stages][:2] == ["opening", "venting"]
    assert [one.kind for one in call.breaks] == ["hold"]


def test_a_nudge_says_what_became_of_it_and_leads_to_its_cue() -> None:
    call = told(NudgeFeedback(at=99_000, id="n-refusal_spoken-a55348-1", verdict="helpful"))

    (nudge,) = [one for one in call.nudges if one.cue == "refusal_spoken"]

    assert (nudge.sign, nudge.outcome, nudge.verdict) == ("say", "expired", "helpful")
    assert nudge.cue_id in {cue.id for cue in call.cues}


def test_a_cue_keeps_its_evidence_and_the_reason_why_it_was_not_shown() -> None:
    cues = {cue.id: cue for cue in told().cues}

    venting = cues["venting-c5033"]
    said = [one.text for one in venting.evidence if isinstance(one, WordsEvidence)]
    assert said[0] == "waiting,"
    assert cues["refusal_spoken-a37945"].suppressed == "covered"
    assert cues["refusal_spoken-a55348"].suppressed == ""


def test_a_cue_that_was_withdrawn_before_it_counted_is_told_too() -> None:
    gone = CueSuppressed(at=5000, cue="rude", id="rude-c4000", reason="self_corrected", rule="r")

    (cue,) = [one for one in told(gone).cues if one.id == "rude-c4000"]

    assert (cue.channel, cue.suppressed, cue.playbook) == ("customer", "self_corrected", "")


def test_gaps_and_pauses_have_their_reason() -> None:
    call = told(
        AudioGap(at=99_000, channel="agent", start=98_000, end=98_500, reason="lost"),
        CallPaused(at=100_000, reason="card"),
        CallResumed(at=130_000, skipped=30_000),
    )

    _, gap, pause = call.breaks

    assert (gap.kind, gap.channel, gap.reason) == ("gap", "agent", "lost")
    assert (pause.kind, pause.start, pause.end, pause.reason) == ("pause", 100_000, 130_000, "card")


def test_a_note_knows_the_cue_that_it_is_about() -> None:
    stored = recorded(rough())
    row = {"id": "c1:venting-c5033/abc", "author": "rita", "at": 5033, "text": "Well noticed."}

    call = review(with_(stored, notes=cast(Any, [row])), rough())

    assert (call.notes[0].cue, call.notes[0].id) == ("venting-c5033", "venting-c5033/abc")


def test_verdicts_stand_with_their_cue() -> None:
    row = {"cue_id": "venting-c5033", "author": "rita", "verdict": "late"}

    call = review(with_(recorded(rough()), verdicts=cast(Any, [row])), rough())

    (venting,) = [cue for cue in call.cues if cue.verdicts]
    assert (venting.cue, venting.verdicts[0].verdict) == ("venting", "late")


def test_without_a_log_the_tables_tell_the_call_without_a_word() -> None:
    stored = recorded(rough())
    erased = with_(
        stored, call=cast(Any, {**stored.call, "keeps_words": False}), utterances=(), notes=()
    )

    call = review(erased, ())

    assert call.words == "erased"
    assert len(call.cues) == 14
    assert call.cues[0].evidence[2] == WordsEvidence(
        channel="customer", start=11845, end=12349, text=""
    )
    assert call.nudges[0].sign is None


def test_who_may_see_no_words_sees_none() -> None:
    log = (*rough(), SupervisorNote(at=99_000, author="sue", text="secret"))
    stored = recorded(log)
    quoted = {one.reason for one in log if isinstance(one, NudgeShown)}

    for call in (review(stored, log, words=False), review(refused(stored), log)):
        text = msgspec.json.encode(call).decode()
        assert (call.lines, call.notes) == ((), ())
        assert not [word for word in ("ridiculous", "secret", *quoted) if word in text]


def test_the_answer_says_that_somebody_did_not_agree() -> None:
    assert review(refused(recorded(rough())), rough()).words == "consent"


def test_a_log_is_read_as_far_as_it_matters() -> None:
    log = b"".join(encode(event) + b"\n" for event in rough())

    some = read(log)

    assert review(recorded(rough()), some) == review(recorded(rough()), rough())
    assert len(some) < len(rough()) / 3


def test_what_the_page_reads_is_what_was_written() -> None:
    call = told()

    assert msgspec.json.decode(msgspec.json.encode(call), type=Answer) == call
    assert isinstance(call, Review)


def test_small_rows_keep_what_they_were_made_of() -> None:
    line = {"call_id": "c1", "started_at": 5, "channel": "agent", "start": 7, "text": "hello"}

    assert found(line).call == "c1"
    assert changed(Difference(at=5, cue="rude", change="+", text="x")).change == "+"
