"""The policy of ufal/whisper_streaming, written anew from its published description, to compare.

Macháček, Dabre and Bojar 2023 (arXiv 2307.14743), and what its code (commit 1f25a1a) does with the
options it recommends, `--vac` and `--buffer_trimming segment`:

* speech begins and ends by Silero's iterator: 0.5, off at 0.35, 500 ms of silence, 100 ms of pad;
* each second of new speech the whole buffer is decoded anew; LocalAgreement-2 on the exact words;
* past 15 s the buffer is cut at the last but one segment that ends within the committed words;
* at the end of speech the last hypothesis is committed as it stands, without decoding the tail.

Departures: requests of all channels share one queue, first come first served (the original serves
one client a process); the end of speech decodes the tail by default, because a hypothesis that is
a second old lacks the last words (`tail=False` is the original).
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

from assist.core.audio import WINDOW, Samples, Windows, milliseconds
from assist.events import CHANNELS, Channel, Event, TranscriptFinal, TranscriptPartial, Word
from assist.speech.buffer import Buffer
from assist.speech.recogniser import Sound
from assist.speech.vad import VadStream, VoiceDetector

ON, OFF = 0.5, 0.35
SILENCE, PAD = 500, 100
HOP = 1_000
TRIM = 15_000
PROMPT = 200
"""Characters."""
_KEPT = 1_000
"""Sound kept before speech, in which its start may yet be found."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What one pass over a buffer found; times in milliseconds from its start."""

    words: tuple[Word, ...]
    segments: tuple[int, ...]
    """Where Whisper's segments end."""


class Passes(Protocol):
    """Where buffers are decoded, first come first served."""

    def submit(self, sound: Sound, prompt: str, language: str) -> "Future[Passed]":
        """Take a buffer."""
        ...


class Voice:
    """Tell when speech starts and ends."""

    def __init__(self) -> None:
        self._now = 0
        self._on = False
        self._silent = 0
        """Since when, at the end of a window; 0 = not."""

    def push(self, probability: float) -> tuple[str, int] | None:
        """Take a window; return `start` or `end` and its time in milliseconds."""
        self._now += milliseconds(WINDOW)
        if probability >= ON:
            self._silent = 0
            if not self._on:
                self._on = True
                return "start", max(0, self._now - PAD - milliseconds(WINDOW))
        elif probability < OFF and self._on:
            self._silent = self._silent or self._now
            if self._now - self._silent >= SILENCE:
                end = self._silent + PAD - milliseconds(WINDOW)
                self._on, self._silent = False, 0
                return "end", end
        return None


class Hypotheses:
    """Commit what two successive hypotheses begin with; times on the call clock."""

    def __init__(self, start: int) -> None:
        self.committed: list[Word] = []
        self.rest: list[Word] = []
        self._last = start
        self._inside = 0
        """Committed words before the buffer."""

    def push(self, words: Sequence[Word]) -> None:
        """Take the newest hypothesis."""
        new = _without_repeats(
            [word for word in words if word.start > self._last - 100],
            self.committed[self._inside :],
            self._last,
        )
        while new and self.rest and new[0].text == self.rest[0].text:
            self.committed.append(new.pop(0))
            self.rest.pop(0)
            self._last = self.committed[-1].end
        self.rest = new

    def cut(self, time: int) -> None:
        """Forget, for comparing, the committed words that end before a time."""
        while self._inside < len(self.committed) and self.committed[self._inside].end <= time:
            self._inside += 1


def _without_repeats(new: list[Word], committed: Sequence[Word], last: int) -> list[Word]:
    """Drop up to five words at the beginning that were committed already."""
    if new and committed and abs(new[0].start - last) < 1_000:
        for count in range(1, min(len(committed), len(new), 5) + 1):
            if [w.text for w in committed[-count:]] == [w.text for w in new[:count]]:
                return new[count:]
    return new


