"""Put one call together: sound in, events out; live and replay both start here.

It reads no clock and starts no thread: the call clock is the sound that was pushed, and decodes go
to a pool, which decides where they run.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec.structs import replace

from assist.core.audio import Samples, milliseconds, samples
from assist.core.delay import FinalDelay
from assist.core.engine import Engine
from assist.core.gate import Edge
from assist.core.hotwords import gather
from assist.core.past import Past
from assist.core.redaction import Redactor, Rules, Silence
from assist.core.swapped import Swapped
from assist.core.utterance import HOP, ListenerSettings
from assist.events import (
    CHANNELS,
    INPUTS,
    CallEnded,
    CallPaused,
    CallResumed,
    CallSettings,
    CallStarted,
    CallUpdated,
    Channel,
    Event,
    Fault,
    MetricsUpdated,
    SpeechEnded,
    SpeechStarted,
    Tick,
)
from assist.settings import LANGUAGES
from assist.speech.ears import Ears
from assist.speech.listener import Listener
from assist.speech.pool import SpeechPool
from assist.speech.transcript_file import WrittenWords
from assist.speech.vad import VoiceDetector

TICK_MS, CLOSE_MS = 500, 100
"""The clock's usual beat, and the one while something is about to be decided: live and replayed,
whose beats lie differently, a decision is the same within this."""
METRICS_MS = 5000

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
        hear: the language that the recogniser is asked for; empty = the call's, `auto` = it is told
            for each channel.
        source: where the sound comes from, in a word.
        agent: the workplace, where one is named.
        issue: words of the ticket, where one is known.
        settings: what the call shows; part of its record.
        second: whether the pool is asked for second opinions on finals.
        secrets: what is masked in the words before anything else sees them; none = the standard.
        listening: the knobs of hearing words; for measuring what they do.
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
        hear: str = "",
        source: str = "file",
        agent: str = "",
        issue: Sequence[str] = (),
        settings: CallSettings | None = None,
        second: bool = False,
        secrets: Rules | None = None,
        listening: ListenerSettings | None = None,
    ) -> None:
        self.id = call_id
        self.engine = engine
        self._words = words
        self._started = CallStarted(
            at=0,
            language=language,
            channels=tuple(channels),
            source=source,
            agent=agent,
            issue=tuple(issue),
            words=pool is not None or words is not None,
            settings=settings or CallSettings(),
        )
        self._ears = Ears(vad, channels)
        self._listeners = {
            channel: Listener(
                channel,
                pool,
                language=hear or language,
                among=LANGUAGES,
                hotwords=gather(issue, engine.conversation.lexicon.playbook.hotwords),
                second=second,
                settings=listening,
            )
            for channel in channels
            if pool is not None and words is None
        }
        self._pool = pool
        self._second = second
        self._redactor = Redactor(secrets)
        self._masks = secrets is None or secrets.enabled
        self._over: tuple[int | None] | None = None
        """What was certain when it ended: what was not decoded then never will be."""
        self._past = Past()
        self._swapped = Swapped()
        self._delay = FinalDelay()
        self._heard = 0
        """Samples of each channel so far."""
        self.late = 0
        """How far the sound runs behind real time, in milliseconds; for whoever feeds it to say."""

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Whose sound is heard."""
        return self._started.channels

    @property
    def now(self) -> int:
        """The call clock in milliseconds."""
        return milliseconds(self._heard)

    def start(self) -> Iterator[Event]:
        """Yield the beginning of the call and what is not to be expected of it."""
        yield from self.engine.feed(self._started)
        if not self._started.words:
            yield from self.tell(Fault(at=0, code="timing_only", text=TIMING_ONLY))
        if len(self.channels) == 1:
            yield from self.tell(Fault(at=0, code="one_channel", text=ONE_CHANNEL))

    @property
    def settled(self) -> bool:
        """Whether no words of what was heard are awaited."""
        return all(listener.settled for listener in self._listeners.values())

    @property
    def certain(self) -> int | None:
        """Up to when every secret is known, on the call clock; None = none is without words."""
        if not self._masks:
            return self.now
        if self._over:
            return self._over[0]
        if not self._listeners:
            return None
        heard = min(listener.certain for listener in self._listeners.values())
        return self._redactor.undecided(heard)

    def take_secrets(self) -> tuple[Silence, ...]:
        """Return what a recording must not keep, found since the last time."""
        return self._redactor.take_spans()

    def restore(self, events: Sequence[Event], at: int) -> None:
        """Go on with a call of which so much is known, in place of `start`.

        The source sends the sound from `at` on once more. What is known of it is not told again.

        Args:
            events: the call's log as far as it was kept.
            at: call clock in milliseconds up to which nothing is open.
        """
        for event in events:
            if isinstance(event, INPUTS):
                for _ in self.engine.feed(event):
                    pass
            if isinstance(event, Tick):
                for _ in self._swapped.observe(self.engine.conversation):
                    pass  # it was told
        self._past = Past.of(events)
        self._heard = samples(at)
        self._ears.skip(at)
        for channel, listener in self._listeners.items():
            listener.restore(samples(at), count=self._past.utterances_before(channel, at))

    def push(
        self, step: Mapping[Channel, Samples], *, missing: Collection[Channel] = ()
    ) -> Iterator[Event]:
        """Take the next sound of every channel, all of one length; yield what follows from it.

        Args:
            step: the sound.
            missing: channels whose sound never came; silence stands in its place.
        """
        before = self.now
        self._heard += max(len(pcm) for pcm in step.values())
        edges = self._ears.push(step, missing=missing)
        for channel, edge in edges.items():
            yield from self._turn(channel, edge)
        for channel, listener in list(self._listeners.items()):
            yield from self._feed(self._guarded(listener.push(step[channel], edges[channel])))
        if self._words:
            yield from self._feed(self._words.due(self.now))
        beat = CLOSE_MS if self.engine.tense else TICK_MS
        if before // beat < self.now // beat:
            yield from self._tick()
        if before // METRICS_MS < self.now // METRICS_MS:
            yield from self._measure()

    def tell(self, event: Event) -> Iterator[Event]:
        """Feed an event from outside, now: a dismissed nudge, a note, lost sound, a fault."""
        if not self._past.covers(event, self.now):
            yield from self.engine.feed(replace(event, at=max(self.now, self._past.until)))
        if isinstance(event, CallUpdated):
            talk = self.engine.conversation
            for listener in self._listeners.values():
                listener.hotwords = gather(talk.issue, talk.lexicon.playbook.hotwords)

    def poll(self) -> Iterator[Event]:
        """Yield what has been decoded since the last sound; asked while none comes."""
        for listener in list(self._listeners.values()):
            yield from self._feed(self._guarded(listener.poll()))

    def split(self, language: str = "") -> Iterator[Event]:
        """End all open speech here; expect another language from here on, if one is named."""
        yield from self._close()
        if language:
            for listener in self._listeners.values():
                listener.listen_for(language)
            yield from self.tell(CallUpdated(at=0, language=language))

    def pause(self, reason: str, *, by: str = "") -> Iterator[Event]:
        """Hear nothing from here on: the clock stands until `resume`."""
        yield from self._close()
        yield from self.tell(CallPaused(at=0, reason=reason, by=by))

    def resume(self, skipped: int) -> Iterator[Event]:
        """Go on listening; the clock jumps by so many milliseconds."""
        yield from self.poll()
        self._heard += samples(skipped)
        self._ears.skip(skipped)
        for listener in self._listeners.values():
            listener.skip(samples(skipped))
        yield from self.tell(CallResumed(at=0, skipped=skipped))

    def end(self, reason: str = "hangup", *, wait: bool = True) -> Iterator[Event]:
        """Yield what is still to be said, and the end of the call.

        Args:
            reason: why, in a word or two.
            wait: until all is decoded; else what the partials said so far is final.
        """
        yield from self._close()
        certain, heard = self.certain, wait or self.settled
        for listener in list(self._listeners.values()):
            yield from self._feed(self._guarded(listener.end(wait=wait)))
        self._over = (self.now if heard and self._listeners else certain,)
        if self._words:
            yield from self._feed(self._words.rest(self.now))
        yield from self._clear(self._redactor.tick(self.now, last=True))
        yield from self.tell(CallEnded(at=self.now, reason=reason))

    def _close(self) -> Iterator[Event]:
        """End all open speech and begin to decode the rest of it."""
        for channel, edge in self._ears.flush().items():
            yield from self._turn(channel, edge)
        for listener in list(self._listeners.values()):
            listener.close()
            yield from self._feed(self._guarded(listener.poll()))

    def _tick(self) -> Iterator[Event]:
        """Move the clock; words count as behind beyond the usual hop, which is in every call."""
        yield from self._clear(self._redactor.tick(self.now))
        lag = max((listener.behind for listener in self._listeners.values()), default=0)
        yield from self.tell(Tick(at=0, late=self.late, behind=self.late + max(0, lag - HOP)))
        for fault in self._swapped.observe(self.engine.conversation):
            yield from self.tell(fault)

    def _measure(self) -> Iterator[Event]:
        """Tell the figures of a pool that has any."""
        worst = self._delay.take_worst()
        if figures := dict(self._pool.figures() if self._pool else ()):
            own = {} if worst is None else {"ttfs_ms": worst}
            if self._second:
                talk = self.engine.conversation
                own |= {"corrections": talk.corrections, "cues_corrected": talk.cues_corrected}
            values = {name: float(value) for name, value in (figures | own).items()}
            yield from self.tell(MetricsUpdated(at=0, values=values))

    def _feed(self, events: Iterator[Event]) -> Iterator[Event]:
        for event in events:
            yield from self._clear(self._redactor.take(event))

    def _clear(self, events: Iterator[Event]) -> Iterator[Event]:
        """Feed words without secrets, except those that are known already."""
        for event in events:
            if new := self._past.renewed(event):
                self._delay.observe(new)
                yield from self.engine.feed(new)

    def _turn(self, channel: Channel, edge: Edge | None) -> Iterator[Event]:
        if edge is None:
            return
        if edge.kind == "started":
            event: Event = SpeechStarted(at=self.now, channel=channel, start=edge.start)
        else:
            event = SpeechEnded(at=self.now, channel=channel, start=edge.start, end=edge.end)
        self._delay.observe(event)
        if not self._past.covers(event, self.now):
            yield from self.engine.feed(event)

    def _guarded(self, events: Iterator[Event]) -> Iterator[Event]:
        """Let the call go on without words when the recogniser fails."""
        try:
            yield from events
        except Exception as error:  # whatever a speech model may raise
            self._listeners.clear()
            why = str(error).rstrip(".")
            text = f"The recogniser failed ({why}): words are off, timing cues go on."
            yield Fault(at=self.now, code="recogniser_failed", text=text)
