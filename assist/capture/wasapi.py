"""Windows: microphones through PortAudio, outputs through the loopback of PyAudioWPatch.

Not run by us: we have no Windows with a sound card. The tests run it against a stand-in that
behaves as the library's manual says.
"""

import time
from typing import Any

import numpy as np

from assist.capture.portaudio import PortAudio
from assist.capture.sound import BLOCK_MS, Block, Device, DeviceError, Inbox, Place, Stream
from assist.core.audio import Samples

MISSING = "The call's audio needs PyAudioWPatch: pip install PyAudioWPatch"


class LoopbackStream:
    """What an output plays; nothing comes while nothing is played."""

    sparse = True
    latency = BLOCK_MS / 1000

    def __init__(self, library: Any, audio: Any, row: dict[str, Any]) -> None:
        self.rate = int(row["defaultSampleRate"])
        self._width = int(row["maxInputChannels"])
        self._go_on = library.paContinue
        self._inbox = Inbox()
        try:
            self._stream = audio.open(
                format=library.paInt16,
                channels=self._width,
                rate=self.rate,
                frames_per_buffer=self.rate * BLOCK_MS // 1000,
                input=True,
                input_device_index=row["index"],
                stream_callback=self._hear,
            )
        except OSError as error:
            raise DeviceError(f"{row['name']} cannot be opened: {error}.") from None

    def take(self) -> list[Block]:
        """Return what has come since the last time, all its channels mixed into one."""
        return [Block(_mixed(block.pcm, self._width), block.at) for block in self._inbox.take()]

    def place(self) -> Place:
        """Tell whether the output is still there."""
        return "here" if self._stream.is_active() else "gone"

    def close(self) -> None:
        """Stop at once."""
        self._stream.close()

    def _hear(self, sound: bytes, frames: int, stamps: Any, status: int) -> tuple[None, int]:
        self._inbox.put(sound, time.monotonic())
        return None, self._go_on


class Wasapi:
    """Inputs and outputs of Windows.

    Args:
        library: `pyaudiowpatch`.
        inputs: where the microphones are.
    """

    def __init__(self, library: Any, inputs: PortAudio | None = None) -> None:
        self._library = library
        self._audio = library.PyAudio()
        self._inputs = inputs or PortAudio()
        self.changes = 0

    def devices(self) -> list[Device]:
        """Return the inputs, and the outputs that can be listened to.

        Raises:
            DeviceError: there is no sound system.
        """
        usual = self._usual()
        outputs = [
            Device(row["name"], row["name"], loopback=True, default=row["name"] == usual)
            for row in self._audio.get_loopback_device_info_generator()
        ]
        inputs = [device for device in self._inputs.devices() if not device.loopback]
        return [*inputs, *outputs]

    def open(self, device: Device) -> Stream:
        """Begin to read a device.

        Raises:
            DeviceError: it cannot be opened.
        """
        if not device.loopback:
            return self._inputs.open(device)
        for row in self._audio.get_loopback_device_info_generator():
            if row["name"] == device.name:
                return LoopbackStream(self._library, self._audio, row)
        raise DeviceError(f"{device.name} is not there.")

    def close(self) -> None:
        """Give the library back."""
        self._audio.terminate()

    def _usual(self) -> str:
        try:
            return str(self._audio.get_default_wasapi_loopback()["name"])
        except (OSError, LookupError):
            return ""


def _mixed(pcm: bytes, width: int) -> bytes:
    sound = np.frombuffer(pcm, np.int16).reshape(-1, width)
    mono: Samples = sound.mean(axis=1).astype(np.int16)
    return mono.tobytes()
