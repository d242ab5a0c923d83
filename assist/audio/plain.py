"""A recording of any kind → plain sound, in a process of its own that may use so much and no more.

A file from outside may be made to break its decoder. It breaks a process that can reach nothing.
"""

import subprocess
import sys
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assist.audio.files import Recording
from assist.core.audio import RATE, STEP_MS
from assist.errors import AudioError
from assist.events import CHANNELS

MEMORY = 2 * 1024**3
"""Bytes of address space of the process."""
SECONDS = 600
"""Of a processor, and of waiting."""
LONGEST_MS = 4 * 3_600_000
"""A longer call is none."""
_SAYS = 3
"""How the process ends that says in a sentence what is wrong."""


def plain(source: Path, target: Path, *, first: str = "agent") -> str:
    """Write the sound of a recording as a WAV file of 16 kHz, the agent's channel first.

    Returns how the sound broke off, in a sentence; empty where it did not.

    Args:
        source: of any kind that PyAV reads.
        target: where nothing lies yet.
        first: whose sound the first channel is.

    Raises:
        AudioError: it cannot be read.
    """
    asked = [sys.executable, "-m", "assist.audio.plain", str(source), str(target), first]
    try:
        done = subprocess.run(asked, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise AudioError("the recording takes too long to be read.") from None
    said = done.stdout.decode(errors="replace").strip()
    if done.returncode == _SAYS:
        raise AudioError(said)
    if done.returncode:
        raise AudioError("the recording cannot be read.")
    return said


def write(source: Path, target: Path, *, first: str) -> str:
    """Do it here.

    Raises:
        AudioError: it cannot be read, or is too long.
    """
    recording = Recording(source, first="customer" if first == "customer" else "agent")
    with wave.open(str(target), "wb") as file:
        file.setnchannels(len(recording.channels))
        file.setsampwidth(2)
        file.setframerate(RATE)
        for number, step in enumerate(recording.steps()):
            if number * STEP_MS >= LONGEST_MS:
                raise AudioError("the recording is longer than four hours.")
            sides = [step[channel] for channel in CHANNELS if channel in step]
            file.writeframesraw(np.stack(sides, axis=1).tobytes())
    return recording.broken.removeprefix(f"{source}: ")


def confine() -> None:
    """Take no more memory and time than a recording needs, where the system can say so."""
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(asked: Sequence[str]) -> int:
    """Do what `plain` asks of this process; return how it ends."""
    confine()
    source, target, first = asked
    try:
        sys.stdout.write(write(Path(source), Path(target), first=first))
    except AudioError as error:
        sys.stdout.write(str(error).replace(source, "the recording"))
        return _SAYS
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
