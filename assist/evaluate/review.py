"""One finished call as a reviewer reads it, made of what the tables say and of the log; pure.

The tables outlive the words: a call whose words were erased is still told, with its cues, stages
and nudges, but without a word. What only the log knows (who spoke when, the texts of the evidence,
cues that were withdrawn) is told while there is a log.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec
from msgspec.structs import replace

from assist.core.consent import STOPPED
from assist.evaluate.cue_names import names
from assist.evaluate.review_messages import (
    Break,
    CardLine,
    Changed,
    CueLine,
    FoundLine,
    Judged,
    Judgement,
    Line,
    NoteLine,
    NudgeLine,
    Outcome,
    Review,
    Row,
    Span,
    StageLine,
)
from assist.evaluate.what_if import Difference
from assist.events import (
    INPUTS,
    OUTPUTS,
    AnyEvent,
    AudioGap,
    CallPaused,
    CallResumed,
    Channel,
    CueDetected,
    CueSuppressed,
    Event,
    Evidence,
    HoldEnded,
    NudgeShown,
    NumberEvidence,
    SpeechEnded,
    TranscriptFinal,
    Word,
    WordsEvidence,
    decode,
)
from assist.store.projection import project
from assist.store.reading import StoredCall

__all__ = [
    "CueLine",
    "Judged",
    "Judgement",
    "Review",
    "changed",
    "found",
    "may_review",
    "read",
    "recorded",
    "review",
    "row",
    "wordless",
]

_OUTCOMES: Mapping[str, Outcome] = {
    "shown": "open",
    "resolved": "done",
    "not_needed": "over",
    "expired": "expired",
    "dismissed": "dismissed",
    "superseded": "superseded",
}
_SIDE = re.compile(r"-([ac])\d+$")
"""The side in the id of a cue."""


def review(
    stored: StoredCall, events: Iterable[Event], *, words: bool = True, me: str = ""
) -> Review:
    """Tell a call.

    Args:
        stored: what the tables say of it.
        events: its log, as far as there is one.
        words: whether the reader may see words at all.
        me: who reads it.
    """
    heard = _Heard()
    for event in events:
        heard.hear(event)
    agreed = may_review(stored)
    cues, nudges = _cues(stored, heard), _nudges(stored, heard)
    told = Review(
        call=row(stored.call),
        me=me,
        words="kept"
        if agreed and stored.call["keeps_words"]
        else "erased"
        if agreed
        else "consent",
        lines=tuple(_line(one, heard) for one in stored.utterances),
        speech=tuple(heard.speech),
        breaks=tuple(heard.breaks),
        stages=tuple(_stage(one) for one in stored.stages),
        cues=cues,
        nudges=nudges,
        notes=tuple(_note(one, stored.call["id"]) for one in stored.notes),
        cards=tuple(_card(one) for one in stored.cards),
        names=names([*(one.cue for one in cues), *(one.cue for one in nudges)]),
    )
    return told if agreed and words else wordless(told)


def read(log: bytes) -> list[AnyEvent]:
    """Return those events of a log that a review is made of; the others are not even decoded."""
    return [decode(line) for line in log.splitlines() if not line.startswith(_SKIPPED)]


def may_review(stored: StoredCall) -> bool:
    """Tell whether nobody refused, or took back, that the call is used after its end."""
    return not any(c["purpose"] == "review" and c["state"] in STOPPED for c in stored.consents)


def wordless(told: Review) -> Review:
    """Return a review without what was said, and without texts that may quote it."""
    return replace(
        told,
        lines=(),
        notes=(),
        cues=tuple(replace(one, evidence=_mute(one.evidence)) for one in told.cues),
        nudges=tuple(replace(one, text="", reason="") for one in told.nudges),
    )


def row(
    call: Mapping[Any, Any],
    *,
    reads: bool = True,
    assignable: bool = False,
    reviewers: tuple[str, ...] = (),
) -> Row:
    """Return the line of a call in the list.

    Args:
        call: what the table says.
        reads: whether who asks may read it.
        assignable: whether who asks may say who reviews it.
        reviewers: to whom it was assigned, for those who may say so.
    """
    same = ("id", "agent", "team", "language", "source", "playbook", "started_at", "end_reason")
    return Row(
        **{name: call[name] for name in same},
        duration=call["last_at"],
        reads=reads,
        assignable=assignable,
        reviewers=reviewers,
    )


def found(line: Mapping[Any, Any]) -> FoundLine:
    """Return one line of a search."""
    same = ("started_at", "channel", "start", "text")
    return FoundLine(call=line["call_id"], **{name: line[name] for name in same})


def changed(difference: Difference) -> Changed:
    """Return one difference between two playbooks."""
    d = difference
    return Changed(at=d.at, cue=d.cue, change=d.change, text=d.text)


def recorded(events: Sequence[Event]) -> StoredCall:
    """Return what the tables would say of a call that only a log knows."""
    rows, last = project(events), events[-1]
    call = {
        "id": last.call_id, "agent": "", "team": "", "language": "", "source": "", "playbook": "",
        "started_at": 0, "keeps_words": True, "end_reason": rows.ended, "last_at": last.at,
    } | rows.call  # fmt: skip
    cues = [one | rows.cue_ends.get(id, {}) for id, one in rows.cues.items()]
    nudges = [one | rows.nudge_ends.get(id, {}) for id, one in rows.nudges.items()]
    said = sorted(rows.utterances.values(), key=lambda one: (one["start"], one["channel"]))
    return StoredCall(
        call=cast(Any, call),
        utterances=cast(Any, said),
        cues=cast(Any, cues),
        nudges=cast(Any, nudges),
        stages=cast(Any, list(rows.stages.values())),
        feedback=cast(Any, list(rows.feedback.values())),
        notes=cast(Any, list(rows.notes.values())),
        verdicts=(),
        consents=(),
    )


@dataclass(slots=True)
class _Heard:
    """What only the log knows."""

    speech: list[Span] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)
    finals: dict[str, int] = field(default_factory=dict)
    evidence: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)
    suppressed: dict[str, CueSuppressed] = field(default_factory=dict)
    nudges: dict[str, NudgeShown] = field(default_factory=dict)
    paused: CallPaused | None = None

    def hear(self, event: Event) -> None:
        """Take in one event."""
        if (tell := _TABLE.get(type(event))) is not None:
            tell(self, event)


def _spoke(heard: _Heard, event: SpeechEnded) -> None:
    heard.speech.append(Span(channel=event.channel, start=event.start, end=event.end))


def _lost(heard: _Heard, event: AudioGap) -> None:
    gap = Break(kind="gap", channel=event.channel, start=event.start, end=event.end, reason="")
    heard.breaks.append(replace(gap, reason=event.reason))


def _paused(heard: _Heard, event: CallPaused) -> None:
    heard.paused = event


def _resumed(heard: _Heard, event: CallResumed) -> None:
    begun = heard.paused
    start = begun.at if begun else max(0, event.at - event.skipped)
    reason = begun.reason if begun else ""
    heard.breaks.append(Break(kind="pause", channel=None, start=start, end=event.at, reason=reason))
    heard.paused = None


def _held(heard: _Heard, event: HoldEnded) -> None:
    heard.breaks.append(
        Break(kind="hold", channel=None, start=event.start, end=event.end, reason="")
    )


def _said(heard: _Heard, event: TranscriptFinal) -> None:
    heard.finals[event.utterance] = event.at


def _detected(heard: _Heard, event: CueDetected) -> None:
    heard.evidence[event.id] = event.evidence


def _suppressed(heard: _Heard, event: CueSuppressed) -> None:
    heard.suppressed[event.id] = event


def _shown(heard: _Heard, event: NudgeShown) -> None:
    heard.nudges[event.id] = event


_TABLE: Mapping[type[Event], Callable[[_Heard, Any], None]] = {
    SpeechEnded: _spoke,
    AudioGap: _lost,
    CallPaused: _paused,
    CallResumed: _resumed,
    HoldEnded: _held,
    TranscriptFinal: _said,
    CueDetected: _detected,
    CueSuppressed: _suppressed,
    NudgeShown: _shown,
}
_SKIPPED = tuple(
    f'{{"type":"{kind.__struct_config__.tag}"'.encode()
    for kind in (*INPUTS, *OUTPUTS)
    if kind not in _TABLE
)
"""How the lines begin that tell a review nothing: nine tenths of a log."""
_words = msgspec.json.Decoder(tuple[Word, ...])


class _Pointer(msgspec.Struct, tag="words"):
    """Where the words stand, in a table that holds none."""

    channel: Channel
    start: int
    end: int


_pointers = msgspec.json.Decoder(tuple[_Pointer | NumberEvidence, ...])


def _line(said: Mapping[Any, Any], heard: _Heard) -> Line:
    return Line(
        id=said["utterance"],
        channel=said["channel"],
        at=heard.finals.get(said["utterance"], said["end"]),
        start=said["start"],
        end=said["end"],
        text=said["text"],
        words=_words.decode(said["words"]),
    )


def _stage(stage: Mapping[Any, Any]) -> StageLine:
    return StageLine(at=stage["at"], stage=stage["stage"], rule=stage["rule"])


def _note(note: Mapping[Any, Any], call_id: str) -> NoteLine:
    name = str(note["id"]).removeprefix(f"{call_id}:")
    cue, _, _ = name.rpartition("/")
    return NoteLine(id=name, author=note["author"], at=note["at"], text=note["text"], cue=cue)


def _card(card: Mapping[Any, Any]) -> CardLine:
    return CardLine(**{name: card[name] for name in ("author", "cause", "request", "sort")})


def _cues(stored: StoredCall, heard: _Heard) -> tuple[CueLine, ...]:
    verdicts = defaultdict(list)
    for one in stored.verdicts:
        judged = Judgement(author=one["author"], verdict=one["verdict"])
        verdicts[one["cue_id"]].append(judged)
    known = {one["id"] for one in stored.cues}
    told = [_cue(one, heard, tuple(verdicts[one["id"]])) for one in stored.cues]
    gone = [
        _withdrawn(one, tuple(verdicts[id]))
        for id, one in heard.suppressed.items()
        if id not in known
    ]
    return tuple(sorted([*told, *gone], key=lambda one: (one.start, one.at, one.id)))


def _cue(cue: Mapping[Any, Any], heard: _Heard, verdicts: tuple[Judgement, ...]) -> CueLine:
    same = ("id", "cue", "channel", "rule", "playbook", "at", "start", "end", "confidence")
    event = heard.suppressed.get(cue["id"])
    kept = cue["reason"] if cue["state"] == "suppressed" else ""
    return CueLine(
        **{name: cue[name] for name in (*same, "state", "reason")},
        suppressed=event.reason if event else kept,
        evidence=heard.evidence.get(cue["id"]) or _pointed(cue["evidence"]),
        verdicts=verdicts,
    )


def _withdrawn(event: CueSuppressed, verdicts: tuple[Judgement, ...]) -> CueLine:
    """Return a cue that was suppressed before it counted."""
    side = _SIDE.search(event.id)
    return CueLine(
        id=event.id,
        cue=event.cue,
        channel="customer" if side and side[1] == "c" else "agent",
        rule=event.rule,
        playbook="",
        at=event.at,
        start=event.at,
        end=event.at,
        confidence=0.0,
        evidence=event.evidence,
        state="suppressed",
        reason=event.reason,
        suppressed=event.reason,
        verdicts=verdicts,
    )


def _nudges(stored: StoredCall, heard: _Heard) -> tuple[NudgeLine, ...]:
    own = {one["nudge_id"]: one["verdict"] for one in stored.feedback}
    return tuple(
        _nudge(one, heard.nudges.get(one["id"]), own.get(one["id"])) for one in stored.nudges
    )


def _nudge(nudge: Mapping[Any, Any], event: NudgeShown | None, verdict: Any) -> NudgeLine:
    same = ("id", "cue", "cue_id", "kind", "text", "priority", "playbook", "at", "outcome_at")
    return NudgeLine(
        **{name: nudge[name] for name in same},
        sign=event.sign if event else None,
        reason=event.reason if event else "",
        outcome=_OUTCOMES[nudge["outcome"]],
        verdict=verdict,
    )


def _pointed(evidence: bytes) -> tuple[Evidence, ...]:
    """Read evidence that points at words and holds none."""
    return tuple(
        one
        if isinstance(one, NumberEvidence)
        else WordsEvidence(channel=one.channel, start=one.start, end=one.end, text="")
        for one in _pointers.decode(evidence)
    )


def _mute(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    return tuple(
        replace(one, text="") if isinstance(one, WordsEvidence) else one for one in evidence
    )
