"""One device's blocks → its channel on the call clock: resampled, corrected, with honest holes.

The machine's own clock is the master of both lanes: sample n of a lane is what sounded n/16000
seconds after the start, be the device slow, fast, late or gone for a while. So the lanes of two
devices agree with each other. The drift is fed forward to a resampler of variable rate; what offset
is left is brought back slowly.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from assist.capture.drift import Drift
from assist.capture.sound import Block
from assist.core.audio import RATE, STEP_MS, Samples, samples

STEP = samples(STEP_MS)
LONGEST_STEPS = 10
"""Steps in a piece of sound: 200 ms, the longest frame."""
SETTLING = 0.5
"""Seconds at the beginning of a stream in which its earliest arrival is looked for."""
LOST = 0.04
"""Seconds of sound that are missing at every arrival of a second are lost; less is delay."""
GAIN, MOST = 20e3, 50.0
"""The remaining offset is corrected by so many parts in a million for each second of it, and by no
more than that."""
RECENT = 5
"""Seconds whose earliest arrival tells the offset."""
ROOM = 1.001
"""The resampler is built for devices that are at most so much fast or slow."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """The next of a lane: sound, or that there is none."""

    ms: int
    pcm: Samples | None
    """Shape (16 · ms,); None = it never came."""


class Lane:
    """Bring one device's sound onto the call clock.

    Args:
        start: when position 0 is, in seconds of the machine's own clock.
    """

    def __init__(self, *, start: float) -> None:
        self._start = start
        self._pcm: Samples = np.zeros(0, np.int16)
        self._missing: NDArray[np.bool_] = np.zeros(0, np.bool_)
        """For each waiting sample, whether it never came."""
        self.position = 0
        """Samples so far, missing ones among them."""
        self.losses = 0
        """How often sound was lost inside a stream."""
        self.begin(RATE)

    def begin(self, rate: int, latency: float = 0.0) -> None:
        """Expect another stream, or the same one after it had nothing to say.

        Args:
            rate: samples a second.
            latency: seconds from the sound to its arrival.
        """
        self._rate, self._latency = rate, latency
        self._resampler = soxr.ResampleStream(rate * ROOM, RATE, 1, dtype="float32", vr=True)
        self._resampler.set_io_ratio(rate, RATE)
        self.drift = Drift()
        self._settling: list[Block] | None = []
        self._skip = 0
        self._given = self._taken = 0
        self._held: int | None = None
        """Samples that the resampler keeps back, always the same number; it tells another."""
        self._second = 0
        self._offsets: list[float] = []
        self._earliest = float("inf")

    @property
    def offset(self) -> float:
        """How far the sound was behind its place in the last seconds, as far as arrivals tell."""
        return min(self._offsets[-RECENT:], default=0.0)

    def push(self, *blocks: Block) -> None:
        """Take the next sound of the stream."""
        if self._settling is None:
            self._hear(blocks)
            return
        self._settling.extend(blocks)
        if self._settling[-1].at - self._settling[0].at >= SETTLING:
            self._settle(self._settling)

    def fill(self, until: float, *, missing: bool = True) -> None:
        """Put silence up to a moment of the machine's clock, in whole steps.

        Args:
            until: the moment.
            missing: whether sound is lost; else it is known that there was none.
        """
        if self._settling and not missing:
            self._settle(self._settling)  # a short sound: no more of it comes
        target = int((until - self._start) * RATE) // STEP * STEP
        if target > self.position:
            self._add(np.zeros(target - self.position, np.int16), missing=missing)
            self.begin(self._rate, self._latency)

    def forget(self) -> None:
        """Take back what waits: it may be another device's."""
        self.position -= len(self._pcm)
        self._pcm, self._missing = self._pcm[:0], self._missing[:0]

    def advance(self, position: int) -> None:
        """Leave out what is before a position; nothing may be waiting."""
        self.position = max(self.position, position)

    def shift(self, seconds: float) -> None:
        """Let the call clock stand for so long: a pause."""
        self._start += seconds

    def take(self) -> Iterator[Piece]:
        """Yield what is complete, in whole steps."""
        count = len(self._pcm) // STEP
        pcm, self._pcm = self._pcm[: count * STEP], self._pcm[count * STEP :]
        mask, self._missing = self._missing[: count * STEP], self._missing[count * STEP :]
        lost: list[bool] = np.all(mask.reshape(-1, STEP), axis=1).tolist()
        begin = 0
        for gone, run in itertools.groupby(lost):
            end = begin + len(list(run))
            if gone:
                yield Piece((end - begin) * STEP_MS, None)
            else:
                for first in range(begin, end, LONGEST_STEPS):
                    last = min(first + LONGEST_STEPS, end)
                    yield Piece((last - first) * STEP_MS, pcm[first * STEP : last * STEP])
            begin = end

    def _settle(self, blocks: list[Block]) -> None:
        """Find where the stream begins, and put its first sound there."""
        lengths = np.cumsum([len(block.pcm) // 2 for block in blocks])
        begun = min(b.at - n / self._rate for b, n in zip(blocks, lengths.tolist(), strict=True))
        self._begun = begun
        place = round((begun - self._latency - self._start) * RATE)
        self._place = place
        if place > self.position:
            self._add(np.zeros(place - self.position, np.int16), missing=True)
        self._skip = self.position - place
        self._settling = None
        self._hear(blocks)
        self._held = round(self._taken * RATE / self._rate) - self._given
        self._earliest = float("inf")

    def _hear(self, blocks: Sequence[Block]) -> None:
        """Resample; the newest block says best how late the sound is."""
        pcm = np.frombuffer(b"".join(block.pcm for block in blocks), np.int16)
        self._taken += len(pcm)
        out = self._resampler.resample_chunk(pcm.astype(np.float32))
        self._given += len(out)
        np.rint(out, out=out)
        whole = np.clip(out, -32768, 32767, out=out).astype(np.int16)
        skipped = min(self._skip, len(whole))
        self._skip -= skipped
        self._add(whole[skipped:], missing=False)
        elapsed = blocks[-1].at - self._begun
        self.drift.push(elapsed, elapsed - self._taken / self._rate)
        if self._held is None:
            return
        behind = elapsed - (self._given + self._held) / RATE
        if int(elapsed) > self._second:
            self._end_second(int(elapsed))
        self._earliest = min(self._earliest, behind)

    def _end_second(self, second: int) -> None:
        earliest, self._earliest, self._second = self._earliest, float("inf"), second
        if earliest < float("inf"):
            self._offsets = [*self._offsets[-RECENT:], earliest]
            self._correct()

    def _correct(self) -> None:
        """Declare what is lost, drop what is too much, and set the resampler's rate."""
        latest = self._offsets[-1]
        if abs(latest) >= LOST:
            self._jump(latest)
        slow = self.drift.ppm + float(np.clip(self.offset * GAIN, -MOST, MOST))
        self._resampler.set_io_ratio(self._rate * (1 - slow * 1e-6), RATE)

    def _jump(self, seconds: float) -> None:
        """Move the rest of the stream to where it belongs: lost samples leave a hole."""
        count = round(seconds * RATE)
        if count > 0:
            self.losses += 1
            self._add(np.zeros(count, np.int16), missing=True)
        else:
            self._skip -= count
        self._given += count
        self._taken += round(seconds * self._rate)
        self._offsets, self._earliest = [], float("inf")

    def _add(self, pcm: Samples, *, missing: bool) -> None:
        self._pcm = np.concatenate([self._pcm, pcm])
        self._missing = np.concatenate([self._missing, np.full(len(pcm), missing)])
        self.position += len(pcm)
