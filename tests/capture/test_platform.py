import importlib.util
import shutil

import pytest

from assist.capture.platform import sound_system
from assist.capture.portaudio import PortAudio
from assist.capture.pulse import Pulse
from assist.capture.sound import DeviceError


def test_a_mac_has_portaudio() -> None:
    assert isinstance(sound_system("darwin"), PortAudio)


@pytest.mark.skipif(shutil.which("pactl") is None, reason="no pactl: pulseaudio-utils")
def test_linux_has_a_sound_server() -> None:
    assert isinstance(sound_system("linux"), Pulse)


def test_linux_without_pactl_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(DeviceError, match="pulseaudio-utils"):
        sound_system("linux")


@pytest.mark.skipif(
    importlib.util.find_spec("pyaudiowpatch") is not None, reason="PyAudioWPatch is installed"
)
def test_windows_without_its_library_says_what_to_install() -> None:
    with pytest.raises(DeviceError, match="pip install PyAudioWPatch"):
        sound_system("win32")


def test_other_platforms_are_refused() -> None:
    with pytest.raises(DeviceError, match="not captured on plan9"):
        sound_system("plan9")
