"""One channel of a call: sound and gate → partial and final transcripts.

While somebody speaks, the window since the last cut is decoded every `hop`; what two decodes agree
on is stable. When the gate closes, a decode as careful as a final's starts at once; it is published
if the silence lasts until `join`, else it counts as one more hypothesis. Long speech is cut at
stable words: the window (`window`), so that decodes stay cheap, and the utterance (`longest`).
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass

from msgspec.structs import replace

from assist.core.agreement import Agreement
from assist.core.audio import Samples
from assist.core.gate import Edge
from assist.events import Channel, Event, TranscriptFinal, TranscriptPartial, Word
from assist.speech.buffer import Buffer
from assist.speech.recogniser import Recogniser

Words = tuple[Word, ...]
Job = Callable[[], Words]
Submit = Callable[[Job], "Future[Words]"]
"""Runs a decode: at once, or in a worker thread."""

_ONSET = 1_000
"""The gate tells of speech so much later at most, in milliseconds."""


def inline(job: Job) -> "Future[Words]":
    """Run a decode at once."""
    future: Future[Words] = Future()
    try:
        future.set_result(job())
    except Exception as error:  # an executor's future keeps whatever the job raises, too
        future.set_exception(error)
    return future


@dataclass(frozen=True, slots=True)
class ListenerSettings:
    """The knobs of the listener; all times in milliseconds."""

    preroll: int = 300
    """Sound kept from before the onset."""
    postroll: int = 200
    """Sound after the end of speech that is decoded with it."""
    hop: int = 700
    """New speech that is worth another decode."""
    join: int = 600
    """Silence that ends an utterance. The gate tells of an onset some 100 ms late, so that gaps
    under 500 lie within one."""
    window: int = 8_000
    """Sound past which the window is cut at a stable word."""
    widest: int = 25_000
    """Sound past which it is cut anywhere: a recogniser hears 30 s at most."""
    context: int = 1_500
    """Sound that stays in the window after such a cut."""
    longest: int = 20_000
    """Length past which an utterance is cut at its last stable word."""
    prompt: int = 200
    """Characters of earlier words that the recogniser is given."""


@dataclass(frozen=True, slots=True)
class _Decode:
    """A decode under way."""

    future: "Future[Words]"
    start: int
    """Call clock at the window's first sample."""
    end: int
    careful: bool
    epoch: int
    """Which utterance it belongs to."""


