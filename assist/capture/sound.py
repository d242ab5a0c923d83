"""What a sound system is to the desk: devices by name, and streams of blocks; typed here alone."""

from collections import deque
from dataclasses import dataclass
from typing import Literal, Protocol

from assist.errors import AudioError

BLOCK_MS = 100
"""A device is asked for blocks of this length: the frames that go out have the same, and each block
costs a callback."""
KEPT_BLOCKS = 20
"""Blocks that wait for the desk at most: two seconds; the oldest leaves."""

Place = Literal["here", "unsure", "gone"]
"""Whether a stream still reads the device that it was opened on."""


class DeviceError(AudioError):
    """A device is not there, or cannot be opened; one sentence."""


@dataclass(frozen=True, slots=True)
class Device:
    """A source of sound."""

    name: str
    """Stays the same when others are plugged in."""
    title: str
    """For a person."""
    loopback: bool
    """Whether it is what an output plays: the customer's voice."""
    default: bool = False
    """Whether the system uses it where nobody chose."""


@dataclass(frozen=True, slots=True)
class Block:
    """Sound as a device gives it: one channel, signed 16 bit."""

    pcm: bytes
    at: float
    """When it came, in seconds of the machine's own clock."""


class Inbox:
    """What a callback leaves for the desk; nothing but a bounded queue, for callbacks may not wait.

    Appending to a deque of a bounded length is one step in Python: it needs no lock.
    """

    def __init__(self) -> None:
        self._blocks: deque[Block] = deque(maxlen=KEPT_BLOCKS)

    def put(self, pcm: bytes, at: float) -> None:
        """Leave a block; on any thread."""
        self._blocks.append(Block(pcm, at))

    def take(self) -> list[Block]:
        """Return what has come since the last time, oldest first."""
        return [self._blocks.popleft() for _ in range(len(self._blocks))]


class Stream(Protocol):
    """An open device."""

    rate: int
    """Samples a second."""
    latency: float
    """Seconds from the sound to its arrival, as the system says."""
    sparse: bool
    """Whether nothing comes while nothing sounds, as in the loopback of Windows."""

    def take(self) -> list[Block]:
        """Return what has come since the last time, oldest first."""
        ...

    def place(self) -> Place:
        """Tell whether it still reads its device; `unsure` for moments only."""
        ...

    def close(self) -> None:
        """Stop at once; the microphone's light goes out."""
        ...


class SoundSystem(Protocol):
    """The sound of one platform."""

    changes: int
    """Grows when devices come or go, as far as the system says so."""

    def devices(self) -> list[Device]:
        """Return what is there now.

        Raises:
            DeviceError: there is no sound system.
        """
        ...

    def open(self, device: Device) -> Stream:
        """Begin to read a device.

        Raises:
            DeviceError: it cannot be opened.
        """
        ...

    def close(self) -> None:
        """Give back what it holds."""
        ...
