"""What the figures hide: each label that was missed, each false alarm, and what was said there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from assist.evaluate.calls import Label, LabelledCall
from assist.evaluate.score import Score
from assist.events import CueDetected, Evidence, WordsEvidence

BEFORE, AFTER = 9000, 3000
"""So much of the talk is quoted around a mistake, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One label without a detection, or one detection without a label."""

    cue: str
    kind: Literal["missed", "false"]
    call: str
    at: int
    """Milliseconds: the label's reference, or the moment of the detection."""
    what: str
    """The words that were marked, or the evidence."""
    said: str
    """The talk around it, `A:` the agent, `C:` the customer."""


def mistakes(score: Score, calls: Iterable[LabelledCall]) -> Iterator[Mistake]:
    """Yield the mistakes of a score, by cue, call and time."""
    by_id = {call.call.id: call for call in calls}
    found = [_missed(by_id[name], label) for name, label in score.misses]
    found += [_false(by_id[name], event) for name, event in score.alarms]
    yield from sorted(found, key=lambda mistake: (mistake.cue, mistake.call, mistake.at))


def _missed(call: LabelledCall, label: Label) -> Mistake:
    marked = " ".join(
        word.text
        for word in call.words
        if word.channel == label.channel and label.start <= word.start < label.end
    )
    what = f"{label.note}: {marked}" if label.note else marked
    said = _said(call, label.start - BEFORE, max(label.end, label.reference) + AFTER)
    return Mistake(label.cue, "missed", call.call.id, label.reference, what, said)


def _false(call: LabelledCall, event: CueDetected) -> Mistake:
    what = "; ".join(map(_shown, event.evidence))
    said = _said(call, event.start - BEFORE, event.at + AFTER)
    return Mistake(event.cue, "false", call.call.id, event.at, what, said)


def _shown(one: Evidence) -> str:
    if isinstance(one, WordsEvidence):
        return one.text
    return f"{one.name} {one.value:g}/{one.threshold:g}"


def _said(call: LabelledCall, start: int, end: int) -> str:
    """Return what both sides said in a span, in the order in which the words began."""
    marks: Mapping[str, str] = {"agent": "A:", "customer": "C:"}
    parts: list[str] = []
    speaker = ""
    for word in sorted(call.words, key=lambda word: word.start):
        if start <= word.start < end:
            if word.channel != speaker:
                parts.append(marks[word.channel])
                speaker = word.channel
            parts.append(word.text)
    return " ".join(parts)
