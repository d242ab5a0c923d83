"""The sound system of this machine."""

import shutil
import sys
from collections.abc import Callable
from importlib import import_module

from assist.capture.portaudio import PortAudio
from assist.capture.pulse import Pulse
from assist.capture.sound import DeviceError, SoundSystem
from assist.capture.wasapi import MISSING, Wasapi

NO_PACTL = "The call's audio needs `pactl`: install the package pulseaudio-utils."


def _linux() -> SoundSystem:
    if shutil.which("pactl") is None:
        raise DeviceError(NO_PACTL)
    return Pulse()


def _windows() -> SoundSystem:
    try:
        return Wasapi(import_module("pyaudiowpatch"))
    except ImportError:
        raise DeviceError(MISSING) from None


SYSTEMS: dict[str, Callable[[], SoundSystem]] = {
    "linux": _linux,
    "win32": _windows,
    "darwin": PortAudio,
}


def sound_system(name: str = sys.platform) -> SoundSystem:
    """Return the sound system of a platform.

    Raises:
        DeviceError: what it needs is not installed, or nobody knows the platform.
    """
    if name not in SYSTEMS:
        raise DeviceError(f"Sound is not captured on {name}.")
    return SYSTEMS[name]()
