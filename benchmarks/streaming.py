"""How late, how steady and how true the words of a stream are, with the demo model.

    python -m benchmarks.streaming                 # the demo calls, in real time: 7 minutes
    python -m benchmarks.streaming --speed max     # the call clock's figures only: a minute

Each call is run twice. On the call clock, decoding takes no time: that shows the delay of the
policy by itself (computation-unaware). In real time, one call after the other, everything counts
(computation-aware). The formulas stand in `metrics.py`. Words are compared without case and
punctuation.
"""

import argparse
import math
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import jiwer

from assist.core.agreement import normal
from assist.core.utterance import ListenerSettings
from assist.events import Channel, Event, SpeechEnded, TranscriptFinal, TranscriptPartial, Word
from assist.speech.bundled import bundled
from assist.speech.pool import Inline, SpeechPool
from assist.speech.recogniser import Request, to_sound
from assist.speech.scheduler import Scheduler
from benchmarks.live import Line, Shown, on_air, our_call
from benchmarks.metrics import erasure, first_shown, heard, laal, on_screen, percentile
from benchmarks.record import RESULTS, plainly, rounded, write
from benchmarks.recorded import Recorded, calls, clips
from benchmarks.scripted import Scripted, find_device, load
from benchmarks.traffic import Spoken

_LONGEST = 28_000
"""Milliseconds of one offline window."""


@dataclass
class Sums:
    """What is collected over several recordings, for one clock."""

    seconds: float = 0.0
    delays: list[float] = field(default_factory=list)
    firsts: list[float] = field(default_factory=list)
    """Latency of every word."""
    begins: list[float] = field(default_factory=list)
    """Latency of the first word of each utterance."""
    never: int = 0
    """Words that never stood where they were said."""
    lagging: list[float] = field(default_factory=list)
    steady: list[tuple[int, int]] = field(default_factory=list)
    """Words withdrawn and words at the end, stable words only."""
    shown: list[tuple[int, int]] = field(default_factory=list)
    """The same, of what is on the screen."""
    restless: list[tuple[int, int]] = field(default_factory=list)
    """The same with the whole tail."""
    compute: float = 0.0
    """Seconds of the processor, for everything: speech detection, decodes, engine."""

    def add(self, material: Recorded, shown: Sequence[Shown], compute: float) -> None:
        """Take one recording's transcripts."""
        self.seconds += material.seconds
        self.compute += compute
        for each in material.spoken:
            mine = [s for s in shown if s.event.channel == each.channel]
            self._words(each, mine)
            self.lagging += lagging(each, mine)
        self.delays += [each.delay for each in heard(material.spoken, shown)]
        for texts in utterances(shown):
            self.steady.append(erasure([_texts(event.words) for event in texts]))
            self.shown.append(erasure([_texts(on_screen(event)) for event in texts]))
            self.restless.append(erasure([_texts(_all(event)) for event in texts]))

    def _words(self, spoken: Spoken, shown: Sequence[Shown]) -> None:
        for number, word in enumerate(spoken.words):
            at = first_shown(word, shown)
            if at is None:
                self.never += 1
            else:
                self.firsts.append(at - word.end)
                if not number:
                    self.begins.append(at - word.end)

    def figures(self) -> dict[str, Any]:
        """Return the figures for the record."""
        found = [delay for delay in self.delays if math.isfinite(delay)]
        return {
            "utterances": len(self.delays),
            "ttfs_p50": rounded(percentile(found, 0.5)),
            "ttfs_p95": rounded(percentile(found, 0.95)),
            "unheard": len(self.delays) - len(found),
            "first_word_p50": rounded(percentile(self.firsts, 0.5)),
            "first_word_p95": rounded(percentile(self.firsts, 0.95)),
            "first_of_utterance_p50": rounded(percentile(self.begins, 0.5)),
            "first_of_utterance_p95": rounded(percentile(self.begins, 0.95)),
            "words_never_right": self.never,
            "laal": rounded(sum(self.lagging) / len(self.lagging)) if self.lagging else None,
            "erasure_stable": _normalised(self.steady),
            "erasure_shown": _normalised(self.shown),
            "erasure_with_tail": _normalised(self.restless),
            "rtf": rounded(self.compute / self.seconds, 4) if self.seconds else None,
        }


