"""One utterance on its way from the first hypothesis to the final.

What two decodes agree on is stable. Long speech is cut at stable words: the window, so that decodes
stay cheap, and the utterance itself. Words that the recogniser puts outside the speech are dropped.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from operator import mul

from msgspec.structs import replace

from assist.core import guards
from assist.core.agreement import Agreement, normal
from assist.core.gate import Edge
from assist.events import Channel, TranscriptFinal, TranscriptPartial, Word

Words = tuple[Word, ...]

HOP = 700
"""New speech that is worth another partial on a machine with time to spare, in milliseconds."""


@dataclass(frozen=True, slots=True)
class ListenerSettings:
    """The knobs of listening; all times in milliseconds."""

    preroll: int = 300
    """Sound kept from before the onset."""
    postroll: int = 200
    """Sound after the end of speech that is decoded with it."""
    join: int = 400
    """Silence that ends an utterance. The gate tells of an onset some 100 ms late, so that gaps
    under 300 lie within one."""
    window: int = 4_000
    """Sound past which the window is cut at a stable word. The longer, the later
    come the finals of long speech, and the worse the demo model hears them (docs/speed.md)."""
    wide: int = 8_000
    """Sound past which one decode as careful as a final's is enough to cut: on a busy machine
    partials come too seldom for two to agree. With its margin such a window is as wide as the
    narrowest that a general model is given, so that it costs no more."""
    settled: int = 2_000
    """Sound past which a pause settles the words before it, if they were decoded with the trouble
    of a final and the speech goes on: nobody decodes them again."""
    widest: int = 25_000
    """Sound past which it is cut anywhere: a recogniser hears 30 s at most. So much sound is
    decoded with a final's right of way, however long speech lasts and partials wait."""
    context: int = 1_500
    """Sound that stays in the window after such a cut."""
    longest: int = 18_000
    """Words before the window past which they become an utterance of their own."""
    prompt: int = 200
    """Characters of earlier words that the recogniser is given."""


@dataclass(frozen=True, slots=True)
class Due:
    """A stretch of sound that is to be decoded."""

    start: int
    end: int
    careful: bool
    """Whether with the trouble of a final."""


