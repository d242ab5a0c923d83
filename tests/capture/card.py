"""A sound card of null sinks: a PulseAudio of the test's own, in its own directory."""

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from assist.core.audio import RATE, Samples

INSTALLED = shutil.which("pulseaudio") is not None and shutil.which("pactl") is not None
needs_card = pytest.mark.skipif(not INSTALLED, reason="no PulseAudio: pulseaudio, pulseaudio-utils")
MICROPHONE, CALL = "mic", "call_out.monitor"


class Card:
    """A running sound server with a headset's microphone and an output for the call."""

    def __init__(self, server: str) -> None:
        self.server = server
        self._players: list[subprocess.Popen[bytes]] = []

    def control(self, *words: str) -> str:
        """Ask `pactl`."""
        command = ["pactl", "--server", self.server, *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def plug(self, sink: str) -> str:
        """Plug in an output; return what unplugs it."""
        return self.control("load-module", "module-null-sink", f"sink_name={sink}", "rate=48000")

    def plug_microphone(self) -> str:
        """Plug in the microphone; return what unplugs it."""
        return self.control(
            "load-module",
            "module-remap-source",
            "master=headset.monitor",
            f"source_name={MICROPHONE}",
        )

    def unplug(self, module: str) -> None:
        """Take a device away."""
        self.control("unload-module", module)

    def play(self, sink: str, pcm: Samples) -> None:
        """Begin to play into a sink, at the pace of the sound."""
        self.play_together({sink: pcm})

    def play_together(self, sound: Mapping[str, Samples]) -> None:
        """Begin to play into several sinks at one moment: all are connected before the first."""
        words = ["--rate", str(RATE), "--channels", "1", "--format", "s16le", "--latency-msec=500"]
        begun = [
            subprocess.Popen(
                ["pacat", "--server", self.server, "-d", sink, *words],
                stdin=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            for sink in sound
        ]
        self._players += begun
        until(lambda: self._know({str(player.pid) for player in begun}))
        for player, pcm in zip(begun, sound.values(), strict=True):
            threading.Thread(target=_feed, args=(player, pcm), daemon=True).start()

    def _know(self, players: set[str]) -> bool:
        """Tell whether the server knows all of these processes as players."""
        listed = json.loads(self.control("-f", "json", "list", "sink-inputs") or "[]")
        return players <= {one["properties"].get("application.process.id") for one in listed}

    def stop(self) -> None:
        """End whatever plays."""
        for player in self._players:
            player.kill()
            player.wait()
        self._players.clear()


def _feed(player: "subprocess.Popen[bytes]", pcm: Samples) -> None:
    assert player.stdin is not None
    try:
        with player.stdin as pipe:
            pipe.write(pcm.astype("<i2").tobytes())
    except (BrokenPipeError, ValueError):
        pass  # it was stopped


@contextmanager
def card(directory: Path, environment: pytest.MonkeyPatch) -> Iterator[Card]:
    """Run a sound server until the block ends; this process finds it by its environment."""
    socket = directory / "pulse.socket"
    protocol = f"module-native-protocol-unix auth-anonymous=1 socket={socket}"
    words = ["--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disallow-exit"]
    own = os.environ | {"XDG_RUNTIME_DIR": str(directory), "HOME": str(directory)}
    server = subprocess.Popen(
        ["pulseaudio", "-n", *words, "--log-target=null", "-L", protocol],
        env=own,
        stderr=subprocess.DEVNULL,
    )
    environment.setenv("PULSE_SERVER", f"unix:{socket}")
    environment.setenv("XDG_RUNTIME_DIR", str(directory))
    here = Card(f"unix:{socket}")
    try:
        until(socket.exists)
        here.plug("headset")
        yield here
    finally:
        here.stop()
        server.terminate()
        server.wait(10)


def until(condition: object, *, seconds: float = 10.0) -> None:
    """Wait until something holds."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    waiting = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        waiting.wait(0.01)


def tone(hertz: float, seconds: float, *, level: float = 8000.0) -> Samples:
    """Return a tone."""
    t = np.arange(round(seconds * RATE)) / RATE
    return np.asarray(level * np.sin(2 * np.pi * hertz * t), np.int16)


def loudest(pcm: Samples) -> float:
    """Return the strongest frequency of sound, in hertz."""
    spectrum = np.abs(np.fft.rfft(pcm * np.hanning(len(pcm))))
    return float(np.argmax(spectrum)) * RATE / len(pcm)