def _normalised(pairs: Sequence[tuple[int, int]]) -> float | None:
    words = sum(end for _, end in pairs)
    return rounded(sum(gone for gone, _ in pairs) / words, 3) if words else None


def utterances(shown: Sequence[Shown]) -> Iterator[list[TranscriptPartial | TranscriptFinal]]:
    """Yield the transcripts of each utterance in turn."""
    found: dict[str, list[TranscriptPartial | TranscriptFinal]] = defaultdict(list)
    for each in shown:
        found[each.event.utterance].append(each.event)
    yield from found.values()


def lagging(spoken: Spoken, shown: Sequence[Shown]) -> Iterator[float]:
    """Yield the LAAL of an utterance: a word is there when it is stable."""
    delays: list[float] = []
    said: tuple[Word, ...] = ()
    for each in shown:
        inside = [w for w in each.event.words if spoken.start <= (w.start + w.end) / 2 < spoken.end]
        new = len(inside) - len(delays)
        delays += [each.at - spoken.start] * max(0, new)
        said = tuple(inside) or said
    if delays:
        length, count = spoken.end - spoken.start, len(spoken.words)
        yield laal(delays[: len(said)], source=length, reference=count)


def _texts(words: Sequence[Word]) -> list[str]:
    return [word.text for word in words]


def _all(event: TranscriptPartial | TranscriptFinal) -> Sequence[Word]:
    return event.words if isinstance(event, TranscriptFinal) else (*event.words, *event.tail)


# ---- both clocks ---------------------------------------------------------------------------------


def on_call_clock(
    material: Recorded, recogniser: Scripted, knobs: ListenerSettings
) -> tuple[list[Shown], list[Event]]:
    """Run a recording as fast as possible; what is shown has the time of the call clock."""
    call = _call(material, Inline(recogniser), knobs)
    events: list[Event] = []
    for step in material.steps():
        events += call.push(step)
    events += call.end()
    shown = [
        Shown(event.at, event)
        for event in events
        if isinstance(event, TranscriptPartial | TranscriptFinal)
    ]
    return shown, events


def in_real_time(
    material: Recorded, pool: SpeechPool, knobs: ListenerSettings
) -> tuple[list[Shown], float]:
    """Run a recording as fast as it was spoken; tell the processor time as well."""
    line = Line(material, _call(material, pool, knobs))
    air = on_air([line], drain=0)
    return line.shown, air.processor


def _call(material: Recorded, pool: SpeechPool, knobs: ListenerSettings) -> Any:
    return our_call(
        material, pool, channels=material.channels, issue=material.issue, listening=knobs
    )


# ---- truth ---------------------------------------------------------------------------------------


def offline(
    material: Recorded, events: Sequence[Event], recogniser: Scripted
) -> dict[Channel, str]:
    """Hear each stretch of speech whole, as carefully as a final: same weights, same gate."""
    said: dict[Channel, list[str]] = {channel: [] for channel in material.channels}
    for channel, start, end in _stretches(events):
        sound = to_sound(material.take(channel, start, end))
        request = Request(sound, language=material.language, careful=True)
        said[channel] += [word.text for word in recogniser.transcribe([request])[0].words]
    return {channel: " ".join(words) for channel, words in said.items()}


def _stretches(events: Sequence[Event]) -> Iterator[tuple[Channel, int, int]]:
    """Yield where the gate heard speech, joined over the pauses within an utterance."""
    knobs = ListenerSettings()
    spans: dict[Channel, list[tuple[int, int]]] = defaultdict(list)
    for event in events:
        if isinstance(event, SpeechEnded):
            mine = spans[event.channel]
            if mine and event.start - mine[-1][1] < knobs.join:
                mine[-1] = mine[-1][0], event.end
            else:
                mine.append((event.start, event.end))
    for channel, found in spans.items():
        for start, end in found:
            for first in range(start, end, _LONGEST):
                last = min(first + _LONGEST, end)
                yield channel, first - knobs.preroll, last + knobs.postroll


def streamed(events: Sequence[Event], channel: Channel) -> str:
    """Return what the finals of a side say."""
    finals = [e for e in events if isinstance(e, TranscriptFinal) and e.channel == channel]
    newest = {event.utterance: event for event in finals}
    return " ".join(word.text for event in newest.values() for word in event.words)


