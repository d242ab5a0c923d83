"""What is written of a recording can be played at any moment."""

import errno
import io

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from assist.audio.opus import OpusWriter
from assist.core.audio import RATE
from tests.audio.sound import tones

MARGIN_S = 1.02
"""A page that waits, one that fills, and the encoder's own 6.5 ms."""


class Full:
    """A disk with little room."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, content: bytes) -> None:
        self.room -= len(content)
        if self.room < 0:
            raise OSError(errno.ENOSPC, "no room")


def heard(content: bytes) -> NDArray[np.float64]:
    """Return what a player hears, shape (n, 2), at 48 kHz."""
    with av.open(io.BytesIO(content)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.concatenate(frames, axis=1).T.astype(np.float64)


def fill(writer: OpusWriter, sound: NDArray[np.int16]) -> None:
    for _ in range(20):
        writer.write(sound)


def test_at_any_moment_all_but_the_last_second_can_be_played() -> None:
    sink = io.BytesIO()
    writer = OpusWriter(sink)
    sound = tones(8.0, RATE, 2)
    lacks = []

    for i in range(0, len(sound), 1_600):
        writer.write(sound[i : i + 1_600])
        if i > 2 * RATE and i % 4_800 == 0:
            lacks.append((i + 1_600) / RATE - len(heard(sink.getvalue())) / 48_000)

    assert min(lacks) >= 0
    assert max(lacks) <= MARGIN_S


def test_it_is_as_long_as_what_was_written_in_whatever_pieces() -> None:
    sink = io.BytesIO()
    writer = OpusWriter(sink)
    sound = tones(3.0, RATE, 2)

    at = 0
    for size in (1, 7, 320, 321, 5_000, len(sound)):
        writer.write(sound[at : at + size])
        at += size
    writer.close()

    assert len(heard(sink.getvalue())) == pytest.approx(3 * 48_000, abs=960)


def test_the_sides_stay_apart() -> None:
    sink = io.BytesIO()
    writer = OpusWriter(sink)
    sound = tones(3.0, RATE, 2)
    sound[:, 1] = 0

    writer.write(sound)
    writer.close()

    loud = np.sqrt((heard(sink.getvalue()) ** 2).mean(axis=0))
    assert loud[0] > 100 * max(loud[1], 1e-9)


def test_it_holds_about_as_many_bits_as_it_was_told() -> None:
    chance = np.random.default_rng(1)
    sound = chance.normal(0, 2_000, (10 * RATE, 2)).astype(np.int16)
    small, large = io.BytesIO(), io.BytesIO()

    for sink, rate in ((small, 24_000), (large, 64_000)):
        writer = OpusWriter(sink, bit_rate=rate)
        writer.write(sound)
        writer.close()

    assert len(small.getvalue()) == pytest.approx(30_000, rel=0.3)
    assert len(large.getvalue()) == pytest.approx(80_000, rel=0.3)


def test_a_full_disk_is_an_error_of_the_system() -> None:
    writer = OpusWriter(Full(9_000))
    sound = np.random.default_rng(1).normal(0, 2_000, (RATE, 2)).astype(np.int16)

    with pytest.raises(OSError, match="no room"):
        fill(writer, sound)
    with pytest.raises(OSError, match="cannot be written"):
        writer.close()
