"""Silero VAD v6 from the faster-whisper wheel, one window at a time."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnxruntime

from assist.core.audio import SILENCE, Samples, loudness
from assist.errors import RecogniserError

CONTEXT = 64
"""Samples of the window before that Silero wants in front of each window."""


class VadStream(Protocol):
    """The speech detector of one channel; it remembers what it heard."""

    loudness: float
    """Of the last window, in dB of full scale."""

    def probability(self, window: Samples) -> float:
        """Return how likely speech is in the window, 0 to 1."""
        ...


class VoiceDetector(Protocol):
    """What makes a detector for each channel."""

    def stream(self) -> VadStream:
        """Return a fresh detector for one channel."""
        ...


class SileroStream:
    """Silero's state for one channel: 64 samples of context and two layers of memory."""

    def __init__(self, session: Any) -> None:
        self.loudness = SILENCE
        self._session = session
        self._input = np.zeros((1, CONTEXT + 512), np.float32)
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)

    def probability(self, window: Samples) -> float:
        """Return how likely speech is in the window of shape (512,), 0 to 1."""
        self.loudness = loudness(window)
        self._input[0, :CONTEXT] = self._input[0, -CONTEXT:]
        np.multiply(window, 1 / 32768, out=self._input[0, CONTEXT:], casting="unsafe")
        out, self._h, self._c = self._session.run(
            None, {"input": self._input, "h": self._h, "c": self._c}
        )
        return float(out.reshape(-1)[0])


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
