"""A labelled call → the events that the engine makes of its words and speech."""

from collections.abc import Iterator, Sequence

from assist.core.detector import Table
from assist.core.engine import Engine
from assist.core.gate import GateSettings
from assist.evaluate.calls import LabelledCall, LabelledWord, SpeechSpan
from assist.events import (
    CHANNELS,
    CallEnded,
    CallStarted,
    Channel,
    Event,
    SpeechEnded,
    SpeechStarted,
    Tick,
    TranscriptFinal,
    TranscriptPartial,
    Word,
)
from assist.playbooks import Playbook

UTTERANCE_GAP = 700
"""Words of one channel with shorter gaps are one utterance."""
FINAL_AFTER = 500
"""An utterance is final so long after its last word's `at`."""
TICK = 500


def run(call: LabelledCall, playbook: Playbook, table: Table) -> Iterator[Event]:
    """Yield all events of the call, as a live call with a perfect recogniser would make them."""
    engine = Engine(call_id=call.call.id, playbook=playbook, table=table)
    for event in inputs(call):
        yield from engine.feed(event)


def inputs(call: LabelledCall) -> list[Event]:
    """Return what the edges would have told the engine, ordered by `at`."""
    end = max([call.call.duration, *(w.at + FINAL_AFTER for w in call.words)])
    events: list[Event] = []
    for channel in CHANNELS:
        spoken = [w for w in call.words if w.channel == channel]
        events += _speech(channel, speech(call, channel))
        events += _transcripts(channel, spoken)
    events += [Tick(at=at) for at in range(TICK, end, TICK)]
    events.sort(key=lambda event: event.at)
    started = CallStarted(
        at=0, language=call.call.language, source="labelled", issue=call.call.issue, words=True
    )
    last = max(end, events[-1].at) if events else end
    return [started, *events, CallEnded(at=last)]


def speech(call: LabelledCall, channel: Channel) -> list[SpeechSpan]:
    """Return when a side speaks; it is taken from the words where the call does not tell."""
    told = [span for span in call.speech if span.channel == channel]
    return told or _spans([word for word in call.words if word.channel == channel])


def _spans(words: Sequence[LabelledWord]) -> list[SpeechSpan]:
    hangover = GateSettings().hangover
    spans: list[SpeechSpan] = []
    for word in words:
        if spans and word.start - spans[-1].end < hangover:
            last = spans.pop()
            end = max(last.end, word.end)
            spans.append(SpeechSpan(channel=word.channel, start=last.start, end=end))
        else:
            spans.append(SpeechSpan(channel=word.channel, start=word.start, end=word.end))
    return spans


def _speech(channel: Channel, spans: Sequence[SpeechSpan]) -> Iterator[Event]:
    """Tell of speech as late as the gate would: after its onset, and after its hangover."""
    knobs = GateSettings()
    joined: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda span: span.start):
        if joined and span.start - joined[-1][1] < knobs.hangover:
            joined[-1] = (joined[-1][0], max(joined[-1][1], span.end))
        else:
            joined.append((span.start, span.end))
    for start, end in joined:
        if end - start >= knobs.onset:
            yield SpeechStarted(at=start + knobs.onset, channel=channel, start=start)
            yield SpeechEnded(at=end + knobs.hangover, channel=channel, start=start, end=end)


def _transcripts(channel: Channel, words: Sequence[LabelledWord]) -> Iterator[Event]:
    """Make a partial for each word as it becomes stable, and a final for each utterance."""
    said: list[Word] = []
    number = revision = 0
    for i, word in enumerate(words):
        said.append(
            Word(text=word.text, start=word.start, end=word.end, probability=word.probability)
        )
        revision += 1
        name = f"{channel[0]}{number}"
        at = max(w.at for w in words[max(0, i - 20) : i + 1])
        following = words[i + 1] if i + 1 < len(words) else None
        if following is None or following.start - word.end >= UTTERANCE_GAP:
            final = at + FINAL_AFTER
            if following is not None:
                final = max(at, min(final, following.at))
            yield TranscriptPartial(
                at=at, utterance=name, channel=channel, revision=revision, words=tuple(said)
            )
            yield TranscriptFinal(
                at=final, utterance=name, channel=channel, revision=revision + 1, words=tuple(said)
            )
            said, number, revision = [], number + 1, 0
        else:
            yield TranscriptPartial(
                at=at, utterance=name, channel=channel, revision=revision, words=tuple(said)
            )
