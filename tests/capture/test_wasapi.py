"""The Windows side, against a stand-in for PyAudioWPatch that does as its manual says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from assist.capture.portaudio import PortAudio, PortAudioStream
from assist.capture.sound import Device, DeviceError
from assist.capture.wasapi import Wasapi

NAME = "Speakers [Loopback]"
ROW: dict[str, Any] = {
    "index": 7,
    "name": NAME,
    "defaultSampleRate": 48000.0,
    "maxInputChannels": 2,
}


@dataclass
class Opened:
    callback: Callable[..., tuple[Any, int]]
    active: bool = True

    def is_active(self) -> bool:
        return self.active

    def close(self) -> None:
        self.active = False


@dataclass
class Audio:
    rows: list[dict[str, Any]]
    default: bool = True
    opened: list[Opened] = field(default_factory=list)
    ended: bool = False

    def get_loopback_device_info_generator(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    def get_default_wasapi_loopback(self) -> dict[str, Any]:
        if not self.default:
            raise LookupError
        return self.rows[0]

    def open(self, *, stream_callback: Callable[..., tuple[Any, int]], **asked: Any) -> Opened:
        if asked["input_device_index"] != 7:
            raise OSError("Invalid device")
        self.opened.append(Opened(stream_callback))
        return self.opened[-1]

    def terminate(self) -> None:
        self.ended = True


class Library:
    paInt16, paContinue = 8, 0  # noqa: N815  # the library's names

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.audio = Audio(list(rows))

    def PyAudio(self) -> Audio:  # noqa: N802  # the library's name
        return self.audio


class NoInputs(PortAudio):
    def devices(self) -> list[Device]:
        return []

    def open(self, device: Device) -> PortAudioStream:
        raise DeviceError(f"No input is {device.name}.")


def test_outputs_are_listed_as_what_the_call_is_heard_on() -> None:
    system = Wasapi(Library(ROW), NoInputs())

    assert system.devices() == [Device(NAME, NAME, loopback=True, default=True)]


def test_all_channels_of_an_output_become_one() -> None:
    library = Library(ROW)
    system = Wasapi(library, NoInputs())
    stream = system.open(system.devices()[0])
    both = np.array([[100, 300], [-50, 50]], np.int16)

    answer = library.audio.opened[0].callback(both.tobytes(), 2, {}, 0)
    (block,) = stream.take()

    assert answer == (None, library.paContinue)
    assert np.frombuffer(block.pcm, np.int16).tolist() == [200, 0]
    assert (stream.rate, stream.sparse) == (48000, True)


def test_a_stream_that_the_system_ended_is_gone() -> None:
    library = Library(ROW)
    system = Wasapi(library, NoInputs())
    stream = system.open(system.devices()[0])

    library.audio.opened[0].active = False

    assert stream.place() == "gone"


def test_an_output_that_cannot_be_opened_is_one_sentence() -> None:
    row = ROW | {"index": 8}
    system = Wasapi(Library(row), NoInputs())

    with pytest.raises(DeviceError, match=r"Speakers \[Loopback\] cannot be opened"):
        system.open(system.devices()[0])


def test_an_output_that_has_gone_is_one_sentence() -> None:
    system = Wasapi(Library(), NoInputs())

    with pytest.raises(DeviceError, match="is not there"):
        system.open(Device("Speakers", "Speakers", loopback=True))


def test_a_microphone_is_opened_where_it_was_listed() -> None:
    system = Wasapi(Library(ROW), NoInputs())

    with pytest.raises(DeviceError, match="No input is Headset"):
        system.open(Device("Headset", "Headset", loopback=False))


def test_where_no_output_is_the_default_none_is_marked() -> None:
    library = Library(ROW)
    library.audio.default = False

    assert [one.default for one in Wasapi(library, NoInputs()).devices()] == [False]


def test_it_gives_the_library_back() -> None:
    library = Library(ROW)

    Wasapi(library, NoInputs()).close()

    assert library.audio.ended
