"""What the desk shows in the terminal: one line of its state."""

from collections.abc import Mapping

from assist.core.audio import SILENCE
from assist.events import Channel

BARS = 8
LOWEST, HIGHEST = -60.0, -12.0
"""Loudness in dB of full scale of no bar, and of all."""
LATE = 50
"""Items that wait before it is told: the server cannot be reached, or is slow."""
HELP = {
    "mic_missing": "No microphone: is the headset plugged in?",
    "mic_silent": "The microphone gives no sound: is it muted?",
    "customer_missing": "The call's audio device is missing.",
    "customer_silent": "Nothing is heard of the customer: does the call play on this device?",
    "same_sound": "Both sides carry the same sound: check the devices.",
    "xrun": "This machine loses sound: it is too busy.",
}
"""One sentence for each trouble."""


def bar(level: float) -> str:
    """Draw a loudness in dB of full scale."""
    share = (level - LOWEST) / (HIGHEST - LOWEST) if level > SILENCE else 0.0
    full = round(min(1.0, max(0.0, share)) * BARS)
    return "▮" * full + "▯" * (BARS - full)


def line(
    *,
    seconds: float,
    levels: Mapping[Channel, float],
    connected: bool,
    paused: bool,
    waiting: int,
    troubles: list[str],
) -> str:
    """Return the line.

    Args:
        seconds: since the beginning.
        levels: of both channels, in dB of full scale.
        connected: whether the server has taken the connection.
        paused: whether nothing is recorded.
        waiting: items that the server does not have safe.
        troubles: what is wrong, as codes.
    """
    state = "paused" if paused else "live" if connected else "no server, keeping the sound"
    minutes = f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
    parts = [f"{minutes} {state}"]
    if not paused:
        parts += [f"you {bar(levels['agent'])}", f"customer {bar(levels['customer'])}"]
    if waiting > LATE and connected:
        parts.append(f"{waiting} frames wait")
    return "  ".join([*parts, *(HELP.get(code, code) for code in troubles)])
