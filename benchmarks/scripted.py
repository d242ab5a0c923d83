"""Recognisers that do all the work of a decode and answer with the words of a script.

Random weights take as long as real ones but hear nonsense, a different one each time: successive
hypotheses would never agree, no window would be cut, and all would babble up to the limit of
length. So the sound is encoded, decoded and aligned as ever, for as many tokens as the words in the
window have, and the answer is what a good model would have said: the words that lie wholly in it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import local
from types import SimpleNamespace
from typing import Any, cast

from assist.core.audio import milliseconds
from assist.events import CHANNELS, Word
from assist.speech.device import AskedCompute, AskedDevice, Device
from assist.speech.recogniser import Heard, Recogniser, Request, Sound
from benchmarks.stamp import read
from benchmarks.traffic import Scene

FRESH = 2
"""Tokens more than the words have: the end, and half a word at the edge."""


class Script:
    """The words of every voice, found by the stamp of a window."""

    def __init__(self, scenes: Iterable[Scene]) -> None:
        self._words: Mapping[int, Sequence[Word]] = {
            scene.numbers[channel]: scene.words(channel) for scene in scenes for channel in CHANNELS
        }

    def within(self, sound: Sound) -> tuple[Word, ...]:
        """Return the words that lie wholly in a window, with times from its start."""
        number, start = read(sound)
        words, end = self._words.get(number, ()), start + milliseconds(len(sound))
        first = bisect_left(words, start, key=lambda word: word.start)
        last = bisect_left(words, end + 1, key=lambda word: word.end)
        return tuple(
            Word(text=word.text, start=word.start - start, end=word.end - start)
            for word in words[first:last]
        )


@dataclass
class Work:
    """What the decodes of a run took."""

    partials: int = 0
    finals: int = 0
    calls: int = 0
    """Of the recogniser; fewer than windows where they were decoded together."""
    guards: int = 0
    """Finals that a guard did not believe, which costs a second decode: there should be none."""


class Bounded:
    """A CTranslate2 Whisper that decodes as many tokens as it is told to.

    A model that hears speech ends by itself; one of random weights has to be stopped. CTranslate2
    takes half of `max_length`, or what the prompt leaves of it, whichever is less.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._wanted = local()

    def expect(self, *tokens: int) -> None:
        """Say how many tokens each window of this thread's next decodes has."""
        self._wanted.tokens, self._wanted.chosen = tokens, range(len(tokens))

    def choose(self, windows: Sequence[int]) -> None:
        """Say which of these windows the next decode takes."""
        self._wanted.chosen = windows

    def generate(self, features: Any, prompts: Any, **options: Any) -> Any:
        """Decode as many tokens as the longest window has; a shorter one's end at its own."""
        wanted = [self._wanted.tokens[window] for window in self._wanted.chosen]
        most = max(wanted)
        options["max_length"] = min(448, max(2 * most, most + max(map(len, prompts))))
        found = self._model.generate(features, prompts, **options)
        return [_ended(each, tokens) for each, tokens in zip(found, wanted, strict=True)]

    def __getattr__(self, name: str) -> Any:
        """Leave everything else to the model."""
        return getattr(self._model, name)


class Scripted:
    """Our recogniser, doing its work for a script.

    Args:
        recogniser: of `assist.speech.whisper`.
        script: what is said; None = answer with what was heard, and do not bound it.
    """

    def __init__(self, recogniser: Recogniser, script: Script | None) -> None:
        self._inner = cast(Any, recogniser)
        self._script = script
        self.work = Work()
        self.stopped = False
        """Whether to answer at once with nothing: a measurement is over."""
        if script is not None:
            whisper = self._inner._model
            if not isinstance(whisper.model, Bounded):
                whisper.model = Bounded(whisper.model)
                self._tell_windows(whisper.model)
            self._model: Bounded = whisper.model

    def _tell_windows(self, model: Bounded) -> None:
        """Let the model know which windows a decode takes: not all are of one length."""
        decode = self._inner._decode

        def told(windows: Sequence[Any]) -> Any:
            model.choose([window.index for window in windows])
            return decode(windows)

        self._inner._decode = told

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it knows."""
        return tuple(self._inner.languages)

    def detect_language(self, samples: Sound) -> tuple[str, float]:
        """Return what the model believes."""
        found: tuple[str, float] = self._inner.detect_language(samples)
        return found

    def transcribe(self, requests: Sequence[Request]) -> list[Heard]:
        """Decode; answer with the words of the script."""
        if self.stopped:
            return [Heard() for _ in requests]
        said = [self._script.within(r.sound) for r in requests] if self._script else []
        if said:
            tokenizer = self._inner._model.hf_tokenizer
            self._model.expect(*(tokens(tokenizer, words) for words in said))
        heard: list[Heard] = self._inner.transcribe(requests)
        self._count(requests, heard)
        if not said:
            return heard
        return [Heard(words, r.language) for words, r in zip(said, requests, strict=True)]

    def _count(self, requests: Sequence[Request], heard: Sequence[Heard]) -> None:
        work, careful = self.work, sum(request.careful for request in requests)
        work.finals += careful
        work.partials += len(requests) - careful
        work.calls += 1
        pairs = zip(requests, heard, strict=True)
        work.guards += sum(request.careful and bool(each.guards) for request, each in pairs)


def _ended(result: Any, tokens: int) -> Any:
    """Return what CTranslate2 found as if the model had ended there by itself."""
    return SimpleNamespace(
        sequences_ids=[ids[:tokens] for ids in result.sequences_ids],
        scores=result.scores,
        no_speech_prob=result.no_speech_prob,
    )


def tokens(tokenizer: Any, words: Sequence[Word]) -> int:
    """Return how many tokens a model says for these words."""
    text = "".join(f" {word.text}" for word in words)
    return len(tokenizer.encode(text, add_special_tokens=False).ids) + FRESH


def find_device(*, device: str, compute: str, workers: int = 0) -> Device:
    """Choose where decodes run, as the service does."""
    from assist.speech.whisper import find_device as find

    return find(cast(AskedDevice, device), cast(AskedCompute, compute), workers=workers)


def load(name: str, device: Device) -> Recogniser:
    """Load a model by its name or directory, as the service does."""
    from assist.speech.whisper import load as load_whisper  # takes seconds

    return load_whisper(name, device=device)
