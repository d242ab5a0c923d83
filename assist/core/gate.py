"""Speech probability and loudness → speech started and ended, counting milliseconds of sound."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class GateSettings:
    """The knobs of the gate; times in milliseconds, loudness in dB of full scale."""

    threshold: float = 0.5
    """Speech at this probability or above (Silero's own default)."""
    release: float = 0.35
    """Silence below this probability; between the two the state stays (hysteresis)."""
    onset: int = 96
    """Speech needed before it counts; shorter is a misfire."""
    hangover: int = 192
    """Silence tolerated before speech ends: gaps under 200 ms belong to one stretch."""
    quietest: float = -60.0
    """Speech that never gets as loud as this is none: the usual level of speech on a line is -26
    (ITU-T P.830), and 34 dB less is under the noise of a telephone's eight bits."""
    above_noise: float = 6.0
    """Decibels by which speech rises above what the channel always holds, at least once in its
    onset; even in noise as loud as the speech, syllables do."""


@dataclass(frozen=True, slots=True)
class Edge:
    """The gate opened or closed; `start` and `end` are when the sound did."""

    kind: Literal["started", "ended"]
    start: int
    end: int
    voice: float = 1.0
    """Mean probability of speech from the one to the other."""


class Noise:
    """What a channel holds all the time: its quietest windows, which count less as they get old.

    A simple kind of minimum statistics (Martin 2001, "Noise power spectral density estimation based
    on optimal smoothing and minimum statistics"). It falls at once and rises slowly, so that the
    pauses of speech keep it low, but noise, a tone, or music without pauses lifts it.
    """

    LOWEST = -70.0
    """Quieter noise, in dB of full scale, is no better than this: lines may be switched to zero."""
    RISE = 0.006
    """Decibels a millisecond: 40 dB in 7 s. Speech has a pause every second or two."""

    def __init__(self) -> None:
        self.level = self.LOWEST

    def push(self, loudness: float, duration: int) -> None:
        """Take the loudness of so many milliseconds, in dB of full scale."""
        self.level = max(self.LOWEST, min(loudness, self.level + self.RISE * duration))


class Gate:
    """Decide when somebody speaks, from what is measured of each window of sound."""

    def __init__(self, settings: GateSettings | None = None) -> None:
        self.settings = settings or GateSettings()
        self.open = False
        self._now = 0
        self._start = 0
        self._run = 0
        """Length of the speech (closed) or silence (open) that may turn the gate."""
        self._loud = False
        """Whether the speech that may open it was loud enough once."""
        self._noise = Noise()
        self._voice = _Mean()

    @property
    def due(self) -> int:
        """So much sound can turn it at the earliest, in milliseconds: less need not be judged."""
        return (self.settings.hangover if self.open else self.settings.onset) - self._run

    @property
    def needs_loud(self) -> bool:
        """Whether nothing turns it but sound that is loud enough."""
        return not self.open and not self._loud

    def measure(self, loudness: float, duration: int) -> bool:
        """Tell whether the next window is loud enough for speech; asked of each, in order.

        Args:
            loudness: of the window in dB of full scale.
            duration: length of the window in milliseconds.
        """
        self._noise.push(loudness, duration)
        above = self._noise.level + self.settings.above_noise
        return loudness >= max(self.settings.quietest, above)

    def push(self, probability: float, duration: int, *, loud: bool = True) -> Edge | None:
        """Take one window; return what changed with its end.

        Args:
            probability: of speech in the window, 0 to 1.
            duration: length of the window in milliseconds.
            loud: whether it is loud enough for speech.
        """
        self._now += duration
        return (
            self._listen(probability, duration)
            if self.open
            else self._wait(probability, duration, loud=loud)
        )

    def skip(self, duration: int) -> None:
        """Let the clock go on without sound: a pause, or silence that says nothing."""
        self._now += duration

    def flush(self) -> Edge | None:
        """Close the gate at the end of the call."""
        return self._close() if self.open else None

    def _wait(self, probability: float, duration: int, *, loud: bool) -> Edge | None:
        """Open when speech has lasted long enough and was loud enough."""
        if probability < self.settings.threshold:
            self._run, self._loud, self._voice = 0, False, _Mean()
            return None
        self._run += duration
        self._loud = self._loud or loud
        self._voice.add(probability, duration)
        if self._run < self.settings.onset or not self._loud:
            return None
        self._start, self._run, self.open = self._now - self._run, 0, True
        return Edge("started", self._start, self._now, self._voice.value)

    def _listen(self, probability: float, duration: int) -> Edge | None:
        """Close when silence has lasted long enough."""
        self._voice.add(probability, duration, pending=probability < self.settings.release)
        if probability >= self.settings.release:
            self._run = 0
            return None
        self._run += duration
        return self._close() if self._run >= self.settings.hangover else None

    def _close(self) -> Edge:
        edge = Edge("ended", self._start, self._now - self._run, self._voice.value)
        self.open, self._run, self._loud, self._voice = False, 0, False, _Mean()
        return edge


class _Mean:
    """A mean over time that leaves out what is pending until something else follows it."""

    def __init__(self) -> None:
        self._sum = self._time = 0.0
        self._pending: tuple[float, float] = (0.0, 0.0)

    @property
    def value(self) -> float:
        return round(self._sum / self._time, 3) if self._time else 0.0

    def add(self, value: float, duration: int, *, pending: bool = False) -> None:
        total, time = self._pending
        total, time = total + value * duration, time + duration
        if pending:
            self._pending = total, time
        else:
            self._sum, self._time = self._sum + total, self._time + time
            self._pending = (0.0, 0.0)
