"""Calls in which two sides take turns, made of the demo calls' speech, for measuring load.

Turn-taking follows what was found in telephone calls:

* a floor changes hands after a gap of about 200 ms as often as not (Stivers et al. 2009, Levinson
  and Torreira 2015), and 40 % of the changes overlap (Heldner and Edlund 2010): a normal
  distribution of mean 120 and deviation 470 ms has both;
* pauses within a turn last a quarter to half a second (Lundholm Fors 2015): log-normal, median 350;
* every fifth utterance is a backchannel (Stolcke et al. 2000: 19 % in Switchboard).

A piece of speech lasts 2.2 s in the mean and 1.8 s in the median, and half of the turns go on with
another. Each side then speaks 45 % of the time, more than the 39 % of ITU-T P.59.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

import numpy as np

from assist.audio.files import Recording, Step
from assist.core.audio import STEP_MS, Samples, samples
from assist.errors import AudioError
from assist.evaluate.find import find_calls
from assist.events import CHANNELS, Channel, Word, other
from assist.speech.bundled import bundled
from benchmarks.stamp import stamped

FLOOR_MEAN, FLOOR_DEVIATION = 120, 470
PAUSE_MEDIAN, PAUSE_SPREAD = 350, 0.5
GOES_ON = 0.5
"""Chance that a turn goes on after a pause."""
BACKCHANNEL = 0.24
"""Chance of one within a piece of speech: every fifth utterance is then one."""
SHORT, LONG = 700, 1_200
"""Speech shorter than the first may be a backchannel; only within longer than the second is one."""
MARGIN = 40
"""Sound kept around a piece of speech."""
APART = 900
"""Silence of one side after which its utterance is over by everybody's rules: whisper_streaming
waits 500 ms, and speech detection may be 200 ms late."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A piece of speech: sound from `MARGIN` before its start, words with times from its start."""

    pcm: Samples
    length: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A clip's place in a call."""

    channel: Channel
    start: int
    clip: Clip

    @property
    def end(self) -> int:
        """When its speech ends, in milliseconds."""
        return self.start + self.clip.length


@dataclass(frozen=True, slots=True)
class Spoken:
    """One side's speech without a pause of `APART` or more, and the words in it."""

    channel: Channel
    start: int
    end: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """One call: what is said, and its sound."""

    language: str
    said: tuple[Said, ...]
    sound: dict[Channel, Samples]
    numbers: dict[Channel, int]
    """The stamp of each side."""

    @property
    def spoken(self) -> tuple[Spoken, ...]:
        """What each side says between two pauses that end it."""
        return tuple(each for channel in CHANNELS for each in joined(self.said, channel))

    def words(self, channel: Channel) -> tuple[Word, ...]:
        """Return the words of one side on the call clock."""
        return tuple(word for each in joined(self.said, channel) for word in each.words)

    def steps(self) -> Iterator[Step]:
        """Yield the sound 20 ms at a time."""
        size = samples(STEP_MS)
        for i in range(0, len(self.sound["agent"]), size):
            yield {channel: pcm[i : i + size] for channel, pcm in self.sound.items()}


def scene(number: int, *, length: int, language: str = "en", quiet: int = 0) -> Scene:
    """Make a call; the same number makes the same call.

    Args:
        number: of the call, below 1024.
        length: in milliseconds.
        language: of its clips.
        quiet: milliseconds at the end in which nothing begins any more.
    """
    said = tuple(plan(Random(number), clips(language), length - quiet))
    numbers = {channel: 2 * number + i for i, channel in enumerate(CHANNELS)}
    sound = {c: stamped(_mixed(said, c, length), numbers[c]) for c in CHANNELS}
    return Scene(language, said, sound, numbers)


def plan(chance: Random, pieces: Sequence[Clip], length: int) -> Iterator[Said]:
    """Yield what is said when, until a length in milliseconds; no side speaks over itself."""
    backchannels = [clip for clip in pieces if clip.length < SHORT] or [min(pieces, key=_length)]
    contents = [clip for clip in pieces if clip.length >= SHORT] or list(pieces)
    free: dict[Channel, int] = dict.fromkeys(CHANNELS, 0)
    channel: Channel = chance.choice(CHANNELS)
    now = chance.randrange(0, 4_000)  # calls do not begin together
    while True:
        said = Said(channel, max(now, free[channel] + MARGIN), chance.choice(contents))
        if said.end >= length:
            return
        yield said
        free[channel] = said.end + MARGIN
        yield from _backchannel(chance, said, backchannels, free)
        if chance.random() < GOES_ON:
            now = said.end + round(PAUSE_MEDIAN * chance.lognormvariate(0, PAUSE_SPREAD))
        else:
            now = said.end + round(chance.gauss(FLOOR_MEAN, FLOOR_DEVIATION))
            channel = other(channel)


def _backchannel(
    chance: Random, said: Said, short: Sequence[Clip], free: dict[Channel, int]
) -> Iterator[Said]:
    listener = other(said.channel)
    if said.clip.length < LONG or chance.random() >= BACKCHANNEL:
        return
    answer = Said(
        listener, said.start + chance.randrange(500, said.clip.length), chance.choice(short)
    )
    if answer.start >= free[listener] + MARGIN:
        yield answer
        free[listener] = answer.end + MARGIN


def joined(said: Sequence[Said], channel: Channel) -> list[Spoken]:
    """Return one side's utterances: speech with pauses shorter than `APART`."""
    found: list[Spoken] = []
    for each in sorted((s for s in said if s.channel == channel), key=lambda s: s.start):
        words = tuple(
            Word(text=w.text, start=w.start + each.start, end=w.end + each.start)
            for w in each.clip.words
        )
        if found and each.start - found[-1].end < APART:
            last = found.pop()
            found.append(Spoken(channel, last.start, each.end, (*last.words, *words)))
        else:
            found.append(Spoken(channel, each.start, each.end, words))
    return found


@cache
def clips(language: str) -> tuple[Clip, ...]:
    """Return the pieces of speech of the demo calls of a language.

    Raises:
        AudioError: the demo calls are not here.
    """
    found: list[Clip] = []
    for call, path in find_calls([bundled("demo", "calls")]):
        if call.call.language == language and path is not None:
            steps = list(Recording(path).steps())
            whole = {c: np.concatenate([step[c] for step in steps]) for c in CHANNELS}
            for span in call.speech:
                pcm = whole[span.channel]
                words = tuple(
                    Word(text=w.text, start=max(w.start - span.start, 0), end=w.end - span.start)
                    for w in call.words
                    if w.channel == span.channel and span.start <= (w.start + w.end) // 2 < span.end
                )
                first, last = samples(span.start - MARGIN), samples(span.end + MARGIN)
                found.append(Clip(pcm[first:last], span.end - span.start, words))
    if not found:
        raise AudioError(f"No demo call speaks {language}.")
    return tuple(clip for clip in found if clip.words)


def _mixed(said: Sequence[Said], channel: Channel, length: int) -> Samples:
    """Lay the clips of one side on silence."""
    sound = np.zeros(samples(length), np.int16)
    for each in said:
        if each.channel == channel:
            at = samples(each.start - MARGIN)
            piece = each.clip.pcm[: len(sound) - at]
            sound[at : at + len(piece)] = piece
    return sound


def _length(clip: Clip) -> int:
    return clip.length
