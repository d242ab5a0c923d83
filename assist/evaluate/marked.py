"""A call in time → its labels, its stages and its speech."""

from collections.abc import Iterator

from assist.evaluate.calls import Label, SpeechSpan, StageLabel
from assist.evaluate.pace import Said, Timeline
from assist.evaluate.references import CUES, Marked
from assist.evaluate.talk import Mark, MistakeError
from assist.events import CHANNELS

JOINED = 200
"""Words with gaps under so many milliseconds are one stretch of speech."""
INTERRUPTION, LISTENING = "agent_interrupted", "listening"
"""The label, and its note, that an agent's aside gets by itself."""


def labels(timeline: Timeline, duration: int) -> tuple[Label, ...]:
    """Return the labels in the order of time.

    Raises:
        MistakeError: a cue falls due when the call is over.
    """
    found = [label for said in _all(timeline) for label in _labels(said, duration)]
    found += [_listens(aside) for aside in timeline.asides if _is_listening(aside)]
    return tuple(sorted(found, key=lambda label: (label.start, label.end)))


def stages(timeline: Timeline) -> tuple[StageLabel, ...]:
    """Return the stages in the order of time."""
    found = [
        StageLabel(at=said.moment(place), stage=stage)
        for said in _all(timeline)
        for place, stage in said.stretch.stages
    ]
    return tuple(sorted(found, key=lambda label: label.at))


def speech(timeline: Timeline) -> tuple[SpeechSpan, ...]:
    """Return when each side speaks, in the order of time."""
    found: list[SpeechSpan] = []
    for channel in CHANNELS:
        spans: list[SpeechSpan] = []
        words = (word for word in timeline.words if word.channel == channel)
        for word in sorted(words, key=lambda word: word.start):
            start = word.start
            if spans and start - spans[-1].end < JOINED:
                start = spans.pop().start
            spans.append(SpeechSpan(channel=channel, start=start, end=word.end))
        found += spans
    return tuple(sorted(found, key=lambda span: span.start))


def _all(timeline: Timeline) -> list[Said]:
    return [*timeline.lines, *timeline.asides, *timeline.silences]


def _labels(said: Said, duration: int) -> Iterator[Label]:
    for mark in said.stretch.marks:
        label = _spoken(said, mark) if mark.first < mark.last else _moment(said, mark)
        if mark.fires and label.reference > duration:
            late = label.reference - duration
            raise MistakeError(mark.line, f"{mark.cue} falls due {late} ms after the call's end")
        yield label


def _is_listening(aside: Said) -> bool:
    """Tell whether the agent only listens: who marks an interruption there says so."""
    cues = {mark.cue for mark in aside.stretch.marks}
    return aside.channel == "agent" and INTERRUPTION not in cues


def _listens(aside: Said) -> Label:
    return Label(
        cue=INTERRUPTION,
        expect="silent",
        start=aside.start,
        end=aside.end,
        reference=aside.start,
        note=LISTENING,
    )


def _spoken(said: Said, mark: Mark) -> Label:
    cue, marked = (
        CUES[mark.cue],
        Marked(said.words, mark.first, mark.last, said.floor, said.goes_on),
    )
    return _label(mark, marked.start, marked.end, cue.reference(marked))


def _moment(said: Said, mark: Mark) -> Label:
    at = said.moment(mark.first) + mark.wait
    return _label(mark, at, at, at)


def _label(mark: Mark, start: int, end: int, reference: int) -> Label:
    return Label(
        cue=mark.cue,
        expect="fires" if mark.fires else "silent",
        channel=CUES[mark.cue].channel,
        start=start,
        end=end,
        reference=reference,
        note=mark.note,
    )
