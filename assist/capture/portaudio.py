"""Microphones, and whatever else looks like one, through PortAudio (sounddevice)."""

import time
from collections.abc import Mapping
from typing import Any

from assist.capture.sound import BLOCK_MS, Block, Device, DeviceError, Inbox, Place
from assist.core.audio import RATE

CABLES = ("blackhole", "loopback", "soundflower", "cable output", "vb-audio", "stereo mix")
"""Parts of the names of virtual cables: inputs that hear what an output plays."""
NO_SOUND = "This machine has no sound system that PortAudio knows."


class PortAudioStream:
    """One open input; its callback copies bytes into a bounded queue and does nothing else."""

    rate = RATE
    sparse = False

    def __init__(self, device: str | int) -> None:
        self._inbox = Inbox()
        sd = library()
        try:
            self._stream = sd.RawInputStream(
                device=device,
                samplerate=RATE,
                channels=1,
                dtype="int16",
                blocksize=RATE * BLOCK_MS // 1000,
                latency="low",
                callback=self._hear,
            )
            self._stream.start()
        except (sd.PortAudioError, ValueError, OSError) as error:
            raise DeviceError(f"It cannot be opened: {_sentence(error)}") from None
        self.latency = float(self._stream.latency)

    def take(self) -> list[Block]:
        """Return what has come since the last time, oldest first."""
        return self._inbox.take()

    def place(self) -> Place:
        """Say where it is; PortAudio itself never tells that a device is gone."""
        return "here"

    def close(self) -> None:
        """Stop at once."""
        self._stream.abort(ignore_errors=True)
        self._stream.close(ignore_errors=True)

    def _hear(self, sound: Any, frames: int, stamps: Any, status: Any) -> None:
        self._inbox.put(bytes(sound), time.monotonic())


class PortAudio:
    """The inputs that PortAudio lists for the system's usual interface; Windows has several.

    It has no loopback of its own. A virtual cable is an input to it, known by its name.
    """

    def __init__(self) -> None:
        self.changes = 0

    def devices(self) -> list[Device]:
        """Return the inputs that are there now.

        PortAudio makes its list when it begins: what is plugged in later is seen by the next
        start of the program alone.

        Raises:
            DeviceError: there is no sound system.
        """
        usual = library().default.device[0]
        return [
            Device(
                name=row["name"],
                title=row["name"],
                loopback=any(cable in row["name"].casefold() for cable in CABLES),
                default=row["index"] == usual,
            )
            for row in _inputs()
        ]

    def open(self, device: Device) -> PortAudioStream:
        """Begin to read an input.

        Raises:
            DeviceError: it cannot be opened.
        """
        for row in _inputs():
            if row["name"] == device.name:
                return PortAudioStream(row["index"])
        raise DeviceError(f"{device.name} is not there.")

    def close(self) -> None:
        """Hold nothing."""


def library() -> Any:
    """Import sounddevice; a machine without PortAudio raises when it is imported.

    Raises:
        DeviceError: PortAudio is not installed.
    """
    try:
        import sounddevice
    except OSError:
        raise DeviceError("PortAudio is missing: install the package libportaudio2.") from None
    return sounddevice


def _inputs() -> list[Mapping[str, Any]]:
    """Return the rows of one interface; others list the same devices again.

    Raises:
        DeviceError: there is no sound system.
    """
    sd = library()
    try:
        rows, usual = sd.query_devices(), sd.default.hostapi
    except sd.PortAudioError as error:
        raise DeviceError(f"{NO_SOUND} ({_sentence(error)})") from None
    return [row for row in rows if row["hostapi"] == usual and row["max_input_channels"] > 0]


def _sentence(error: Exception) -> str:
    """Return what an error says, in a line."""
    text = str(error.args[0] if error.args else error).strip().rstrip(".")
    return f"{text.splitlines()[0] if text else type(error).__name__}."


def refresh() -> None:
    """Let PortAudio look again what there is; it stops every open stream."""
    sd = library()
    sd._terminate()  # it has no public way
    sd._initialize()
