"""Calls and clips whose words are known, as material to measure with."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from assist.audio.files import Recording, Step
from assist.core.audio import Samples, samples
from assist.errors import ProtocolError
from assist.evaluate.calls import LabelledCall
from assist.evaluate.find import find_calls
from assist.events import CHANNELS, Channel, Word
from benchmarks.live import silence
from benchmarks.traffic import APART, Spoken

_SOUNDS = (".wav", ".flac", ".ogg", ".opus", ".mp3")
_QUIET = 1.0
"""Seconds of silence after a clip, so that its utterance is over."""


@dataclass(frozen=True)
class Recorded:
    """A recording and its true words."""

    name: str
    language: str
    sound: tuple[Step, ...]
    reference: dict[Channel, str]
    """All that each side says."""
    spoken: tuple[Spoken, ...] = ()
    """When it is said; empty when that is not known."""
    issue: tuple[str, ...] = ()

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Whose sound there is."""
        return tuple(self.sound[0])

    @property
    def seconds(self) -> float:
        """Length of the sound."""
        return len(self.sound) * 0.02

    def steps(self) -> Iterator[Step]:
        """Yield the sound 20 ms at a time."""
        return iter(self.sound)

    def take(self, channel: Channel, start: int, end: int) -> Samples:
        """Return one side's sound between two times in milliseconds, shape (n,)."""
        whole = np.concatenate([step[channel] for step in self.sound])
        return whole[samples(max(0, start)) : samples(end)]


def calls(paths: Sequence[Path]) -> Iterator[Recorded]:
    """Yield the labelled calls that have sound, with silence after them.

    Raises:
        ProtocolError: nothing is there, or a file breaks the format.
    """
    for call, path in find_calls(list(paths)):
        if path is not None:
            sound = tuple(chain(Recording(path).steps(), silence(_QUIET)))
            text = {c: " ".join(w.text for w in call.words if w.channel == c) for c in CHANNELS}
            name, language = call.call.id, call.call.language
            yield Recorded(name, language, sound, text, tuple(_spoken(call)), call.call.issue)


def clips(folder: Path, language: str) -> Iterator[Recorded]:
    """Yield the clips of a folder: sound of one voice, and beside each a `.txt` of its words.

    Raises:
        ProtocolError: there is none.
    """
    found = [p for p in sorted(folder.glob("*")) if p.suffix in _SOUNDS]
    pairs = [(p, p.with_suffix(".txt")) for p in found if p.with_suffix(".txt").is_file()]
    if not pairs:
        raise ProtocolError(f"{folder} holds no sound with a .txt of the same name beside it.")
    quiet = _customers(silence(_QUIET))
    for path, text in pairs:
        sound = _customers(Recording(path).steps())
        words = text.read_text(encoding="utf-8").strip()
        yield Recorded(path.stem, language, (*quiet, *sound, *quiet), {"customer": words})


def _customers(steps: Iterable[Step]) -> tuple[Step, ...]:
    return tuple({"customer": step["customer"]} for step in steps)


def _spoken(call: LabelledCall) -> Iterator[Spoken]:
    """Yield each side's speech without a long pause, with the words in it."""
    for channel in CHANNELS:
        spans: list[tuple[int, int]] = []
        for span in sorted((s for s in call.speech if s.channel == channel), key=lambda s: s.start):
            if spans and span.start - spans[-1][1] < APART:
                spans[-1] = spans[-1][0], max(spans[-1][1], span.end)
            else:
                spans.append((span.start, span.end))
        for start, end in spans:
            words = tuple(
                Word(text=w.text, start=w.start, end=w.end)
                for w in call.words
                if w.channel == channel and start <= (w.start + w.end) // 2 < end
            )
            if words:
                yield Spoken(channel, start, end, words)