class Listener:
    """Write down one channel.

    Args:
        channel: whose sound it is.
        recogniser: that hears words.
        language: a code like `en`.
        submit: runs decodes.
        settings: the knobs.
    """

    def __init__(
        self,
        channel: Channel,
        recogniser: Recogniser,
        *,
        language: str,
        submit: Submit = inline,
        settings: ListenerSettings | None = None,
    ) -> None:
        self._channel = channel
        self._recogniser = recogniser
        self._language = language
        self._submit = submit
        self._knobs = settings or ListenerSettings()
        self._sound = Buffer()
        self._decode: _Decode | None = None
        self._count = 0
        self._prompt = ""
        self._window = 0
        """Call clock at the start of what is decoded next."""
        self._spans: list[tuple[int, int | None]] = []
        """When the gate was open in this utterance; the last may still be."""
        self._begin(0)

    def push(self, pcm: Samples, edge: Edge | None) -> Iterator[Event]:
        """Take the next sound, shape (n,), and what the gate said about it."""
        self._sound.push(pcm)
        if edge:
            self._turn(edge)
        if self._decode and self._decode.future.done():
            yield from self._collect()
        if self._spans:
            yield from self._advance()
        kept = self._window if self._spans else self._now - self._knobs.preroll - _ONSET
        self._sound.forget(kept)

    def end(self) -> Iterator[Event]:
        """Decode what is left at the end of the call."""
        if self._decode:
            yield from self._collect()
        if self._spans:
            opened, closed = self._spans[-1]
            self._spans[-1] = opened, self._now if closed is None else closed
            if self._careful is None:
                self._start(self._speech_end(), careful=True)
                yield from self._collect()
            yield from self._publish(self._careful or ())

    @property
    def _now(self) -> int:
        return self._sound.now

    def _begin(self, start: int) -> None:
        """Start afresh: the next utterance may reach back to `start` but not further."""
        self._floor = start
        self._agreement = Agreement()
        self._fixed: Words = ()
        self._revision = 0
        self._decoded = start
        """Until where speech has been decoded."""
        self._careful: Words | None = None
        """What a final would say now; None when speech went on since."""
        self._told: tuple[Words, Words] = ((), ())

    def _turn(self, edge: Edge) -> None:
        if edge.kind == "started":
            if not self._spans:
                self._window = self._decoded = max(self._floor, edge.start - self._knobs.preroll)
                self._count += 1
            self._careful = None
            self._spans.append((edge.start, None))
        elif self._spans:
            self._spans[-1] = (self._spans[-1][0], edge.end)

    def _advance(self) -> Iterator[Event]:
        """Start the decode that is due, or publish the utterance that is over."""
        closed = self._spans[-1][1]
        if closed is not None and self._careful is not None:
            if self._now - closed >= self._knobs.join:
                yield from self._publish(self._careful)
        elif self._decode is None:
            if closed is not None:
                self._start(self._speech_end(), careful=True)
            elif self._now - self._decoded >= self._knobs.hop:
                self._start(self._now, careful=False)

    def _speech_end(self) -> int:
        closed = self._spans[-1][1]
        return self._now if closed is None else min(closed + self._knobs.postroll, self._now)

    def _start(self, end: int, *, careful: bool) -> None:
        sound = self._sound.take(self._window, end)
        said = " ".join(word.text for word in self._fixed)
        prompt = f"{self._prompt} {said}".strip()[-self._knobs.prompt :]
        recogniser, language = self._recogniser, self._language

        def job() -> Words:
            return recogniser.transcribe(sound, language=language, prompt=prompt, final=careful)

        self._decoded = end
        self._decode = _Decode(self._submit(job), self._window, end, careful, self._count)

    def _collect(self) -> Iterator[Event]:
        """Take the result of the decode under way; wait for it if need be."""
        decode, self._decode = self._decode, None
        if decode is None:
            return
        found = decode.future.result()
        if decode.epoch != self._count or not self._spans:
            return
        words = self._placed(found, decode)
        if decode.careful and self._spans[-1][1] is not None:
            self._careful = (*self._fixed, *words)
        self._agreement.push(words)
        yield from self._tell()
        if self._careful is None:
            yield from self._cut()

    def _placed(self, found: Words, decode: _Decode) -> Words:
        """Put words on the call clock, within the speech; drop those outside it."""
        first, last = self._spans[0][0], self._spans[-1][1] or self._now
        placed = []
        for word in found:
            start, end = word.start + decode.start, word.end + decode.start
            if self._is_spoken(start, end):
                start = min(max(start, first), end - 1)
                placed.append(replace(word, start=start, end=max(min(end, last), start + 1)))
        return tuple(placed)

    def _is_spoken(self, start: int, end: int) -> bool:
        margin = self._knobs.postroll
        return any(
            start < (self._now if closed is None else closed) + margin and end >= opened - margin
            for opened, closed in self._spans
        )

    def _tell(self) -> Iterator[Event]:
        """Publish what is known so far when it is something new."""
        known = (*self._fixed, *self._agreement.stable), self._agreement.tail
        if known != self._told:
            self._told = known
            self._revision += 1
            yield TranscriptPartial(
                at=self._now,
                utterance=self._id,
                channel=self._channel,
                revision=self._revision,
                words=known[0],
                tail=known[1],
            )

    def _cut(self) -> Iterator[Event]:
        """Cut the window, or the whole utterance, at a stable word when it has become too long."""
        length = self._now - self._window
        if length < self._knobs.window:
            return
        latest = self._now - self._knobs.context
        count = sum(1 for word in self._agreement.stable if word.end <= latest)
        if count:
            self._fixed += self._agreement.cut(count)
            self._window = self._fixed[-1].end
        elif length >= self._knobs.widest:
            self._fixed += (*self._agreement.stable, *self._agreement.tail)
            self._agreement = Agreement()
            self._window = self._now
        if self._fixed and self._now - self._fixed[0].start >= self._knobs.longest:
            yield from self._split()

    def _split(self) -> Iterator[Event]:
        """End the utterance at the cut although somebody still speaks; the rest is the next one."""
        at, (opened, closed) = self._window, self._spans[-1]
        yield from self._publish(self._fixed)
        self._spans, self._window, self._decoded = [(max(at, opened), closed)], at, at
        self._count += 1

    def _publish(self, words: Words) -> Iterator[Event]:
        if words or self._revision:
            self._revision += 1
            yield TranscriptFinal(
                at=self._now,
                utterance=self._id,
                channel=self._channel,
                revision=self._revision,
                words=words,
            )
        self._prompt = " ".join(word.text for word in words)
        end = max((word.end for word in words), default=self._window)
        self._spans = []
        self._begin(end)

    @property
    def _id(self) -> str:
        return f"{self._channel[0]}{self._count}"
