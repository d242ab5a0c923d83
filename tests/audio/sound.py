"""Small recordings made on the spot."""

from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


def tones(seconds: float, rate: int, width: int) -> NDArray[np.int16]:
    """Return a tone of 440 Hz in the first channel, 880 Hz in the second …, shape (n, width)."""
    t = np.arange(int(seconds * rate)) / rate
    return np.stack(
        [8000 * np.sin(2 * np.pi * 440 * (i + 1) * t) for i in range(width)], axis=1
    ).astype(np.int16)


def write(path: Path, pcm: NDArray[np.int16], *, codec: str, rate: int) -> Path:
    """Write sound of shape (n, width) as the kind of file that the path's ending names."""
    container: Any = av.open(str(path), "w")
    layout = LAYOUTS[pcm.shape[1]]
    stream = container.add_stream(codec, rate=rate, layout=layout)
    for i in range(0, len(pcm), 960):
        data = np.ascontiguousarray(pcm[i : i + 960]).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(data, format="s16", layout=layout)
        frame.sample_rate, frame.pts = rate, i
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
    container.close()
    return path


def cut(path: Path, share: float) -> Path:
    """Write the first part of a file's bytes beside it."""
    content = path.read_bytes()
    short = path.with_name(f"cut-{path.name}")
    short.write_bytes(content[: int(len(content) * share)])
    return short


def pitch(pcm: NDArray[np.int16]) -> float:
    """Return the strongest frequency in Hz of sound at 16 kHz, shape (n,)."""
    return float(np.argmax(np.abs(np.fft.rfft(pcm))) * 16_000 / len(pcm))
