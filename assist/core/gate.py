"""Speech probability → speech started and ended, counting milliseconds of sound."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class GateSettings:
    """The knobs of the gate; all times in milliseconds."""

    threshold: float = 0.5
    """Speech at this probability or above (Silero's own default)."""
    release: float = 0.35
    """Silence below this probability; between the two the state stays (hysteresis)."""
    onset: int = 96
    """Speech needed before it counts; shorter is a misfire."""
    hangover: int = 192
    """Silence tolerated before speech ends: gaps under 200 ms belong to one stretch."""


@dataclass(frozen=True, slots=True)
class Edge:
    """The gate opened or closed; `start` and `end` are when the sound did."""

    kind: Literal["started", "ended"]
    start: int
    end: int


class Gate:
    """Decide when somebody speaks, from one probability for each window of sound."""

    def __init__(self, settings: GateSettings | None = None) -> None:
        self.settings = settings or GateSettings()
        self.open = False
        self._now = 0
        self._start = 0
        self._run = 0
        """Length of the speech (closed) or silence (open) that may turn the gate."""

    def push(self, probability: float, duration: int) -> Edge | None:
        """Take one window; return what changed with its end.

        Args:
            probability: of speech in the window, 0 to 1.
            duration: length of the window in milliseconds.
        """
        self._now += duration
        knobs = self.settings
        turning = probability < knobs.release if self.open else probability >= knobs.threshold
        self._run = self._run + duration if turning else 0
        if not self._run:
            return None
        if not self.open and self._run >= knobs.onset:
            self._start, self._run, self.open = self._now - self._run, 0, True
            return Edge("started", self._start, self._now)
        if self.open and self._run >= knobs.hangover:
            return self._close(self._now - self._run)
        return None

    def skip(self, duration: int) -> None:
        """Let the clock jump over a pause; an open gate must be flushed first."""
        self._now += duration

    def flush(self) -> Edge | None:
        """Close the gate at the end of the call."""
        return self._close(self._now - self._run) if self.open else None

    def _close(self, end: int) -> Edge:
        self.open, self._run = False, 0
        return Edge("ended", self._start, end)
