"""What the tables say of events: utterances, cues, nudges with their life, stages; pure.

The events are the record. All that stands here can be made of them again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from assist.events import (
    CallEnded,
    CallStarted,
    CallUpdated,
    CueCleared,
    CueDetected,
    CueSuppressed,
    Event,
    Evidence,
    NudgeDismissed,
    NudgeExpired,
    NudgeFeedback,
    NudgeResolved,
    NudgeShown,
    NudgeSuperseded,
    StageChanged,
    SupervisorNote,
    TranscriptFinal,
    WordsEvidence,
)
from assist.store.folding import folded

Row = dict[str, Any]
AGENT = "agent"
"""The author of the verdicts of a running call: whoever sits at its overlay."""


@dataclass(slots=True)
class Rows:
    """What events add to the tables, and what they change; by the key within the call."""

    call: Row = field(default_factory=dict)
    utterances: dict[str, Row] = field(default_factory=dict)
    cues: dict[str, Row] = field(default_factory=dict)
    cue_ends: dict[str, Row] = field(default_factory=dict)
    nudges: dict[str, Row] = field(default_factory=dict)
    nudge_ends: dict[str, Row] = field(default_factory=dict)
    stages: dict[int, Row] = field(default_factory=dict)
    feedback: dict[str, Row] = field(default_factory=dict)
    notes: dict[str, Row] = field(default_factory=dict)
    ended: str = ""
    """Why the call ended, if it did."""


def project(events: Iterable[Event], *, words: bool = True) -> Rows:
    """Return what events mean for the tables.

    Args:
        events: of one call, in order.
        words: whether words are kept; else what was said, and advice that may quote it, stay out.
    """
    rows = Rows()
    for event in events:
        if isinstance(event, TranscriptFinal | SupervisorNote) and not words:
            continue
        if (tell := _TABLE.get(type(event))) is not None:
            tell(rows, event)
    if not words:
        for nudge in rows.nudges.values():
            nudge["text"] = ""
    return rows


def wordless(evidence: Iterable[Evidence]) -> bytes:
    """Return evidence as JSON that points at words and holds none."""
    return msgspec.json.encode([_pointed(one) for one in evidence])


def _pointed(one: Evidence) -> Row:
    """Write numbers as they are read again: 1 and 1.0 are the same there."""
    if isinstance(one, WordsEvidence):
        return {"type": "words", "channel": one.channel, "start": one.start, "end": one.end}
    value, threshold = float(one.value), float(one.threshold)
    return {"type": "number", "name": one.name, "value": value, "threshold": threshold}


def _started(rows: Rows, event: CallStarted) -> None:
    rows.call |= {
        "language": event.language,
        "source": event.source,
        "playbook": event.settings.playbook,
    }
    if event.agent:
        rows.call["agent"] = event.agent


def _updated(rows: Rows, event: CallUpdated) -> None:
    told = {"language": event.language, "agent": event.agent}
    rows.call |= {name: value for name, value in told.items() if value}


def _call_ended(rows: Rows, event: CallEnded) -> None:
    rows.ended = event.reason or "ended"


def _said(rows: Rows, event: TranscriptFinal) -> None:
    text = " ".join(word.text for word in event.words)
    rows.utterances[event.utterance] = {
        "utterance": event.utterance,
        "channel": event.channel,
        "revision": event.revision,
        "start": event.words[0].start if event.words else event.at,
        "end": event.words[-1].end if event.words else event.at,
        "text": text,
        "folded": folded(text),
        "words": msgspec.json.encode(event.words),
    }


def _detected(rows: Rows, event: CueDetected) -> None:
    rows.cues[event.id] = {
        "id": event.id,
        "cue": event.cue,
        "channel": event.channel,
        "rule": event.rule,
        "playbook": event.playbook,
        "at": event.at,
        "start": event.start,
        "end": event.end,
        "confidence": event.confidence,
        "evidence": wordless(event.evidence),
        "state": "open",
        "reason": "",
    }
    rows.cue_ends.pop(event.id, None)


def _cleared(rows: Rows, event: CueCleared) -> None:
    rows.cue_ends[event.id] = {"state": "cleared", "reason": event.reason}


def _suppressed(rows: Rows, event: CueSuppressed) -> None:
    rows.cue_ends[event.id] = {"state": "suppressed", "reason": event.reason}


def _shown(rows: Rows, event: NudgeShown) -> None:
    rows.nudges[event.id] = {
        "id": event.id,
        "cue": event.cue,
        "cue_id": event.cue_id,
        "variant": event.variant,
        "kind": event.kind,
        "priority": event.priority,
        "text": event.text,
        "playbook": event.playbook,
        "at": event.at,
        "outcome": "shown",
        "outcome_at": event.at,
    }
    rows.nudge_ends.pop(event.id, None)


def _resolved(rows: Rows, event: NudgeResolved) -> None:
    _nudge_ended(rows, event.id, "resolved" if event.by_agent else "not_needed", event.at)


def _nudge_ended(rows: Rows, nudge: str, outcome: str, at: int) -> None:
    rows.nudge_ends[nudge] = {"outcome": outcome, "outcome_at": at}


def _stage(rows: Rows, event: StageChanged) -> None:
    rows.stages[event.seq] = {
        "seq": event.seq,
        "at": event.at,
        "stage": event.stage,
        "rule": event.rule,
    }


def _judged(rows: Rows, event: NudgeFeedback) -> None:
    rows.feedback[event.id] = {
        "nudge_id": event.id,
        "author": AGENT,
        "verdict": event.verdict,
        "at": event.at,
        "seq": event.seq,
    }


def _noted(rows: Rows, event: SupervisorNote) -> None:
    # The id is made of the call's own, for that is the table's only key.
    key = f"{event.call_id}:{event.seq}"
    rows.notes[key] = {
        "id": key,
        "author": event.author,
        "at": event.at,
        "text": event.text,
        "seq": event.seq,
    }


_TABLE: Mapping[type[Event], Callable[[Rows, Any], None]] = {
    CallStarted: _started,
    CallUpdated: _updated,
    CallEnded: _call_ended,
    TranscriptFinal: _said,
    CueDetected: _detected,
    CueCleared: _cleared,
    CueSuppressed: _suppressed,
    NudgeShown: _shown,
    NudgeResolved: _resolved,
    NudgeExpired: lambda rows, event: _nudge_ended(rows, event.id, "expired", event.at),
    NudgeDismissed: lambda rows, event: _nudge_ended(rows, event.id, "dismissed", event.at),
    NudgeSuperseded: lambda rows, event: _nudge_ended(rows, event.id, "superseded", event.at),
    StageChanged: _stage,
    NudgeFeedback: _judged,
    SupervisorNote: _noted,
}
