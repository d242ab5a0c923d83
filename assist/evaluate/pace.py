"""The talk of a scenario, line by line → words in time, spoken at a usual pace.

All times are milliseconds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from assist.evaluate.calls import LabelledWord
from assist.evaluate.talk import MistakeError, Stretch, Written
from assist.events import CHANNELS, Channel, other

WORD, LETTER = 120, 45
"""A word lasts so long, and so much longer for each letter."""
LAG = 600
"""A word is stable so long after its end."""
ANSWER = 500
"""A line begins so long after what was said before."""
ASIDE, ASIDE_GAP = 100, 40
"""An aside begins so long after the word before it, and after what its speaker said before."""
HURRIED = 60
"""A word of an aside that has to fit lasts so long at the least."""
FLOOR, LAPSE = 1000, 1500
"""A shorter line does not take the floor; a longer silence gives it away."""


@dataclass(frozen=True, slots=True)
class Said:
    """A line or an aside in time."""

    channel: Channel
    stretch: Stretch
    words: tuple[LabelledWord, ...]
    before: int
    """Where a moment lies that is marked before the first word."""
    floor: int
    """When the turn began."""
    goes_on: bool = False
    """Whether the same side has the next line, too."""

    @property
    def start(self) -> int:
        """Return the start of the first word."""
        return self.words[0].start

    @property
    def end(self) -> int:
        """Return the end of the last word."""
        return self.words[-1].end

    def moment(self, place: int) -> int:
        """Return the end of the word before a place."""
        return self.words[place - 1].end if place else self.before


class Timeline:
    """What is said so far."""

    def __init__(self) -> None:
        self.lines: list[Said] = []
        self.asides: list[Said] = []
        self.silences: list[Said] = []
        """They hold no words, but moments."""
        self.now = 0
        """The end of what was said, and of the silence after it."""
        self._silent = False
        self._ends = dict.fromkeys(CHANNELS, 0)

    @property
    def end(self) -> int:
        """Return the end of the last word."""
        return max(self._ends.values())

    @property
    def words(self) -> tuple[LabelledWord, ...]:
        """Return the words of both sides in the order in which they become stable."""
        words = [word for said in (*self.lines, *self.asides) for word in said.words]
        return tuple(sorted(words, key=lambda word: word.at))

    def silence(self, length: int, stretch: Stretch) -> None:
        """Let nobody speak; what is marked there counts from the last word."""
        self.silences.append(Said("agent", stretch, (), self.end, self.end))
        self.now += length
        self._silent = True

    def say(self, channel: Channel, stretch: Stretch, shift: int | None, line: int) -> None:
        """Let one side speak.

        Args:
            channel: who.
            stretch: what; with a word at least.
            shift: from the end of what was said before to the first word; none = as usual.
            line: its number in the file.

        Raises:
            MistakeError: a side would say two things at a time.
        """
        usual = 0 if self._silent else ANSWER
        start = self.now + (usual if shift is None else shift) + stretch.rest
        if start < self._ends[channel]:
            least = self._ends[channel] - self.now - stretch.rest
            raise MistakeError(line, f"the {channel} still speaks then; {least:+} is the earliest")
        words = spoken(channel, stretch.words, start)
        said = Said(channel, stretch, words, self.end, self._floor(channel, start))
        self._ends[channel] = said.end
        for place, aside in stretch.asides:
            self._aside(said, place, aside, line)
        if self.lines and self.lines[-1].channel == channel and not self._silent:
            self.lines[-1] = replace(self.lines[-1], goes_on=True)
        self.lines.append(said)
        self._silent = False
        self.now = self.end + max(stretch.words[-1].pause, 0)

    def _floor(self, channel: Channel, start: int) -> int:
        """Return when the turn began to which a line that starts now belongs."""
        own = next((x for x in reversed(self.lines) if x.channel == channel), None)
        if own is None or start - own.end >= LAPSE:
            return start
        taken = any(
            x.channel != channel and x.end > own.end and x.end - x.start >= FLOOR
            for x in self.lines
        )
        return start if taken else own.floor

    def _aside(self, line: Said, place: int, stretch: Stretch, number: int) -> None:
        """Let the other side say something meanwhile; it ends before the line does."""
        channel = other(line.channel)
        after = line.moment(place) if place else line.start
        start = max(after + ASIDE, self._ends[channel] + ASIDE_GAP) + stretch.rest
        words = spoken(channel, stretch.words, start)
        if place < len(line.words) and words[-1].end > line.end:
            if line.end - start < HURRIED * len(words):
                text = " ".join(word.text for word in words)
                raise MistakeError(number, f"[{text}] finds no room in what is left of the turn")
            words = _hurried(words, line.end)
        self.asides.append(Said(channel, stretch, words, start, start))
        self._ends[channel] = words[-1].end


def spoken(channel: Channel, words: Sequence[Written], start: int) -> tuple[LabelledWord, ...]:
    """Return the words as they are spoken from a moment on."""
    return tuple(_spoken(channel, words, start))


def _spoken(channel: Channel, words: Sequence[Written], start: int) -> Iterator[LabelledWord]:
    for word in words:
        end = start + WORD + LETTER * sum(map(str.isalnum, word.spoken))
        yield LabelledWord(
            channel=channel,
            text=word.spoken,
            start=start,
            end=end,
            at=end + LAG,
            probability=word.probability,
        )
        start = end + word.gap


def _hurried(words: Sequence[LabelledWord], end: int) -> tuple[LabelledWord, ...]:
    """Return the words spoken so fast that the last ends then."""
    start, share = words[0].start, (end - words[0].start) / (words[-1].end - words[0].start)

    def earlier(moment: int) -> int:
        return round(start + (moment - start) * share)

    return tuple(
        structs.replace(w, start=earlier(w.start), end=earlier(w.end), at=earlier(w.end) + LAG)
        for w in words
    )
