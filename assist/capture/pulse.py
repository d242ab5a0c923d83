"""Linux: PulseAudio, and PipeWire's stand-in for it; the monitor of an output is the loopback.

Sound is read by sounddevice through ALSA's `pulse` device; which source that is, the environment
says at the moment of opening. When a source vanishes, the sound server silently moves its streams
to another: the agent's own voice would become the customer's. PortAudio notices nothing. So
`pactl subscribe` tells of every change, before the first wrong sound arrives, and a stream that
is not on its source any more is gone.
"""

import json
import os
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from assist.capture.portaudio import PortAudioStream, refresh
from assist.capture.sound import Device, DeviceError, Place

DEVICE = "pulse"
"""ALSA's name of the sound server; the package libasound2-plugins brings it."""
PROPERTY = "call_assist.stream"
ASK_S = 2.0
"""An answer of the sound server takes milliseconds."""
NO_SERVER = "No sound server answers: is PulseAudio or PipeWire running?"
_environment = threading.Lock()
"""The environment belongs to the whole process."""


class PulseStream(PortAudioStream):
    """A stream that knows whether it still reads its source.

    Args:
        source: its name.
        closed: is told the stream's mark when it is closed.
    """

    def __init__(self, source: str, closed: Callable[[str], None]) -> None:
        self.source = source
        self._closed = closed
        self.mark = uuid.uuid4().hex
        self._place: Place = "here"
        self._seen = False
        self.doubts = 0
        """How often it became unsure; an answer from before the last time says nothing."""
        with _environment, _told(source, self.mark):
            super().__init__(DEVICE)

    def place(self) -> Place:
        """Tell whether it still reads its source."""
        return self._place

    def close(self) -> None:
        """Stop at once."""
        self._closed(self.mark)
        super().close()

    def doubt(self) -> None:
        """Take nothing for certain until it is looked up."""
        self.doubts += 1
        if self._place == "here":
            self._place = "unsure"

    def settle(self, source: str | None) -> None:
        """Say which source it reads; once gone it stays so.

        Args:
            source: None = the server knows no such stream; not yet, if it never did.
        """
        self._seen = self._seen or source is not None
        if self._place != "gone":
            self._place = "here" if source == self.source or not self._seen else "gone"


class Pulse:
    """The sources of a sound server."""

    # Streams are judged on the watching thread and read on the desk's; `_guard` is for their list.

    def __init__(self) -> None:
        self.changes = 0
        self._streams: dict[str, PulseStream] = {}
        self._closing = threading.Event()
        self._told: subprocess.Popen[str] | None = None
        self._watch: threading.Thread | None = None
        self._guard = threading.Lock()

    def devices(self) -> list[Device]:
        """Return the sources that are there now.

        Raises:
            DeviceError: no sound server answers.
        """
        info = ask("info")
        output = f"{info.get('default_sink_name')}.monitor"
        usual = info.get("default_source_name")
        return [_device(row, usual=usual, output=output) for row in ask("list", "sources")]

    def open(self, device: Device) -> PulseStream:
        """Begin to read a source.

        Raises:
            DeviceError: it cannot be opened.
        """
        self._begin()
        if not self._streams:
            refresh()  # the server may have come after PortAudio made its list
        stream = PulseStream(device.name, self._forget)
        with self._guard:
            self._streams[stream.mark] = stream
        self._look()
        return stream

    def close(self) -> None:
        """End watching."""
        self._closing.set()
        if self._told is not None:
            self._told.terminate()
            self._told.wait()
        if self._watch is not None:
            self._watch.join()

    def _forget(self, mark: str) -> None:
        with self._guard:
            self._streams.pop(mark, None)

    # ---- watching ------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Let the server tell of changes, unless it does so already."""
        if self._told is not None and self._told.poll() is None:
            return
        if self._watch is not None:
            self._watch.join()
        try:
            self._told = subprocess.Popen(
                ["pactl", "subscribe"],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env=os.environ | {"LC_ALL": "C"},  # its lines are translated otherwise
            )
        except OSError:
            raise DeviceError(NO_SERVER) from None
        self._watch = threading.Thread(target=self._listen, args=(self._told,), daemon=True)
        self._watch.start()

    def _listen(self, told: "subprocess.Popen[str]") -> None:
        """Look after the streams whenever something changed; on a thread of its own."""
        assert told.stdout is not None
        with told.stdout as lines:
            for line in lines:
                if " on source" in line or " on server" in line:
                    self._heed(line)
        if not self._closing.is_set():  # the server itself is gone
            self._lose_all()
            self.changes += 1

    def _heed(self, line: str) -> None:
        suspicious = "'remove' on source #" in line or "'change' on source-output" in line
        if suspicious:
            with self._guard:
                for stream in self._streams.values():
                    stream.doubt()
            self._look()
        elif "'new' on source #" in line:
            self.changes += 1

    def _look(self) -> None:
        """Ask the server where the streams are."""
        with self._guard:
            asked = {mark: stream.doubts for mark, stream in self._streams.items()}
        try:
            names = {row["index"]: row["name"] for row in ask("list", "sources")}
            outputs = ask("list", "source-outputs")
        except DeviceError:
            self._lose_all()
            return
        read = {
            row["properties"][PROPERTY]: names.get(row["source"], "")
            for row in outputs
            if PROPERTY in row.get("properties", {})
        }
        with self._guard:
            for mark, stream in self._streams.items():
                if asked.get(mark) == stream.doubts:
                    stream.settle(read.get(mark))

    def _lose_all(self) -> None:
        """Give up all streams: the server is gone."""
        with self._guard:
            for stream in self._streams.values():
                stream.settle("")


def ask(*words: str) -> Any:
    """Ask the sound server something.

    Raises:
        DeviceError: it does not answer.
    """
    try:
        found = subprocess.run(
            ["pactl", "-f", "json", *words],
            capture_output=True,
            timeout=ASK_S,
            check=True,
            env=os.environ | {"LC_ALL": "C"},  # else German numbers, 0,00, which are no JSON
        )
        return json.loads(found.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        raise DeviceError(NO_SERVER) from None


def _device(row: dict[str, Any], *, usual: str | None, output: str) -> Device:
    """Return what the server says of a source; outputs are known by their monitors."""
    name, loopback = row["name"], bool(row.get("monitor_source"))
    default = name == (output if loopback else usual)
    return Device(name=name, title=row["description"] or name, loopback=loopback, default=default)


@contextmanager
def _told(source: str, mark: str) -> Iterator[None]:
    """Say in the environment which source is meant, for as long as a stream is opened."""
    wanted = {
        "PULSE_SOURCE": source,
        "PULSE_PROP": f"{PROPERTY}={mark} application.name=call-assist",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