@dataclass
class _Speech:
    """Speech between a start and an end."""

    name: str
    start: int
    """Of the buffer; it moves when the buffer is cut."""
    hypotheses: Hypotheses
    taken: int
    """Sound up to here was decoded."""
    end: int | None = None
    revision: int = 0
    ended: bool = field(default=False)
    """Whether its tail was decoded."""

    def cut(self, segments: Sequence[int]) -> None:
        """Cut the buffer at a segment that ends within the committed words."""
        committed = self.hypotheses.committed
        if self.taken - self.start <= TRIM or not committed:
            return
        for end in reversed([self.start + each for each in segments[:-1]]):
            if end <= committed[-1].end:
                self.hypotheses.cut(end)
                self.start = end
                return

    @property
    def prompt(self) -> str:
        """Committed text before the buffer, at most some 200 characters of it."""
        words: list[str] = []
        for word in reversed([w for w in self.hypotheses.committed if w.end <= self.start]):
            if sum(len(text) + 1 for text in words) >= PROMPT:
                break
            words.insert(0, word.text)
        return " ".join(words)


class BaselineChannel:
    """One channel by that policy."""

    def __init__(
        self, channel: Channel, stream: VadStream, passes: Passes, *, language: str, tail: bool
    ) -> None:
        self._channel: Channel = channel
        self._stream = stream
        self._passes = passes
        self._language = language
        self._tail = tail
        self._windows = Windows()
        self._voice = Voice()
        self._sound = Buffer()
        self._speech: deque[_Speech] = deque()
        self._count = 0
        self._pending: Future[Passed] | None = None

    def push(self, pcm: Samples) -> Iterator[Event]:
        """Take the next sound, shape (n,)."""
        self._sound.push(pcm)
        for window in self._windows.push(pcm):
            (probability,) = self._stream.probabilities([window])
            self._turn(self._voice.push(probability))
        yield from self._collect()
        yield from self._advance()
        self._sound.forget(min([self._now - _KEPT, *(each.start for each in self._speech)]))

    @property
    def _now(self) -> int:
        return self._sound.now

    def _turn(self, edge: tuple[str, int] | None) -> None:
        if edge and edge[0] == "start":
            start, self._count = edge[1], self._count + 1
            name = f"{self._channel[0]}{self._count}"
            self._speech.append(_Speech(name, start, Hypotheses(start), start))
        elif edge:
            self._speech[-1].end = edge[1]

    def _collect(self) -> Iterator[Event]:
        """Take the pass that is ready; at most one is under way, for the original is serial."""
        if self._pending is None or not self._pending.done():
            return
        passed, self._pending = self._pending.result(), None
        speech = self._speech[0]
        before = len(speech.hypotheses.committed)
        speech.hypotheses.push([_moved(word, speech.start) for word in passed.words])
        speech.cut(passed.segments)
        if len(speech.hypotheses.committed) > before:
            speech.revision += 1
            yield TranscriptPartial(
                at=self._now,
                utterance=speech.name,
                channel=self._channel,
                revision=speech.revision,
                words=tuple(speech.hypotheses.committed),
            )

    def _advance(self) -> Iterator[Event]:
        while self._speech and self._pending is None:
            speech = self._speech[0]
            if speech.end is None:
                if self._now - speech.taken <= HOP:
                    return
                self._submit(speech, self._now)
            elif self._tail and not speech.ended:
                speech.ended = True
                self._submit(speech, speech.end)
            else:
                self._speech.popleft()
                yield from self._final(speech)

    def _submit(self, speech: _Speech, end: int) -> None:
        speech.taken = end
        sound = self._sound.take(speech.start, end)
        self._pending = self._passes.submit(sound, speech.prompt, self._language)

    def _final(self, speech: _Speech) -> Iterator[Event]:
        words = (*speech.hypotheses.committed, *speech.hypotheses.rest)
        if words:
            yield TranscriptFinal(
                at=self._now,
                utterance=speech.name,
                channel=self._channel,
                revision=speech.revision + 1,
                words=words,
            )


class BaselineCall:
    """Both channels of a call by that policy; sound in, transcripts out."""

    def __init__(self, vad: VoiceDetector, passes: Passes, *, language: str, tail: bool) -> None:
        self._channels = {
            channel: BaselineChannel(channel, vad.stream(), passes, language=language, tail=tail)
            for channel in CHANNELS
        }

    def push(self, step: Mapping[Channel, Samples]) -> Iterator[Event]:
        """Take the next sound of every channel."""
        for channel, each in self._channels.items():
            yield from each.push(step[channel])


def _moved(word: Word, offset: int) -> Word:
    return Word(text=word.text, start=word.start + offset, end=word.end + offset)
