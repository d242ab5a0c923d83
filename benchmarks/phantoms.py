"""What becomes of sound that holds no words: a Markdown table on stdout.

    python -m benchmarks.phantoms > phantoms.md

Every clip is played through a whole call with the demo model, in both channels at once. A leak is
the customer's voice of a demo call in the channel of an agent who is silent; there, only what the
agent is said to have said counts. `--quick` takes half of the clips.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from assist.audio.files import Recording
from assist.call import Call
from assist.core.audio import RATE, STEP_MS, Samples, samples
from assist.core.engine import Engine
from assist.cues import TABLE
from assist.events import (
    CHANNELS,
    Channel,
    CueDetected,
    Event,
    SpeechStarted,
    TranscriptFinal,
    TranscriptPartial,
)
from assist.settings import LANGUAGES, load_playbook
from assist.speech.bundled import bundled
from assist.speech.pool import Inline
from assist.speech.recogniser import Heard, Request, Sound, to_sound
from assist.speech.vad import Vad
from assist.speech.whisper import Whisper, load
from tests.audio.hostile import KINDS, hostile, leak

COLUMNS = (
    "kind",
    "clips",
    "seconds",
    "words, were there no gate",
    "clips that open the gate",
    "words behind the gate",
    "words after all guards",
    "cues that need words",
)
LEAKS = (15, 20, 25, 30, 35)
"""Decibels by which the customer is quieter in the agent's channel."""
DELAYS = (0, 60, 120)
SOLOS = {"en-rough": (11_000, 19_500), "de-rough": (31_000, 43_000)}
"""Milliseconds of demo calls that are played with a leak."""
WORDLESS = ("long_silence", "agent_interrupted")
_STEP = samples(STEP_MS)


@dataclass
class Counting:
    """The demo model, counting the words that it hears."""

    model: Whisper
    words: int = 0

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it knows."""
        return self.model.languages

    def transcribe(self, requests: Sequence[Request]) -> list[Heard]:
        """Hear as the model does."""
        heard = self.model.transcribe(requests)
        self.words += sum(len(each.words) for each in heard)
        return heard

    def detect_language(self, samples: Sound) -> tuple[str, float]:
        """Tell the language as the model does."""
        return self.model.detect_language(samples)


@dataclass
class Row:
    """What became of the clips of one kind."""

    kind: str
    clips: int = 0
    seconds: float = 0.0
    bare: int = 0
    opened: int = 0
    heard: int | None = 0
    """None for a leak: the model hears the customer as well."""
    told: int = 0
    cues: int = 0

    def add(self, sound: dict[Channel, Samples], language: str) -> None:
        """Play a clip that is in both channels, or in the agent's as a leak."""
        clip, is_leak = sound["agent"], sound["agent"] is not sound["customer"]
        self.clips += 1
        self.seconds += len(clip) / RATE
        bare = Request(to_sound(clip), language=language, careful=True)
        self.bare += sum(len(each.words) for each in _model().transcribe([bare]))
        model = Counting(_model())
        events = [e for e in _play(sound, model, language) if not (is_leak and _is_customers(e))]
        self.opened += any(isinstance(e, SpeechStarted) for e in events)
        told = [e for e in events if isinstance(e, TranscriptFinal | TranscriptPartial)]
        self.told += sum(len(e.words) for e in told)
        self.heard = None if self.heard is None or is_leak else self.heard + model.words
        self.cues += sum(isinstance(e, CueDetected) and e.cue not in WORDLESS for e in events)

    def __str__(self) -> str:
        opened, heard = f"{self.opened} of {self.clips}", "–" if self.heard is None else self.heard
        figures = (self.bare, opened, heard, self.told, self.cues)
        cells = (self.kind, self.clips, f"{self.seconds:.0f}", *figures)
        return f"| {' | '.join(map(str, cells))} |"


def _is_customers(event: Event) -> bool:
    return getattr(event, "channel", "agent") == "customer"


@cache
def _model() -> Whisper:
    return load("demo")


def _play(sound: dict[Channel, Samples], model: Counting, language: str) -> Iterator[Event]:
    call = Call(
        "phantoms",
        Engine(call_id="phantoms", playbook=load_playbook(language), table=TABLE),
        vad=Vad(),
        pool=Inline(model),
        channels=CHANNELS,
        language=language,
    )
    yield from call.start()
    for at in range(0, len(sound["agent"]) - _STEP + 1, _STEP):
        yield from call.push({channel: pcm[at : at + _STEP] for channel, pcm in sound.items()})
    yield from call.end()


def wordless(seeds: int) -> Iterator[Row]:
    """Yield a row for each kind of sound, in English and German by turns."""
    for kind in KINDS:
        row = Row(kind)
        for i, clip in enumerate(hostile([kind], seeds=seeds)):
            row.add({"agent": clip.pcm, "customer": clip.pcm}, LANGUAGES[i // 2 % len(LANGUAGES)])
        yield row


def leaks() -> Iterator[Row]:
    """Yield a row for each strength of a leak."""
    spoken = {name: _customer(name) for name in SOLOS}
    for decibels in LEAKS:
        row = Row(f"the other side, {decibels} dB below")
        for name, customer in spoken.items():
            for delay in DELAYS:
                agent = leak(customer, decibels, delay=delay)
                row.add({"agent": agent, "customer": customer}, name[:2])
        yield row


def _customer(name: str) -> Samples:
    """Return the customer's voice of a demo call."""
    recording = Recording(bundled("demo", "calls") / name / "audio.ogg")
    whole = np.concatenate([step["customer"] for step in recording.steps()])
    start, end = map(samples, SOLOS[name])
    return np.asarray(whole[start:end])


def main(*, quick: bool) -> None:
    """Print the table."""
    print(f"| {' | '.join(COLUMNS)} |")
    print("|---" * len(COLUMNS) + "|")
    for rows in (wordless(seeds=1 if quick else 2), leaks()):
        for row in rows:
            print(row, flush=True)


if __name__ == "__main__":
    main(quick="--quick" in sys.argv[1:])
