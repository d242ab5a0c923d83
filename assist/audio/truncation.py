"""Notice a file that was cut short where the decoder cannot tell."""

import struct
from pathlib import Path

_UNKNOWN = (0, 0xFFFFFFFF)
"""Data lengths that streaming writers of WAV leave in the header."""
_LONGEST_PAGE = 65_307
"""Bytes of the longest Ogg page (RFC 3533, section 6)."""
_END_OF_STREAM = 4
"""The flag of the last Ogg page (RFC 3533, section 6)."""


def is_cut(path: Path) -> bool:
    """Tell whether a WAV lacks stated samples, or an Ogg its last page."""
    with path.open("rb") as file:
        start = file.read(12)
        if start[:4] == b"RIFF" and start[8:] == b"WAVE":
            return _wav_is_cut(path)
        return start[:4] == b"OggS" and _ogg_is_cut(path)


def _wav_is_cut(path: Path) -> bool:
    size = path.stat().st_size
    with path.open("rb") as file:
        at = 12
        while at + 8 <= size:
            file.seek(at)
            name, length = struct.unpack("<4sI", file.read(8))
            if name == b"data":
                return length not in _UNKNOWN and at + 8 + length > size
            at += 8 + length + length % 2
    return False


def _ogg_is_cut(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _LONGEST_PAGE))
        end = file.read()
    page = end.rfind(b"OggS")
    return 0 <= page < len(end) - 5 and not end[page + 5] & _END_OF_STREAM
