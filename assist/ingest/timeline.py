"""What a door yields → the sound of all channels in step, and the events of its gaps; pure.

A step of 20 ms is released when every channel has it. A channel that is too far behind the other is
filled up with silence; what then still arrives for that stretch is dropped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import soxr

from assist.core.audio import RATE, STEP_MS, Samples, milliseconds, samples
from assist.events import AudioGap, Channel
from assist.ingest.items import Audio, Gap

STEP = samples(STEP_MS)
TOLD_MS = 1_000
"""A gap that goes on is told of so often."""
RATES = (8_000, 16_000, 24_000, 32_000, 44_100, 48_000)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """The next 20 ms of every channel."""

    sound: dict[Channel, Samples]
    missing: tuple[Channel, ...]
    """Channels whose sound never came."""


@dataclass(slots=True, eq=False)
class _Piece:
    pcm: Samples
    missing: bool


@dataclass(slots=True, eq=False)
class _Lane:
    """One channel: its sound at our rate, and what is known of its gaps."""

    pieces: list[_Piece] = field(default_factory=list)
    waiting: int = 0
    """Samples that are not yet released."""
    received: int = 0
    """Samples since the beginning, silence in place of gaps among them."""
    filled: int = 0
    """Samples of silence in place of what may yet come, and is then dropped."""
    gap: AudioGap | None = None
    """That is not yet told of."""
    resampler: "_Resampler | None" = None


class Timeline:
    """Bring the channels of one call into step.

    Args:
        channels: whose sound comes, the agent first.
        skew_ms: a channel that is further behind the other than this is filled up.
    """

    def __init__(self, channels: Sequence[Channel], *, skew_ms: int) -> None:
        self._lanes = {channel: _Lane() for channel in channels}
        self._skew = samples(skew_ms)
        self._jumped = 0

    @property
    def received(self) -> int:
        """Samples of the channel that is ahead."""
        return max(lane.received for lane in self._lanes.values())

    @property
    def released(self) -> int:
        """Samples of every channel that were handed out."""
        return min(lane.received - lane.waiting for lane in self._lanes.values())

    def take(self, item: Audio | Gap) -> Iterator[Step | AudioGap]:
        """Take sound, or its lack, and yield what is complete with it; of no other channel any."""
        lane = self._lanes.get(item.channel)
        if lane is None:
            return
        if isinstance(item, Gap):
            yield from self._lack(lane, item)
        else:
            self._push(lane, _resampled(lane, item), missing=False)
            yield from _told(lane)
        yield from self._fill()
        yield from self._steps()

    def align(self) -> Iterator[Step | AudioGap]:
        """Fill up every channel to the longest: at a pause, or the end."""
        for lane in self._lanes.values():
            self._flush(lane)
        yield from self._fill(skew=0)
        rest = -self.received % STEP
        for lane in self._lanes.values():
            self._push(lane, np.zeros(rest, np.int16), missing=True)
            yield from _told(lane)
        yield from self._steps()

    def milliseconds(self, count: int) -> int:
        """Return the call clock after so many samples, as far as it has jumped by now."""
        return milliseconds(count) + self._jumped

    def jump(self, ms: int) -> None:
        """Let the clock jump over a pause."""
        self._jumped += ms

    def _lack(self, lane: _Lane, gap: Gap) -> Iterator[AudioGap]:
        self._flush(lane)
        missing = max(0, samples(gap.ms) - lane.filled)
        lane.filled -= min(lane.filled, samples(gap.ms))
        if missing:
            yield from self._silence(lane, gap.channel, missing, gap.reason)

    def _flush(self, lane: _Lane) -> None:
        """Take what a resampler still holds."""
        if lane.resampler:
            self._push(lane, lane.resampler.rest(), missing=False)
            lane.resampler = None

    def _silence(
        self, lane: _Lane, channel: Channel, count: int, reason: str
    ) -> Iterator[AudioGap]:
        start = self.milliseconds(lane.received)
        end = self.milliseconds(lane.received + count)
        open_gap = lane.gap
        if open_gap and (open_gap.reason != reason or start - open_gap.start >= TOLD_MS):
            yield from _told(lane)
        first = lane.gap.start if lane.gap else start
        lane.gap = AudioGap(at=0, channel=channel, start=first, end=end, reason=reason)
        self._push(lane, np.broadcast_to(np.int16(0), count), missing=True)

    def _push(self, lane: _Lane, pcm: Samples, *, missing: bool) -> None:
        if not missing and lane.filled:
            late = min(lane.filled, len(pcm))
            lane.filled -= late
            pcm = pcm[late:]
        if len(pcm):
            lane.pieces.append(_Piece(pcm, missing))
            lane.waiting += len(pcm)
            lane.received += len(pcm)

    def _fill(self, skew: int | None = None) -> Iterator[AudioGap]:
        """Put silence where a channel is too far behind."""
        allowed = self._skew if skew is None else skew
        longest = self.received
        for channel, lane in self._lanes.items():
            behind = longest - lane.received
            if behind > allowed:
                yield from self._silence(lane, channel, behind, "stalled")
                lane.filled += behind

    def _steps(self) -> Iterator[Step]:
        while all(lane.waiting >= STEP for lane in self._lanes.values()):
            cut = {channel: _cut(lane) for channel, lane in self._lanes.items()}
            yield Step(
                {channel: pcm for channel, (pcm, _) in cut.items()},
                tuple(channel for channel, (_, missing) in cut.items() if missing),
            )


class _Resampler:
    """One channel's stream from another rate to ours, exact to the sample over any length."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._stream = soxr.ResampleStream(rate, RATE, 1, dtype="int16", quality="HQ")
        self._taken = self._given = 0

    def push(self, pcm: Samples) -> Samples:
        self._taken += len(pcm)
        found: Samples = self._stream.resample_chunk(pcm)
        self._given += len(found)
        return found

    def rest(self) -> Samples:
        """Return what is still inside, of exactly the length that is owed."""
        found = self._stream.resample_chunk(np.zeros(0, np.int16), last=True)
        owed = max(0, round(self._taken * RATE / self.rate) - self._given)
        self._given += owed
        return np.pad(found[:owed], (0, max(0, owed - len(found))))


def _resampled(lane: _Lane, audio: Audio) -> Samples:
    if audio.rate == RATE:
        return audio.pcm
    if lane.resampler is None:
        lane.resampler = _Resampler(audio.rate)
    return lane.resampler.push(audio.pcm)


def _told(lane: _Lane) -> Iterator[AudioGap]:
    if lane.gap:
        gap, lane.gap = lane.gap, None
        yield gap


def _cut(lane: _Lane) -> tuple[Samples, bool]:
    """Take one step from a lane, and tell whether none of it came."""
    parts: list[Samples] = []
    missing, wanted = True, STEP
    while wanted:
        piece = lane.pieces[0]
        part = piece.pcm[:wanted]
        parts.append(part)
        missing = missing and piece.missing
        wanted -= len(part)
        if len(part) == len(piece.pcm):
            lane.pieces.pop(0)
        else:
            piece.pcm = piece.pcm[len(part) :]
    lane.waiting -= STEP
    return (parts[0] if len(parts) == 1 else np.concatenate(parts)), missing
