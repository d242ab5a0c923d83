"""Write a call in one line: who speaks when, with which words. For tests of cues.

    script(customer=[(0, 10_000)], agent=[(4000, 4400, "mhm")])

All times are milliseconds. Words are spread evenly over their stretch of speech and become stable
`LAG` after their end, so that the delay of a recogniser is part of every test.
"""

from collections.abc import Iterable

import msgspec

from assist.core.engine import Engine
from assist.cues import TABLE
from assist.evaluate.calls import CallFacts, LabelledCall, LabelledWord, SpeechSpan
from assist.evaluate.run import inputs
from assist.events import (
    CallStarted,
    Channel,
    CueCleared,
    CueDetected,
    CueSuppressed,
    Event,
    StageChanged,
    TranscriptFinal,
    TranscriptPartial,
    Word,
)
from assist.playbooks import Playbook
from assist.settings import load_playbook

Stretch = tuple[int, int] | tuple[int, int, str]
"""Start, end, and the words where there are any."""
LAG = 600
"""Milliseconds from the end of a word to the moment it is stable."""

__all__ = [
    "cleared",
    "cues",
    "heard",
    "otherwise",
    "script",
    "spread",
    "stages",
    "suppressed",
    "told",
]


def script(
    *,
    customer: Iterable[Stretch] = (),
    agent: Iterable[Stretch] = (),
    language: str = "en",
    issue: tuple[str, ...] = (),
    lag: int = LAG,
    after: int = 4000,
) -> LabelledCall:
    """Build a call; it goes on in silence for `after` milliseconds."""
    spans, words = [], []
    for channel, stretches in (("customer", customer), ("agent", agent)):
        for stretch in stretches:
            side: Channel = "customer" if channel == "customer" else "agent"
            spans.append(SpeechSpan(channel=side, start=stretch[0], end=stretch[1]))
            if len(stretch) == 3:
                words += spread(side, stretch[0], stretch[1], stretch[2], lag=lag)
    words.sort(key=lambda word: word.at)
    end = max(span.end for span in spans) + after
    facts = CallFacts(
        id="script",
        language="de" if language == "de" else "en",
        source="authored",
        licence="CC0-1.0",
        duration=end,
        issue=issue,
    )
    return LabelledCall(call=facts, speech=tuple(spans), words=tuple(words))


def spread(channel: Channel, start: int, end: int, text: str, *, lag: int) -> list[LabelledWord]:
    """Spread words evenly over a stretch of speech."""
    said = text.split()
    step = (end - start) / len(said)
    found = []
    for i, word in enumerate(said):
        stop = round(start + (i + 1) * step)
        found.append(
            LabelledWord(
                channel=channel, text=word, start=round(start + i * step), end=stop, at=stop + lag
            )
        )
    return found


def otherwise(call: LabelledCall, old: str, new: str, *, at: int) -> TranscriptFinal:
    """Hear an utterance anew, after its final: where it said `old`, it says `new`."""
    for final in inputs(call):
        if isinstance(final, TranscriptFinal):
            texts, gone = [word.text for word in final.words], old.split()
            for i in range(len(texts)):
                if texts[i : i + len(gone)] == gone:
                    fell = final.words[i : i + len(gone)]
                    put = spread(final.channel, fell[0].start, fell[-1].end, new, lag=0)
                    words = (
                        *final.words[:i],
                        *(Word(text=word.text, start=word.start, end=word.end) for word in put),
                        *final.words[i + len(gone) :],
                    )
                    revision = final.revision + 1
                    return msgspec.structs.replace(final, at=at, revision=revision, words=words)
    raise AssertionError(f"nobody says {old!r}")


def told(
    call: LabelledCall,
    *,
    words: bool = True,
    playbook: Playbook | None = None,
    extra: Iterable[Event] = (),
) -> list[Event]:
    """Run a call through the whole engine; return all events.

    Args:
        call: what `script` built.
        words: False runs it in timing-only mode.
        playbook: none = the language's own.
        extra: further events from the edges, put in by their `at`.
    """
    book = playbook or load_playbook(call.call.language)
    engine = Engine(call_id="script", playbook=book, table=TABLE)
    first, *rest = inputs(call)
    if not words:
        first = (
            msgspec.structs.replace(first, words=False) if isinstance(first, CallStarted) else first
        )
        rest = [e for e in rest if not isinstance(e, TranscriptPartial | TranscriptFinal)]
    rest = sorted([*rest, *extra], key=lambda event: event.at)
    return [event for one in [first, *rest] for event in engine.feed(one)]


def heard(events: Iterable[Event], cue: str) -> list[CueDetected]:
    """Return the detections of one cue."""
    return [e for e in events if isinstance(e, CueDetected) and e.cue == cue]


def cues(call: LabelledCall, cue: str, *, words: bool = True) -> list[CueDetected]:
    """Run a call and return the detections of one cue."""
    return heard(told(call, words=words), cue)


def cleared(events: Iterable[Event], cue: str) -> list[CueCleared]:
    """Return when and why one cue ended."""
    return [e for e in events if isinstance(e, CueCleared) and e.cue == cue]


def suppressed(events: Iterable[Event], cue: str) -> list[CueSuppressed]:
    """Return what was said against showing one cue."""
    return [e for e in events if isinstance(e, CueSuppressed) and e.cue == cue]


def stages(events: Iterable[Event]) -> list[StageChanged]:
    """Return the moves of the stage."""
    return [e for e in events if isinstance(e, StageChanged)]
