"""One channel of a call: sound and gate → partial and final transcripts.

While somebody speaks, the window since the last cut is decoded every hop. When the gate closes, a
decode as careful as a final's starts at once; it is published if the silence lasts until `join`,
else it counts as one more hypothesis. A partial that still waits for its turn when there is newer
sound is given up for a newer one; a slow recogniser delays finals but loses none.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from assist.core.audio import Samples
from assist.core.gate import Edge
from assist.core.language import LanguageKeeper
from assist.core.utterance import Due, ListenerSettings, Utterance
from assist.errors import RecogniserError
from assist.events import Channel, Event, TranscriptFinal
from assist.speech.buffer import Buffer
from assist.speech.pool import SpeechPool
from assist.speech.recogniser import Heard, Request
from assist.speech.second import LONGEST, SecondOpinions

_FAILURES = 3
"""So many decodes may fail one after the other before words are given up."""
_ONSET = 1_000
"""The gate tells of speech so much later at most, in milliseconds."""


@dataclass(frozen=True, slots=True)
class _Decode:
    """A decode that was handed in."""

    utterance: Utterance
    due: Due
    language: str
    """That was asked for; empty = it is told."""
    future: "Future[Heard]"


class Listener:
    """Write down one channel.

    Args:
        channel: whose sound it is.
        pool: where words are heard.
        language: a code like `en`, or `auto`: it is told from the first speech and then kept.
        among: the languages that it may be; none = all that the recogniser knows.
        hotwords: words that are likelier in this call than elsewhere; they may change during it.
        settings: the knobs.
        second: whether a larger model is to hear every final again. It gets the whole utterance;
            one that is too long for that keeps the first opinion.
    """

    def __init__(
        self,
        channel: Channel,
        pool: SpeechPool,
        *,
        language: str,
        among: Sequence[str] = (),
        hotwords: Sequence[str] = (),
        settings: ListenerSettings | None = None,
        second: bool = False,
    ) -> None:
        self._channel = channel
        self._pool = pool
        self._language = LanguageKeeper(language)
        self._among = tuple(among)
        self.hotwords = tuple(hotwords)
        self._knobs = settings or ListenerSettings()
        self._sound = Buffer()
        self._utterances: deque[Utterance] = deque()
        """Not yet final, the oldest first; the last may still grow."""
        self._partial: _Decode | None = None
        self._careful: _Decode | None = None
        """At most one of each kind is under way."""
        self._count = self._failures = 0
        self._said = ""
        """The words of the last final."""
        self._second = SecondOpinions(pool) if second else None

    @property
    def settled(self) -> bool:
        """Whether no words are awaited."""
        return not self._utterances

    @property
    def behind(self) -> int:
        """How far the words run behind the speech, in milliseconds."""
        return max((self._now - each.decoded for each in self._utterances), default=0)

    @property
    def certain(self) -> int:
        """Up to when all that was said is final, in milliseconds on the call clock."""
        corrected = self._second.open_from if self._second else None
        begun = [utterance.begun for utterance in self._utterances]
        begun += [] if corrected is None else [corrected]
        return max(0, min((self._now - self._knobs.preroll - _ONSET, *begun)))

    def push(self, pcm: Samples, edge: Edge | None) -> Iterator[Event]:
        """Take the next sound, shape (n,), and what the gate said about it."""
        self._sound.push(pcm)
        if edge:
            self._turn(edge)
        yield from self.poll()
        kept = self._now - self._knobs.preroll - _ONSET
        self._sound.forget(min((kept, *map(self._needed_from, self._utterances))))

    def poll(self) -> Iterator[Event]:
        """Take what has been decoded since the last sound, and hand in what is due."""
        yield from self._collect()
        if self._second:
            yield from self._second.collect(self._now)
        yield from self._publish(self._now)
        self._start()

    def close(self) -> None:
        """End the open utterance here, whatever silence follows."""
        if self._utterances:
            self._utterances[-1].close(self._now)

    def skip(self, count: int) -> None:
        """Let so many samples pass unheard; the open utterance was closed before."""
        self._sound.skip(count)

    def restore(self, heard: int, *, count: int) -> None:
        """Begin after so many samples and utterances of a call that was interrupted."""
        self.skip(heard)
        self._count = count

    def listen_for(self, language: str) -> None:
        """Expect another language from here on."""
        self._language = LanguageKeeper(language)

    def end(self, *, wait: bool = True) -> Iterator[Event]:
        """Decode what is left at the end of the call; nobody waits for a second opinion.

        Args:
            wait: for the decodes; else what the partials said so far is final.
        """
        if self._second:
            yield from self._second.collect(self._now)
            self._second.give_up()
        self.close()
        self._start()
        while wait and (self._partial or self._careful):
            yield from self._collect(wait=True)
            self._start()
        for utterance in self._utterances:
            utterance.settle()
        yield from self._publish(self._now)

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
                    voice=edge.voice,
                )
            )

    def _name(self) -> str:
        self._count += 1
        return f"{self._channel[0]}{self._count}"

    # ---- decodes -------------------------------------------------------------------------------

    def _start(self) -> None:
        """Hand in what is due, the oldest utterance's first."""
        for utterance in self._utterances:
            due = utterance.due(self._now, self._pool.hop)
            if due and due.careful and self._careful is None:
                self._give_up_partial()
                self._careful = self._submit(utterance, due, self._language.asked)
            elif due and not due.careful and self._careful is None:
                if self._is_stale():
                    self._give_up_partial()
                if self._partial is None:
                    self._partial = self._submit(utterance, due, self._language.asked)
            if due:
                return

    def _is_stale(self) -> bool:
        """Tell whether the partial has waited while a hop of new speech came in."""
        partial = self._partial
        return partial is not None and self._now - partial.due.end >= self._pool.hop

    def _give_up_partial(self) -> None:
        """Take back the partial unless somebody works on it already."""
        if self._partial and self._partial.future.cancel():
            self._partial = None

    def _submit(self, utterance: Utterance, due: Due, language: str) -> _Decode:
        prompt = f"{self._said} {utterance.text}".strip()[-self._knobs.prompt :]
        request = Request(
            self._sound.take(due.start, due.end),
            language=language,
            among=self._among,
            careful=due.careful,
            prompt=prompt,
            hotwords=self.hotwords,
            slack=self._slack(utterance, due),
        )
        return _Decode(utterance, due, language, self._pool.submit(request))

    def _slack(self, utterance: Utterance, due: Due) -> int:
        """Return how long an answer may take: a final's is wanted when the silence is over."""
        if utterance.is_open:
            return min(self._pool.hop, self._knobs.window)
        spoken = due.end - self._knobs.postroll
        return max(0, spoken + self._knobs.join - self._now)

    def _collect(self, *, wait: bool = False) -> Iterator[Event]:
        """Take the results that are there; wait for them if need be."""
        if self._partial and (wait or self._partial.future.done()):
            partial, self._partial = self._partial, None
            yield from self._hear(partial)
        if self._careful and (wait or self._careful.future.done()):
            careful, self._careful = self._careful, None
            yield from self._hear(careful)

    def _hear(self, decode: _Decode) -> Iterator[Event]:
        if decode.future.cancelled():  # a pool without time gives up partials by itself
            return
        heard = self._answer(decode.future)
        if heard is None or decode.utterance not in self._utterances:
            return
        if not decode.language and heard.words and not self._is_likeliest(decode, heard):
            return
        if heard.guards:
            self._said = ""
            decode.utterance.distrust()
        yield from decode.utterance.hear(heard.words, decode.due, self._now)
        if decode.utterance is self._utterances[-1]:
            yield from self._split(decode.utterance)

    def _answer(self, future: "Future[Heard]") -> Heard | None:
        """Return what was heard; None when a decode failed, which is then due again."""
        try:
            heard = future.result()
        except RecogniserError:  # there is no model
            raise
        except Exception:  # whatever a model may raise about a window
            self._failures += 1
            if self._failures >= _FAILURES:
                raise
            return None
        self._failures = 0
        return heard

    def _is_likeliest(self, decode: _Decode, heard: Heard) -> bool:
        """Take the language that was told; words in one that is less likely are heard again."""
        due, keeper = decode.due, self._language
        if not heard.guards:
            speech = due.end - due.start - self._knobs.preroll
            keeper.tell(heard.language, heard.certainty, start=due.start, speech=speech)
        likeliest = keeper.likeliest or heard.language
        if heard.language == likeliest or due.start != decode.utterance.window:
            return True
        again = self._submit(decode.utterance, due, likeliest)
        if due.careful:
            self._careful = again
        else:
            self._partial = again
        return False

    # ---- finals --------------------------------------------------------------------------------

    def _split(self, utterance: Utterance) -> Iterator[Event]:
        parts = utterance.split(self._now, f"{self._channel[0]}{self._count + 1}")
        if parts:
            rest, final = parts
            self._count += 1
            self._utterances[-1] = rest
            self._ask(utterance, final, utterance.window)
            self._remember(final)
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
                self._ask(first, final, first.until(self._now))
                self._remember(final)
                yield final

    def _ask(self, utterance: Utterance, final: TranscriptFinal, until: int) -> None:
        """Ask for a second opinion on words; where none were heard, none are looked for."""
        if self._second and final.words and until - utterance.begun <= LONGEST:
            request = Request(
                self._sound.take(utterance.begun, until),
                language=self._language.likeliest,
                among=self._among,
                careful=True,
                prompt=self._said[-self._knobs.prompt :],
                hotwords=self.hotwords,
                second=True,
            )
            self._second.ask(utterance, request)

    def _needed_from(self, utterance: Utterance) -> int:
        """Return from where on the sound of an utterance may yet be decoded."""
        whole = self._second and utterance.until(self._now) - utterance.begun <= LONGEST
        return utterance.begun if whole else utterance.window

    def _remember(self, final: TranscriptFinal) -> None:
        self._said = " ".join(word.text for word in final.words)
        self._language.judge(final.words)
