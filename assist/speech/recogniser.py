"""What a recogniser is, whoever makes it."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assist.core.audio import Samples
from assist.events import Word

Sound = NDArray[np.float32]
"""One channel for a recogniser, shape (n,), -1 to 1, 16 kHz."""


def to_sound(pcm: Samples) -> Sound:
    """Convert 16-bit samples of shape (n,)."""
    return pcm.astype(np.float32) * np.float32(1 / 32768)


class Recogniser(Protocol):
    """Turns sound into words; called from worker threads, one window at a time."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it knows, as codes like `en`."""
        ...

    def transcribe(
        self, samples: Sound, *, language: str, prompt: str, final: bool
    ) -> tuple[Word, ...]:
        """Return the words of a window; none when nothing was said.

        Args:
            samples: the window, shape (n,).
            language: a code like `en`.
            prompt: what was said before the window.
            final: whether to take the trouble of a final.

        Returns:
            Words with times in milliseconds from the start of the window.
        """
        ...

    def detect_language(self, samples: Sound) -> tuple[str, float]:
        """Return the likeliest language of speech and its probability."""
        ...