def word_errors(reference: Sequence[str], hypothesis: Sequence[str]) -> dict[str, Any]:
    """Return the word error rate, by jiwer, and its parts."""
    out = jiwer.process_words([_plain(text) for text in reference], [_plain(t) for t in hypothesis])
    words = out.hits + out.substitutions + out.deletions
    return {
        "wer": rounded(out.wer, 4),
        "words": words,
        "substitutions": out.substitutions,
        "deletions": out.deletions,
        "insertions": out.insertions,
    }


def _plain(text: str) -> str:
    return " ".join(filter(None, map(normal, text.split())))


# ---- the run -------------------------------------------------------------------------------------


@dataclass
class Results:
    """The figures of a set of recordings."""

    unaware: Sums = field(default_factory=Sums)
    aware: Sums = field(default_factory=Sums)
    reference: list[str] = field(default_factory=list)
    stream: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """Return the figures for the record."""
        stream = word_errors(self.reference, self.stream)
        whole = word_errors(self.reference, self.whole)
        return {
            "seconds": rounded(self.unaware.seconds, 1),
            "unaware": self.unaware.figures(),
            "aware": self.aware.figures() if self.aware.seconds else None,
            "wer_stream": stream,
            "wer_offline": whole,
            "streaming_loss": rounded(stream["wer"] - whole["wer"], 4),
        }


def run(
    material: Sequence[Recorded],
    recogniser: Scripted,
    pool: SpeechPool | None,
    until: float,
    knobs: ListenerSettings,
) -> tuple[Results, bool]:
    """Measure recordings on one clock or on both; tell whether there was time for all."""
    results = Results()
    for each in material:
        if time.monotonic() + (each.seconds if pool else 0) > until:
            return results, False
        before = time.process_time()
        shown, events = on_call_clock(each, recogniser, knobs)
        results.unaware.add(each, shown, time.process_time() - before)
        whole = offline(each, events, recogniser)
        for channel in each.channels:
            results.reference.append(each.reference[channel])
            results.stream.append(streamed(events, channel))
            results.whole.append(whole[channel])
        if pool:
            results.aware.add(each, *in_real_time(each, pool, knobs))
        print(f"{each.name}: done", flush=True)
    return results, True


def main() -> None:
    """Measure the demo calls, and clips if a folder is given."""
    arguments = _arguments()
    until = time.monotonic() + arguments.budget * 60
    knobs = replace(ListenerSettings(), window=arguments.window)
    device = find_device(device=arguments.device, compute=arguments.compute)
    recogniser = Scripted(load(arguments.model, device), None)
    sets: dict[str, list[Recorded]] = {"calls": list(calls(arguments.paths))}
    if arguments.clips:
        sets["clips"] = list(clips(arguments.clips, arguments.language))
    with Scheduler(recogniser, workers=device.workers, batch=device.batch) as pool:
        content: dict[str, Any] = {}
        for name, material in sets.items():
            paced = pool if arguments.speed == "1" and name == "calls" else None
            found, complete = run(material, recogniser, paced, until, knobs)
            if found.reference:
                content[name] = {**found.record(), "complete": complete}
    for name, figures in content.items():
        print(f"{name}: {figures}")
    if knobs != ListenerSettings():
        print("A trial: it is not written down.")
        return
    write(
        f"streaming-{Path(arguments.model).name}",
        {
            "kind": "streaming",
            "model": Path(arguments.model).name,
            "device": device.kind,
            "compute": device.compute_type,
            "sets": content,
        },
        arguments.results,
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path, default=[bundled("demo", "calls")])
    parser.add_argument("--model", default="demo")
    parser.add_argument("--speed", choices=["1", "max"], default="1")
    parser.add_argument("--clips", type=Path, help="a folder of sound with .txt files beside it")
    parser.add_argument("--language", choices=["en", "de"], default="en", help="of the clips")
    parser.add_argument("--budget", type=float, default=12, help="minutes for all of it")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="cpu")
    parser.add_argument("--compute", default="auto")
    parser.add_argument(
        "--window",
        type=int,
        default=ListenerSettings().window,
        help="milliseconds from which windows are cut; another than ours is a trial",
    )
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser.parse_args()


if __name__ == "__main__":
    plainly(main)
