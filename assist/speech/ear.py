"""One channel's windows → when somebody speaks, asking the detector only when it matters.

The gate says how much sound can turn it at the earliest, and whether that must be loud. Until then
windows wait, and are judged together: the same comes out at the same time, for half the work. None
is left out, however quiet: Silero remembers for seconds, and judges what follows by it.
"""

from dataclasses import dataclass

from assist.core.audio import Samples, milliseconds
from assist.core.gate import Edge, Gate
from assist.speech.vad import VadStream

TOGETHER = 16
"""Windows that wait at most, half a second: with more the work for each gets hardly less."""


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    pcm: Samples
    duration: int
    loud: bool
    leaked: bool
    """Whether it holds nobody but the other."""
    forgiven: bool
    """Whether it stands for sound that never came, and ends no speech."""


class Ear:
    """Notice when somebody speaks in one channel.

    Args:
        stream: its speech detector.
    """

    def __init__(self, stream: VadStream) -> None:
        self.gate = Gate()
        self._stream = stream
        self._waiting: list[_Window] = []
        self._length = 0
        """Of what waits, in milliseconds."""
        self._loud = False
        """Whether any of it is."""

    def push(
        self, pcm: Samples, loudness: float, *, leaked: bool = False, missing: bool = False
    ) -> Edge | None:
        """Take a window; return what changed with its end.

        Args:
            pcm: the window.
            loudness: of it, in dB of full scale.
            leaked: whether it holds nobody but the other.
            missing: whether it stands for sound that never came.
        """
        duration = milliseconds(len(pcm))
        forgiven = missing and self.gate.open
        loud = not forgiven and self.gate.measure(loudness, duration) and not leaked
        self._waiting.append(_Window(pcm, duration, loud, leaked, forgiven))
        self._length += duration
        self._loud = self._loud or loud
        return self._judge() if self._matters or len(self._waiting) >= TOGETHER else None

    def flush(self) -> Edge | None:
        """End all speech: at a pause, or the call's end."""
        self._judge()
        return self.gate.flush()

    def skip(self, duration: int) -> None:
        """Let so many milliseconds pass unheard."""
        self._judge()
        self.gate.skip(duration)

    @property
    def _matters(self) -> bool:
        """Whether what waits may turn the gate."""
        return self._length >= self.gate.due and (self._loud or not self.gate.needs_loud)

    def _judge(self) -> Edge | None:
        """Ask about all that waits; with nothing but the last of it the gate may turn."""
        waiting, self._waiting, self._length, self._loud = self._waiting, [], 0, False
        edge = None
        voices = self._stream.probabilities([each.pcm for each in waiting]) if waiting else ()
        for each, voice in zip(waiting, voices, strict=True):
            edge = self._push(each, voice) or edge
        return edge

    def _push(self, window: _Window, voice: float) -> Edge | None:
        if window.forgiven:
            self.gate.skip(window.duration)
            return None
        heard = 0.0 if window.leaked else voice
        return self.gate.push(heard, window.duration, loud=window.loud)
