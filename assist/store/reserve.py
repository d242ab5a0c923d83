"""A file that takes up room, so that deleting can still run on a disk that is full."""

import os
from contextlib import suppress
from pathlib import Path

NAME = "reserve"
SIZE = 16 * 1024 * 1024
_BLOCK = b"\0" * (1 << 20)


def take(data: Path, size: int = SIZE) -> bool:
    """Set room aside, where there is some; return whether it is there."""
    file = data / NAME
    if file.is_file() and file.stat().st_size >= size:
        return True
    try:
        with file.open("wb") as stream:
            for _ in range(size // len(_BLOCK)):
                stream.write(_BLOCK)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:  # the disk is full: whoever stores will say so
        release(data)
        return False
    return True


def release(data: Path) -> None:
    """Give the room back."""
    with suppress(OSError):
        (data / NAME).unlink()
