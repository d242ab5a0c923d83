"""A sound system whose devices, clocks and losses a test decides; its time is the test's."""

from dataclasses import dataclass, field

import numpy as np

from assist.capture.sound import Block, Device, DeviceError, Place
from assist.core.audio import RATE, Samples
from assist.events import Channel
from assist.protocol import GapReason, Trouble

MIC = Device("mic", "Headset", loopback=False, default=True)
CALL = Device("speaker.monitor", "Speaker", loopback=True, default=True)
BLOCK = 0.05


class Source:
    """What a device hears: a tone by default, on a clock that may be off."""

    def __init__(self, *, ppm: float = 0.0, hertz: float = 440.0) -> None:
        self.rate = RATE * (1 - ppm * 1e-6)
        """Samples in a true second."""
        self.hertz = hertz
        self.silent = False
        self.stalled = False
        self.elsewhere: Place = "here"

    def sound(self, start: float, count: int) -> Samples:
        """Return samples that begin at a moment."""
        if self.silent:
            return np.zeros(count, np.int16)
        t = start + np.arange(count) / self.rate
        return np.asarray(8000 * np.sin(2 * np.pi * self.hertz * t), np.int16)


class FakeStream:
    """Gives blocks as the time goes on."""

    rate = RATE
    latency = 0.0
    sparse = False

    def __init__(self, source: Source, room: "Room") -> None:
        self._source, self._room = source, room
        self._next = room.now
        self.closed = False

    def take(self) -> list[Block]:
        found = []
        while self._next + BLOCK <= self._room.now and not self._source.stalled:
            count = round(BLOCK * RATE)
            length = count / self._source.rate
            pcm = self._source.sound(self._next, count)
            self._next += length
            found.append(Block(pcm.tobytes(), self._next + self._room.jitter()))
        if self._source.stalled:
            self._next = self._room.now
        return found

    def place(self) -> Place:
        return self._source.elsewhere

    def close(self) -> None:
        self.closed = True


@dataclass
class Room:
    """The sound system."""

    sources: dict[str, Source]
    present: list[Device] = field(default_factory=lambda: [MIC, CALL])
    changes: int = 0
    now: float = 1000.0
    late: float = 0.0
    """Seconds by which blocks come late, at most."""
    opened: list[FakeStream] = field(default_factory=list)
    _random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(7))

    def jitter(self) -> float:
        return float(self._random.exponential(self.late)) if self.late else 0.0

    def devices(self) -> list[Device]:
        return list(self.present)

    def open(self, device: Device) -> FakeStream:
        if device not in self.present:
            raise DeviceError("It is gone.")
        stream = FakeStream(self.sources[device.name], self)
        self.opened.append(stream)
        return stream

    def close(self) -> None:
        pass


def room() -> Room:
    """Return a room with a headset and a speaker."""
    return Room({"mic": Source(hertz=440), "speaker.monitor": Source(hertz=1000)})


@dataclass
class Outlet:
    """Keeps all that a desk hands out."""

    paused: bool = False
    items: list[tuple[Channel, Samples | None, int]] = field(default_factory=list)
    """Channel, sound or none, milliseconds."""
    reasons: list[GapReason] = field(default_factory=list)
    told: list[tuple[Trouble, bool]] = field(default_factory=list)
    details: list[str] = field(default_factory=list)

    def audio(self, channel: Channel, payload: bytes, ms: int) -> None:
        self.items.append((channel, np.frombuffer(payload, "<i2").astype(np.int16), ms))

    def gap(self, reason: GapReason, *, agent: int = 0, customer: int = 0) -> None:
        self.items.append(("agent" if agent else "customer", None, agent or customer))
        self.reasons.append(reason)

    def status(self, code: Trouble, *, active: bool, detail: str = "") -> None:
        self.told.append((code, active))
        self.details.append(detail)

    def length(self, channel: Channel) -> int:
        """Return how many milliseconds a channel has, gaps among them."""
        return sum(ms for side, _, ms in self.items if side == channel)

    def gaps(self, channel: Channel) -> int:
        """Return how many milliseconds of a channel are missing."""
        return sum(ms for side, pcm, ms in self.items if side == channel and pcm is None)

    def sound(self, channel: Channel) -> Samples:
        """Return a channel's sound, silence where it is missing."""
        parts = [
            np.zeros(ms * 16, np.int16) if pcm is None else pcm
            for side, pcm, ms in self.items
            if side == channel
        ]
        return np.concatenate([np.zeros(0, np.int16), *parts])
