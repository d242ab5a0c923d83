"""A stretch of a call on the disk: the sound, and its peaks in a small file beside it."""

import errno
import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from assist.audio.opus import BIT_RATE, OpusWriter
from assist.audio.peaks import Peaks
from assist.audio.resample import Interleaved
from assist.audio.sealed import Sealer

PEAKS = ".peaks"
"""The ending of the file beside."""


class Recorded:
    """A new recording, written as the sound comes.

    Args:
        path: where nothing lies yet.
        bit_rate: bits a second.
        key: the sound is sealed with it; None = it is not.

    Raises:
        OSError: it cannot be made.
    """

    def __init__(self, path: Path, *, bit_rate: int = BIT_RATE, key: bytes | None = None) -> None:
        self._path = path
        self._digest = hashlib.sha256()
        self._sound = _create(path)
        try:
            self._peaks = _create(beside(path))
        except OSError:
            self._sound.close()
            path.unlink()
            raise
        self._cut = False
        self._sealer = None if key is None else Sealer(key)
        if self._sealer is not None:
            try:
                self._keep(self._sealer.head)
            except OSError:
                self.remove()
                raise
        self._drawn = Peaks()
        self._opus = OpusWriter(self, bit_rate=bit_rate)

    def write(self, content: bytes) -> None:
        """Take bytes of the sound."""
        self._keep(content if self._sealer is None else self._sealer.seal(content))

    def _keep(self, content: bytes) -> None:
        """Write bytes of the sound's file; behind a record that was cut off nothing can be read."""
        if self._cut:
            raise OSError(errno.ENOSPC, "the recording was cut off")
        try:
            _write(self._sound, content)
        except OSError:
            self._cut = self._sealer is not None
            raise
        self._digest.update(content)

    def add(self, pcm: Interleaved) -> None:
        """Take sound of shape (n, 2), the agent's first.

        Raises:
            OSError: there is no room for it; what is there can be played.
        """
        self._opus.write(pcm)
        _write(self._peaks, self._drawn.push(pcm))

    def close(self) -> str:
        """Write the rest; return the digest of the sound's file (SHA-256).

        Raises:
            OSError: there is no room for the rest.
        """
        try:
            self._opus.close()
        finally:
            self._sound.close()
            self._peaks.close()
        return self._digest.hexdigest()

    def remove(self) -> None:
        """Give the recording up: no byte of it stays."""
        self._path.unlink(missing_ok=True)
        beside(self._path).unlink(missing_ok=True)
        self._sound.close()
        self._peaks.close()


def beside(path: Path) -> Path:
    """Return the file of a recording's peaks."""
    return path.with_suffix(PEAKS)


def _create(path: Path) -> BinaryIO:
    """Make a file that its owner alone may read, and write to it without a buffer."""
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(number, "wb", buffering=0)


def _write(file: BinaryIO, content: bytes) -> None:
    """Write all of it: where there is hardly any room, less is written at a time."""
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]
