"""What a recogniser is, whoever makes it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assist.core.audio import Samples
from assist.events import Word

Sound = NDArray[np.float32]
"""One channel for a recogniser, shape (n,), -1 to 1, 16 kHz."""

Report = Callable[[float], None]
"""Takes how much of a model has been loaded, 0 to 1."""


def to_sound(pcm: Samples) -> Sound:
    """Convert 16-bit samples of shape (n,)."""
    return pcm.astype(np.float32) * np.float32(1 / 32768)


@dataclass(frozen=True, slots=True)
class Request:
    """A window of sound that is to become words."""

    sound: Sound
    language: str = ""
    """A code like `en`; empty = the recogniser is to tell."""
    careful: bool = False
    """Whether to take the trouble of a final."""
    prompt: str = ""
    """What was said before the window."""
    hotwords: tuple[str, ...] = ()
    """Words that are likelier in this call than elsewhere."""
    second: bool = False
    """Whether it asks for a second opinion, which can wait until nobody else does."""
    slack: int = 0
    """Milliseconds after which the answer comes too late to be of use at once."""
    among: tuple[str, ...] = ()
    """The languages that the recogniser may tell; none = all that it knows."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a request."""

    words: tuple[Word, ...] = ()
    """Times in milliseconds from the start of the window; none when nothing was said."""
    language: str = ""
    """As asked for, or as told."""
    certainty: float = 1.0
    """Probability of a language that was told, 0 to 1."""
    guards: tuple[str, ...] = ()
    """What made the answer doubtful: `silence`, `doubt`, `loop`; then prompts begin anew."""


class Recogniser(Protocol):
    """Turns sound into words; called from worker threads."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it knows, as codes like `en`."""
        ...

    def transcribe(self, requests: Sequence[Request]) -> list[Heard]:
        """Return what is heard in each window; all requests are careful, or none is."""
        ...

    def detect_language(self, samples: Sound) -> tuple[str, float]:
        """Return the likeliest language of speech and its probability."""
        ...
