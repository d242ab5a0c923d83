"""Put one call together: sound in, events out; live and replay both start here.

It reads no clock and starts no thread: the call clock is the sound that was pushed, and decodes go
to a pool, which decides where they run.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from assist.core.audio import Samples, Windows, milliseconds
from assist.core.engine import Engine
from assist.core.gate import Edge, Gate
from assist.events import (
    CHANNELS,
    CallEnded,
    CallSettings,
    CallStarted,
    Channel,
    Event,
    Fault,
    SpeechEnded,
    SpeechStarted,
    Tick,
)
from assist.speech.listener import Listener
from assist.speech.pool import SpeechPool
from assist.speech.transcript_file import WrittenWords
from assist.speech.vad import VadStream, VoiceDetector

TICK_MS = 500

TIMING_ONLY = (
    "No speech model: words are off, timing cues run."
    " Get one with `assist models pull small` or pass --model DIR."
)
ONE_CHANNEL = "One channel: turn-taking cues are off."


class Call:
    """One call, from its first sound to its end.

    Args:
        call_id: written on every event by the engine.
        engine: of this call, fresh.
        vad: makes a speech detector for each channel.
        pool: where words are heard; None = timing only, unless `words` are given.
        words: a written transcript in place of it.
        channels: whose sound comes, the agent first.
        language: a code like `en`.
        source: where the sound comes from, in a word.
        issue: words of the ticket, where one is known.
        settings: what the call shows; part of its record.
    """

    def __init__(
        self,
        call_id: str,
        engine: Engine,
        *,
        vad: VoiceDetector,
        pool: SpeechPool | None = None,
        words: WrittenWords | None = None,
        channels: Sequence[Channel] = CHANNELS,
        language: str = "en",
        source: str = "file",
        issue: Sequence[str] = (),
        settings: CallSettings | None = None,
    ) -> None:
        self.id = call_id
        self.engine = engine
        self._words = words
        self._started = CallStarted(
            at=0,
            language=language,
            channels=tuple(channels),
            source=source,
            issue=tuple(issue),
            words=pool is not None or words is not None,
            settings=settings or CallSettings(),
        )
        self._ears = {channel: _Ear(vad.stream()) for channel in channels}
        self._listeners = {
            channel: Listener(channel, pool, language=language, hotwords=issue)
            for channel in channels
            if pool is not None and words is None
        }
        self._heard = 0
        """Samples of each channel so far."""

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Whose sound is heard."""
        return tuple(self._ears)

    @property
    def now(self) -> int:
        """The call clock in milliseconds."""
        return milliseconds(self._heard)

    def start(self) -> Iterator[Event]:
        """Yield the beginning of the call and what is not to be expected of it."""
        yield from self.engine.feed(self._started)
        if not self._started.words:
            yield from self.tell(Fault(at=0, code="timing_only", text=TIMING_ONLY))
        if len(self._ears) == 1:
            yield from self.tell(Fault(at=0, code="one_channel", text=ONE_CHANNEL))

    def push(self, step: Mapping[Channel, Samples]) -> Iterator[Event]:
        """Take the next sound of every channel, all of one length; yield what follows from it."""
        before = self.now
        self._heard += max(len(pcm) for pcm in step.values())
        edges = {channel: ear.push(step[channel]) for channel, ear in self._ears.items()}
        for channel, edge in edges.items():
            yield from self._turn(channel, edge)
        for channel, listener in list(self._listeners.items()):
            yield from self._feed(self._guarded(listener.push(step[channel], edges[channel])))
        if self._words:
            yield from self._feed(self._words.due(self.now))
        if before // TICK_MS < self.now // TICK_MS:
            yield from self.tell(Tick(at=self.now))

    def tell(self, event: Event) -> Iterator[Event]:
        """Feed an event from outside, now: a dismissed nudge, a note, lost sound, a fault."""
        yield from self.engine.feed(replace(event, at=self.now))

    def end(self, reason: str = "hangup") -> Iterator[Event]:
        """Yield what is still to be said, and the end of the call."""
        for channel, ear in self._ears.items():
            yield from self._turn(channel, ear.gate.flush())
        for listener in list(self._listeners.values()):
            yield from self._feed(self._guarded(listener.end()))
        if self._words:
            yield from self._feed(self._words.rest(self.now))
        yield from self.tell(CallEnded(at=self.now, reason=reason))

    def _feed(self, events: Iterator[Event]) -> Iterator[Event]:
        for event in events:
            yield from self.engine.feed(event)

    def _turn(self, channel: Channel, edge: Edge | None) -> Iterator[Event]:
        if edge is None:
            return
        if edge.kind == "started":
            event: Event = SpeechStarted(at=self.now, channel=channel, start=edge.start)
        else:
            event = SpeechEnded(at=self.now, channel=channel, start=edge.start, end=edge.end)
        yield from self.engine.feed(event)

    def _guarded(self, events: Iterator[Event]) -> Iterator[Event]:
        """Let the call go on without words when the recogniser fails."""
        try:
            yield from events
        except Exception as error:  # whatever a speech model may raise
            self._listeners.clear()
            text = f"The recogniser failed ({error}): words are off, timing cues go on."
            yield Fault(at=self.now, code="recogniser_failed", text=text)


class _Ear:
    """Notice on one channel when somebody speaks."""

    def __init__(self, stream: VadStream) -> None:
        self._stream = stream
        self._windows = Windows()
        self.gate = Gate()

    def push(self, pcm: Samples) -> Edge | None:
        """Return the last change that the sound brings; a step of 20 ms brings one at most."""
        changed = None
        for window in self._windows.push(pcm):
            duration = milliseconds(len(window))
            changed = self.gate.push(self._stream.probability(window), duration) or changed
        return changed
