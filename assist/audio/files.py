"""Recordings of every kind that PyAV reads → steps of 20 ms of both channels."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import av
import numpy as np

from assist.audio.resample import Interleaved, Resampler
from assist.audio.truncation import is_cut
from assist.core.audio import STEP_MS, Samples, milliseconds, samples
from assist.errors import AudioError
from assist.events import CHANNELS, Channel, other

Step = dict[Channel, Samples]
"""20 ms of every channel of the call, the agent first."""

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")
_TOLERANCE_MS = 250
"""A file may state this much more sound than it holds: encoders round up to whole packets."""


class Recording:
    """A recorded call, read as it is needed.

    A recording with one channel is the customer's.

    Args:
        path: of the file.
        first: whose sound the first channel of a two-channel file is.

    Raises:
        AudioError: the file holds no sound of one or two channels.
    """

    def __init__(self, path: Path, *, first: Channel = "agent") -> None:
        self.path = path
        self.broken = ""
        """One sentence when the sound broke off; known once the steps are read."""
        self._container = _open(path)
        stream = _audio_stream(self._container, path)
        self.rate: int = stream.codec_context.sample_rate
        self.duration = _stated(self._container, stream)
        """Stated length in milliseconds; 0 when the file does not say."""
        self.channels: tuple[Channel, ...] = _channels(stream, path)
        self._sides: tuple[Channel, ...] = (
            (first, other(first)) if len(self.channels) == 2 else self.channels
        )
        self._frames = self._decode(stream)
        head = next(self._frames, None)
        if head is None:
            self._container.close()
            raise AudioError(self.broken or f"{path}: the recording holds no sound.")
        self._frames = chain([head], self._frames)

    def steps(self) -> Iterator[Step]:
        """Yield the sound once, 20 ms at a time; the last step is filled up with silence."""
        size = samples(STEP_MS)
        rest = np.zeros((0, len(self._sides)), np.int16)
        for pcm in self._resampled():
            rest = np.concatenate([rest, pcm]) if len(rest) else pcm
            whole = len(rest) - len(rest) % size
            for i in range(0, whole, size):
                yield self._step(rest[i : i + size])
            rest = rest[whole:]
        if len(rest):
            yield self._step(np.pad(rest, ((0, size - len(rest)), (0, 0))))

    def _step(self, pcm: Interleaved) -> Step:
        columns = {side: pcm[:, i] for i, side in enumerate(self._sides)}
        return {channel: np.ascontiguousarray(columns[channel]) for channel in self.channels}

    def _resampled(self) -> Iterator[Interleaved]:
        resampler = Resampler(self.rate, len(self._sides))
        count = 0
        for pcm in self._frames:
            ready = resampler.push(pcm)
            count += len(ready)
            yield ready
        rest = resampler.flush()
        yield rest
        self._container.close()
        self._check_length(milliseconds(count + len(rest)))

    def _check_length(self, read: int) -> None:
        short = self.duration - read > _TOLERANCE_MS
        if not self.broken and (short or is_cut(self.path)):
            stated = f"; it states a length of {_clock(self.duration)}" if short else ""
            self.broken = f"{self.path}: the recording breaks off at {_clock(read)}{stated}."

    def _decode(self, stream: Any) -> Iterator[Interleaved]:
        """Yield decoded sound, shape (n, width), until the end or until it cannot be read."""
        width = len(self._sides)
        formatter = av.AudioResampler(format="s16")
        read = 0
        try:
            for frame in self._container.decode(stream):
                for plain in formatter.resample(frame):
                    read += plain.samples
                    yield plain.to_ndarray().reshape(-1, width)
        except (av.FFmpegError, ValueError):  # ValueError: the format changes within the file
            at = _clock(read * 1000 // self.rate)
            self.broken = f"{self.path}: the recording cannot be read past {at}."


def _open(path: Path) -> Any:
    if not path.exists():
        raise AudioError(f"{path}: there is no such file.")
    if path.is_dir():
        raise AudioError(f"{path} is a directory; a recording is a file.")
    if not path.stat().st_size:
        raise AudioError(f"{path}: the file is empty.")
    try:
        return av.open(str(path))
    except (av.FFmpegError, OSError) as error:
        raise AudioError(f"{path} is no recording that can be read.") from error


def _audio_stream(container: Any, path: Path) -> Any:
    if not container.streams.audio:
        container.close()
        raise AudioError(f"{path} holds no audio stream.")
    return container.streams.audio[0]


def _channels(stream: Any, path: Path) -> tuple[Channel, ...]:
    width: int = stream.codec_context.channels
    if width not in (1, 2):
        count = _NUMBERS[width] if width < len(_NUMBERS) else str(width)
        raise AudioError(f"{path} has {count} channels; need one or two.")
    return CHANNELS if width == 2 else ("customer",)


def _stated(container: Any, stream: Any) -> int:
    if stream.duration is not None:
        return int(stream.duration * stream.time_base * 1000)
    return int(container.duration // 1000) if container.duration else 0


def _clock(ms: int) -> str:
    return f"{ms // 60_000}:{ms // 1000 % 60:02d}"
