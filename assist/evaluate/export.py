"""A reviewed call as a file: JSON, CSV, WebVTT, an HTML report, or a labelled call; pure."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape

import msgspec

from assist.evaluate.calls import CallFacts, Label, LabelledCall, LabelledWord, SpeechSpan
from assist.evaluate.report import report
from assist.evaluate.review_messages import CueLine, Review
from assist.evaluate.stable import stable
from assist.events import Event, Evidence, WordsEvidence

COLUMNS = ("start_ms", "end_ms", "kind", "channel", "name", "text", "detail")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet compute a cell instead of showing it."""


@dataclass(frozen=True, slots=True)
class Format:
    """How a call is written."""

    suffix: str
    kind: str
    """As a browser knows it."""
    write: Callable[[Review, Iterable[Event]], str]
    """Takes a call as a reviewer reads it, and its log."""


def to_json(told: Review) -> str:
    """Write all of a call as JSON."""
    text = msgspec.json.format(msgspec.json.encode(told), indent=2)
    return text.decode() + "\n"


def to_csv(told: Review) -> str:
    """Write what happened in a call, a line each, by time."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")  # RFC 4180
    writer.writerow(COLUMNS)
    for row in sorted(_rows(told), key=lambda row: (row[0], row[1])):
        writer.writerow([_cell(value) for value in row])
    return file.getvalue()


def to_vtt(told: Review) -> str:
    """Write the transcript as WebVTT, the speaker as its voice."""
    parts = ["WEBVTT"]
    for line in told.lines:
        end = max(line.end, line.start + 1)
        spoken = escape(line.text, quote=False).replace("\n", " ")
        voice = line.channel.capitalize()
        parts.append(f"{_stamp(line.start)} --> {_stamp(end)}\n<v {voice}>{spoken}</v>")
    return "\n\n".join(parts) + "\n"


def to_labels(told: Review, events: Iterable[Event] = ()) -> str:
    """Write a call as a line of a bundle, its verdicts as labels.

    A cue that was judged right, or right but late, must fire; one that was judged wrong must stay
    silent. Where reviewers disagree there is no label.

    Args:
        told: the call as a reviewer reads it.
        events: its log, which knows when each word was stable; without it words come with their
            utterance's final.
    """
    words = stable(events) if told.lines else []
    call = LabelledCall(
        call=CallFacts(
            id=told.call.id,
            language="de" if told.call.language == "de" else "en",
            source="recorded",
            licence="internal",
            duration=told.call.duration,
        ),
        speech=tuple(SpeechSpan(channel=s.channel, start=s.start, end=s.end) for s in told.speech),
        words=tuple(words or sorted(_labelled_words(told), key=lambda word: word.at)),
        labels=tuple(label for cue in told.cues if (label := _label(cue)) is not None),
    )
    return msgspec.json.encode(call).decode() + "\n"


FORMATS: Mapping[str, Format] = {
    "json": Format("json", "application/json", lambda told, _: to_json(told)),
    "csv": Format("csv", "text/csv; charset=utf-8", lambda told, _: to_csv(told)),
    "vtt": Format("vtt", "text/vtt; charset=utf-8", lambda told, _: to_vtt(told)),
    "html": Format("html", "text/html; charset=utf-8", lambda told, _: report(told)),
    "labels": Format("calls.jsonl", "application/x-ndjson", to_labels),
}
"""Every format by its name."""


def _rows(told: Review) -> Iterator[tuple[int, int, str, str, str, str, str]]:
    for line in told.lines:
        yield line.start, line.end, "said", line.channel, "", line.text, ""
    for cue in told.cues:
        state = f"not shown: {cue.suppressed}" if cue.suppressed else cue.reason
        yield cue.start, cue.end, "cue", cue.channel, cue.cue, _why(cue.evidence), state
    for nudge in told.nudges:
        yield nudge.at, nudge.outcome_at, "nudge", "agent", nudge.cue, nudge.text, nudge.outcome
    for stage in told.stages:
        yield stage.at, stage.at, "stage", "", stage.stage, "", stage.rule
    for one in told.breaks:
        yield one.start, one.end, one.kind, one.channel or "", "", "", one.reason
    for note in told.notes:
        yield note.at, note.at, "note", "", note.cue, note.text, note.author
    end = told.call.duration
    for card in told.cards:
        if card.cause:
            yield end, end, "cause", "", card.cause, "", card.author
        if card.request:
            yield end, end, "request", "", card.request, card.sort, card.author


def _why(evidence: tuple[Evidence, ...]) -> str:
    return "; ".join(
        f"“{one.text}”"
        if isinstance(one, WordsEvidence)
        else f"{one.name} {one.value:g} (threshold {one.threshold:g})"
        for one in evidence
    )


def _cell(value: object) -> object:
    """Return a value that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _labelled_words(told: Review) -> Iterator[LabelledWord]:
    for line in told.lines:
        for word in line.words:
            yield LabelledWord(
                channel=line.channel,
                text=word.text,
                start=word.start,
                end=word.end,
                at=max(line.at, word.end),
                probability=word.probability,
            )


def _label(cue: CueLine) -> Label | None:
    fires = {one.verdict != "wrong" for one in cue.verdicts}
    if len(fires) != 1:
        return None
    return Label(
        cue=cue.cue,
        expect="fires" if fires.pop() else "silent",
        channel=cue.channel,
        start=cue.start,
        end=cue.end,
        reference=cue.end,
        note="late" if any(one.verdict == "late" for one in cue.verdicts) else "",
    )


def _stamp(at: int) -> str:
    """Return a moment as WebVTT writes it."""
    hours, rest = divmod(at, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
