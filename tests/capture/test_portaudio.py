import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assist.capture.portaudio import PortAudio, PortAudioStream, library, refresh
from assist.capture.sound import Block, Device, DeviceError
from tests.capture.card import card, needs_card, until

HEADSET = {"name": "Headset", "max_input_channels": 1}
TWICE = [
    HEADSET | {"index": 0, "hostapi": 0},
    HEADSET | {"index": 1, "hostapi": 1},
    {"name": "Speaker", "max_input_channels": 0, "index": 2, "hostapi": 1},
]
"""As Windows lists: each device once for each of its interfaces."""


class Library:
    """A stand-in for sounddevice that keeps which devices were opened."""

    PortAudioError = OSError
    default = SimpleNamespace(device=(1, 2), hostapi=1)

    def __init__(self) -> None:
        self.opened: list[object] = []

    def query_devices(self) -> list[dict[str, Any]]:
        return TWICE

    def RawInputStream(self, *, device: object, **asked: Any) -> SimpleNamespace:  # noqa: N802  # the library's name
        self.opened.append(device)
        return SimpleNamespace(start=list, latency=0.0)


@needs_card
def test_it_lists_and_reads_what_the_system_calls_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with card(tmp_path, monkeypatch):
        refresh()
        system = PortAudio()
        (device,) = [one for one in system.devices() if one.name == "pulse"]
        stream = system.open(device)
        heard: list[Block] = []

        def enough() -> bool:
            heard.extend(stream.take())
            return len(heard) >= 3

        until(enough)
        place = stream.place()
        stream.close()

    assert not device.loopback
    assert place == "here"
    assert {len(block.pcm) for block in heard} == {3200}
    assert heard[0].at < heard[1].at < heard[2].at


def test_a_device_that_is_listed_for_each_interface_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    sounddevice, system = Library(), PortAudio()
    monkeypatch.setitem(sys.modules, "sounddevice", sounddevice)

    (device,) = system.devices()
    system.open(device)

    assert (device.name, device.default) == ("Headset", True)
    assert sounddevice.opened == [1]


def test_an_input_that_has_gone_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", Library())

    with pytest.raises(DeviceError, match="Camera is not there"):
        PortAudio().open(Device("Camera", "Camera", loopback=False))


def test_a_device_that_is_not_there_is_one_sentence() -> None:
    try:
        library()
    except DeviceError:
        pytest.skip("no PortAudio: libportaudio2")

    with pytest.raises(DeviceError, match=r"^It cannot be opened: .*\.$"):
        PortAudioStream("no such device")
