from pathlib import Path

import pytest

from assist.capture.portaudio import PortAudio, PortAudioStream, library, refresh
from assist.capture.sound import Block, DeviceError
from tests.capture.card import card, needs_card, until


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


def test_a_device_that_is_not_there_is_one_sentence() -> None:
    try:
        library()
    except DeviceError:
        pytest.skip("no PortAudio: libportaudio2")

    with pytest.raises(DeviceError, match=r"^It cannot be opened: .*\.$"):
        PortAudioStream("no such device")
