"""One channel of a call: sound and gate → partial and final transcripts.

While somebody speaks, the window since the last cut is decoded every `hop`. When the gate closes, a
decode as careful as a final's starts at once; it is published if the silence lasts until `join`,
else it counts as one more hypothesis. One decode runs at a time; a slow recogniser delays finals
but loses none.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future

from assist.core.audio import Samples
from assist.core.gate import Edge
from assist.events import Channel, Event
from assist.speech.buffer import Buffer
from assist.speech.recogniser import Recogniser
from assist.speech.utterance import Due, ListenerSettings, Utterance, Words

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
        self._utterances: deque[Utterance] = deque()
        """Not yet final, the oldest first; the last may still grow."""
        self._decode: tuple[Utterance, Due, Future[Words]] | None = None
        """The one under way."""
        self._count = 0
        self._said = ""
        """The words of the last final."""

    def push(self, pcm: Samples, edge: Edge | None) -> Iterator[Event]:
        """Take the next sound, shape (n,), and what the gate said about it."""
        self._sound.push(pcm)
        if edge:
            self._turn(edge)
        if self._decode and self._decode[2].done():
            yield from self._collect()
        yield from self._publish(self._now)
        if self._decode is None:
            self._start()
        kept = self._now - self._knobs.preroll - _ONSET
        self._sound.forget(min((kept, *(each.window for each in self._utterances))))

    def end(self) -> Iterator[Event]:
        """Decode what is left at the end of the call."""
        if self._utterances:
            self._utterances[-1].close(self._now)
        while self._decode or self._start():
            yield from self._collect()
        yield from self._publish(self._now + self._knobs.join)

    @property
    def _now(self) -> int:
        return self._sound.now

    def _turn(self, edge: Edge) -> None:
        last = self._utterances[-1] if self._utterances else None
        if last and not last.is_over(self._now):
            last.turn(edge)
        elif edge.kind == "started":
            start = max(0, edge.start - self._knobs.preroll)
            self._utterances.append(
                Utterance(
                    self._name(),
                    self._channel,
                    window=start,
                    opened=edge.start,
                    knobs=self._knobs,
                )
            )

    def _name(self) -> str:
        self._count += 1
        return f"{self._channel[0]}{self._count}"

    def _start(self) -> bool:
        """Start the decode that is due, the oldest utterance's first; tell whether there is one."""
        for utterance in self._utterances:
            due = utterance.due(self._now)
            if due:
                future = self._submit(self._job(utterance, due))
                self._decode = utterance, due, future
                return True
        return False

    def _job(self, utterance: Utterance, due: Due) -> Job:
        sound = self._sound.take(due.start, due.end)
        prompt = f"{self._said} {utterance.text}".strip()[-self._knobs.prompt :]
        recogniser, language = self._recogniser, self._language
        return lambda: recogniser.transcribe(
            sound, language=language, prompt=prompt, final=due.careful
        )

    def _collect(self) -> Iterator[Event]:
        """Take the result of the decode under way; wait for it if need be."""
        if self._decode is None:
            return
        (utterance, due, future), self._decode = self._decode, None
        yield from utterance.hear(future.result(), due, self._now)
        if utterance is self._utterances[-1]:
            yield from self._split(utterance)

    def _split(self, utterance: Utterance) -> Iterator[Event]:
        parts = utterance.split(self._now, f"{self._channel[0]}{self._count + 1}")
        if parts:
            rest, final = parts
            self._count += 1
            self._utterances[-1] = rest
            self._said = " ".join(word.text for word in final.words)
            yield final

    def _publish(self, now: int) -> Iterator[Event]:
        """Publish, in order, what is over and decoded."""
        while self._utterances:
            first = self._utterances[0]
            if not (first.is_ready and first.is_over(now)):
                return
            self._utterances.popleft()
            if first.was_heard:
                final = first.final(self._now)
                self._said = " ".join(word.text for word in final.words)
                yield final
