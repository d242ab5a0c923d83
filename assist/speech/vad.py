"""Silero VAD v6 from the faster-whisper wheel, a few windows at a time."""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnxruntime
from numpy.lib.stride_tricks import as_strided

from assist.core.audio import WINDOW, Samples, loudness
from assist.errors import RecogniserError

CONTEXT = 64
"""Samples of the window before that Silero wants in front of each window."""
_NOTHING = np.zeros((1, 1, 128), np.float32)


class VadStream(Protocol):
    """The speech detector of one channel; it remembers what it heard."""

    def measure(self, window: Samples) -> float:
        """Return the loudness of the next window in dB of full scale; asked of each, in order."""
        ...

    def probabilities(self, windows: Sequence[Samples]) -> Sequence[float]:
        """Return how likely speech is in each of the next windows, 0 to 1."""
        ...


class VoiceDetector(Protocol):
    """What makes a detector for each channel."""

    def stream(self) -> VadStream:
        """Return a fresh detector for one channel."""
        ...


class SileroStream:
    """Silero's state for one channel: 64 samples of context and two layers of memory."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._tail: Samples = np.zeros(CONTEXT, np.int16)
        self._h = self._c = _NOTHING

    def measure(self, window: Samples) -> float:
        """Return the loudness of a window of shape (512,) in dB of full scale."""
        return loudness(window)

    def probabilities(self, windows: Sequence[Samples]) -> list[float]:
        """Return how likely speech is in each of the next windows of shape (512,), 0 to 1.

        Many at once take half the time of one by one, and say the same.
        """
        sound = np.concatenate([self._tail, *windows], dtype=np.float32)
        sound *= 1 / 32768
        overlapping = as_strided(
            sound, (len(windows), CONTEXT + WINDOW), (WINDOW * sound.itemsize, sound.itemsize)
        )
        self._tail = windows[-1][-CONTEXT:]
        out, self._h, self._c = self._session.run(
            None, {"input": np.ascontiguousarray(overlapping), "h": self._h, "c": self._c}
        )
        return [float(one) for one in out.reshape(-1)]


class Vad:
    """Silero for any number of channels; all share one session of one thread."""

    def stream(self) -> SileroStream:
        """Return a fresh detector for one channel."""
        return SileroStream(_session())


@cache
def _session() -> Any:
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        str(_asset()), providers=["CPUExecutionProvider"], sess_options=options
    )


def _asset() -> Path:
    """Find the model inside the wheel without importing the wheel, which takes seconds."""
    spec = find_spec("faster_whisper")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "assets" / "silero_vad_v6.onnx"
        if path.is_file():
            return path
    raise RecogniserError("Silero VAD is missing: install faster-whisper 1.2.1 or newer.")