class Utterance:
    """What is known of one utterance; all times on the call clock, in milliseconds.

    Args:
        name: its id in the transcript.
        channel: whose it is.
        window: from where on its sound is decoded.
        opened: when its speech began.
        voice: how sure the gate was of it, 0 to 1.
        knobs: of the listener.
    """

    def __init__(
        self,
        name: str,
        channel: Channel,
        *,
        window: int,
        opened: int,
        knobs: ListenerSettings,
        voice: float = 1.0,
    ) -> None:
        self.begun = self.window = window
        self._name = name
        self._channel = channel
        self._knobs = knobs
        self._spans: list[tuple[int, int | None]] = [(opened, None)]
        """When the gate was open; the last may still be."""
        self._voices = [voice]
        """How sure the gate was of each; of the last, as long as it is open, by its onset."""
        self._agreement = Agreement()
        self._fixed: Words = ()
        """Words before the window."""
        self._final: Words | None = None
        """What the final says; None as long as speech may go on."""
        self._decoded = window
        self._ended = False
        self._told: tuple[Words, Words] = ((), ())
        self._revision = 0
        self._unprompted = 0

    @property
    def text(self) -> str:
        """The words before the window, for the recogniser's prompt."""
        return " ".join(word.text for word in self._fixed[self._unprompted :])

    @property
    def decoded(self) -> int:
        """Call clock up to which its sound has been decoded."""
        return self._decoded

    def distrust(self) -> None:
        """Let no word so far stand in a prompt again."""
        self._unprompted = len(self._fixed)

    @property
    def is_ready(self) -> bool:
        """Whether the final can be published."""
        return self._final is not None

    @property
    def is_open(self) -> bool:
        """Whether somebody speaks, as far as the gate can tell."""
        return self._closed is None

    def is_over(self, now: int) -> bool:
        """Tell whether the silence after it has lasted long enough."""
        closed = self._closed
        return closed is not None and (self._ended or now - closed >= self._knobs.join)

    def turn(self, edge: Edge) -> None:
        """Take what the gate says: the speech ended, or goes on after a short gap."""
        if edge.kind == "started":
            self._spans.append((edge.start, None))
            self._voices.append(edge.voice)
            final, self._final = self._final, None
            if final is not None:
                self._settle_pause(final[len(self._fixed) :])
        else:
            self._spans[-1] = self._spans[-1][0], edge.end
            self._voices[-1] = edge.voice

    def close(self, now: int) -> None:
        """End the speech and the utterance with it: at a pause, or the call's end."""
        self._ended = True
        if self._closed is None:
            self._spans[-1] = self._spans[-1][0], now

    def settle(self) -> None:
        """Take what is known so far for the final: nobody waits for better."""
        if self._final is None:
            self._final = (*self._fixed, *self._agreement.stable, *self._agreement.tail)

    def due(self, now: int, hop: int = HOP) -> Due | None:
        """Return what is to be decoded now, if anything; partials after `hop` of new speech."""
        if self._final is not None:
            return None
        closed, widest = self._closed, self.window + self._knobs.widest
        end = self.until(now)
        if end >= widest:
            return Due(self.window, widest, careful=True)
        wide = end - self.window >= self._knobs.wide
        if closed is None and now - self._decoded < (min(hop, self._knobs.window) if wide else hop):
            return None
        return Due(self.window, end, careful=wide or closed is not None)

    def hear(self, found: Words, due: Due, now: int) -> Iterator[TranscriptPartial]:
        """Take the words of a decode, with times from the start of its sound.

        An answer that comes after a newer one, or after a cut, tells nothing any more.
        """
        if due.start != self.window or due.end < self._decoded:
            return
        self._decoded = due.end
        words = self._believed(self._placed(found, due.start, now), now)
        if due.careful and self._closed is not None and due.end >= self._closed:
            self._final = (*self._fixed, *words)
        self._agreement.push(words)
        if due.careful and due.end - due.start >= self._knobs.wide:
            self._agreement.trust(due.end - self._knobs.context)
        elif due.careful and self._closed is None:
            self._settle_pause(words)
        yield from self._tell(now)
        if self._final is None and (self._closed is None or due.careful):
            self._cut(due)

    def split(self, now: int, name: str) -> tuple["Utterance", TranscriptFinal] | None:
        """End an endless utterance at its last cut; return the rest of it and the final."""
        if not self._fixed or self._closed is not None:
            return None
        if self.window - self._fixed[0].start < self._knobs.longest:
            return None
        opened = max(self.window, self._spans[-1][0])
        rest = Utterance(name, self._channel, window=self.window, opened=opened, knobs=self._knobs)
        self._final = self._fixed
        return rest, self.final(now)

    def until(self, now: int) -> int:
        """Return where the sound ends that is its own, on the call clock."""
        closed = self._closed
        return now if closed is None else min(closed + self._knobs.postroll, now)

    def correct(self, found: Words, now: int) -> TranscriptFinal | None:
        """Return the final anew if another opinion on all its sound says something else.

        Args:
            found: its words, with times from where the utterance `begun`; none correct nothing.
            now: on the call clock.
        """
        words = self._placed(found, self.begun, now)
        if not words or _plain(words) == _plain(self._final or ()):
            return None
        self._final = words
        return self.final(now)

    def final(self, now: int) -> TranscriptFinal:
        """Return the final; the utterance must be ready."""
        self._revision += 1
        return TranscriptFinal(
            at=now,
            utterance=self._name,
            channel=self._channel,
            revision=self._revision,
            words=self._final or (),
        )

    @property
    def was_heard(self) -> bool:
        """Whether there is anything to tell of it."""
        return bool(self._final or self._revision)

    @property
    def _closed(self) -> int | None:
        return self._spans[-1][1]

    def _placed(self, found: Words, offset: int, now: int) -> Words:
        """Put words on the call clock, within the speech; drop those outside it."""
        first, last = self._spans[0][0], self._closed or now
        placed = []
        for word in found:
            start, end = word.start + offset, word.end + offset
            if self._is_spoken(start, end, now):
                start = min(max(start, first), end - 1)
                placed.append(replace(word, start=start, end=max(min(end, last), start + 1)))
        return tuple(placed)

    def _believed(self, words: Words, now: int) -> Words:
        """Drop the words of an utterance that nobody can have said."""
        stretches = [(now if end is None else end) - start for start, end in self._spans]
        voice = sum(map(mul, self._voices, stretches)) / max(sum(stretches), 1)
        nobody = not self._fixed and guards.is_phantom(words, voice=voice, stretches=stretches)
        return () if nobody else words

    def _is_spoken(self, start: int, end: int, now: int) -> bool:
        margin = self._knobs.postroll
        return any(
            start < (now if closed is None else closed) + margin and end >= opened - margin
            for opened, closed in self._spans
        )

    def _tell(self, now: int) -> Iterator[TranscriptPartial]:
        """Publish what is known so far when it is something new."""
        known = (*self._fixed, *self._agreement.stable), self._agreement.tail
        if known != self._told:
            self._told = known
            self._revision += 1
            yield TranscriptPartial(
                at=now,
                utterance=self._name,
                channel=self._channel,
                revision=self._revision,
                words=known[0],
                tail=known[1],
            )

    def _settle_pause(self, words: Words) -> None:
        """Cut the window at the pause after which the speech has gone on.

        A pause is where words are cut best, and what was decoded would be the final by now if the
        silence had lasted.
        """
        resumed = self._spans[-1][0] - self._knobs.preroll
        if words and resumed - self.window >= self._knobs.settled:
            self._fixed += words
            self._agreement = Agreement()
            self.window = max(words[-1].end, resumed)

    def _cut(self, due: Due) -> None:
        """Cut the window at a stable word when it has become too long.

        What was spoken after the decode was handed in is not lost, however late its answer.
        """
        length = due.end - due.start
        latest = due.end - self._knobs.context
        count = sum(1 for word in self._agreement.stable if word.end <= latest)
        if length >= self._knobs.window and count:
            self._fixed += self._agreement.cut(count)
            self.window = self._fixed[-1].end
        elif length >= self._knobs.widest:
            self._fixed += (*self._agreement.stable, *self._agreement.tail)
            self._agreement = Agreement()
            self.window = due.end


def _plain(words: Words) -> str:
    """Return what is said, however it is written."""
    return "".join(normal(word.text) for word in words)
