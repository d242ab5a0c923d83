"""Two devices → the two channels of a call: opened, watched, lost and found again.

It starts no thread and reads no clock: whoever runs it calls `tick` every tenth of a second, or
more often, with the machine's time in seconds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from assist.capture.alarm import Alarms
from assist.capture.choosing import DEFAULT, choose
from assist.capture.lane import Lane, Piece
from assist.capture.sound import Device, DeviceError, SoundSystem, Stream
from assist.capture.watchdog import Watchdog
from assist.core.audio import SILENCE, Samples, loudness
from assist.events import CHANNELS, Channel
from assist.protocol import GapReason, Trouble

FLUSH = 0.08
"""Seconds between two frames of a channel, at least; a tick after a tenth is not to miss it."""
FRAMELESS = 0.5
"""Seconds without a block before a device counts as missing."""
PATIENCE = 1.0
"""Seconds of that before it is opened anew, with all its threads."""
WAITING = 3.0
"""Seconds for the first block after a device was opened."""
BEHIND = 0.2
"""Silence follows the clock at this distance, in seconds, while a device is gone."""
SPARSE = 0.13
"""A loopback that gives nothing while nothing sounds is taken for silent after so many seconds."""
RETRY = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between tries to open a device; the last one repeats."""
MISSING: dict[Channel, Trouble] = {"agent": "mic_missing", "customer": "customer_missing"}


class Outlet(Protocol):
    """Where the sound goes: the sender of our protocol."""

    @property
    def paused(self) -> bool:
        """Whether nothing may be recorded."""
        ...

    def audio(self, channel: Channel, payload: bytes, ms: int) -> None:
        """Take sound."""
        ...

    def gap(self, reason: GapReason, *, agent: int = 0, customer: int = 0) -> None:
        """Take the length of sound that never came."""
        ...

    def status(self, code: Trouble, *, active: bool, detail: str = "") -> None:
        """Take a trouble, or its end."""
        ...


@dataclass(slots=True, eq=False)
class Side:
    """One channel's device, as far as there is one."""

    channel: Channel
    wanted: str
    lane: Lane
    device: Device | None = None
    """The one that was chosen; a lost one is waited for by its name."""
    stream: Stream | None = None
    heard: float = 0.0
    """When a block came last, or could have come first."""
    deaf: bool = True
    """Whether nothing has come from this stream yet."""
    lost: bool = False
    """Whether the last stream was lost, or could not be opened, and nothing has come since."""
    tries: int = 0
    retry: float = 0.0
    trouble: str = ""
    """Why it is not open, for a person."""
    losses: int = 0
    level: float = SILENCE
    """Of the last frame, in dB of full scale."""


class Desk:
    """Read two devices into one call.

    Args:
        system: where the devices are.
        outlet: where the sound goes.
        now: the machine's time in seconds.
        devices: what is wanted of each channel, a name or `default`.
        watches: makes what watches the sound.
    """

    def __init__(
        self,
        system: SoundSystem,
        outlet: Outlet,
        *,
        now: float,
        devices: Mapping[Channel, str] | None = None,
        watches: Callable[[], Watchdog] = Watchdog,
    ) -> None:
        self._system = system
        self._outlet = outlet
        wanted = devices or {}
        self.sides = {
            channel: Side(channel, wanted.get(channel, DEFAULT), Lane(start=now))
            for channel in CHANNELS
        }
        self.alarms = Alarms()
        self.opened = 0
        """How often a device was opened."""
        self._begun = now
        self._started = False
        self._flushed = now
        self._changes = system.changes
        self._watchdog = watches()
        self._waiting: dict[Channel, list[Piece]] = {channel: [] for channel in CHANNELS}
        self._paused_at: float | None = None

    def tick(self, now: float) -> None:
        """Do what is due."""
        if self._outlet.paused:
            self._pause(now)
            return
        self._resume(now)
        if self._changes != self._system.changes:
            self._changes = self._system.changes
            self._hurry(now)
        for side in self.sides.values():
            self._read(side, now)
        if not self._started:
            self._start(now)
        elif now - self._flushed >= FLUSH:
            self._flushed = now
            for side in self.sides.values():
                self._flush(side, now)
            self._watch(now)

    def close(self) -> None:
        """Give the devices back."""
        for side in self.sides.values():
            self._drop(side)

    # ---- the call clock ------------------------------------------------------------------------

    def _start(self, now: float) -> None:
        """Begin the call when both devices speak, or one has been waited for."""
        speaking = [not side.deaf or side.stream is None for side in self.sides.values()]
        if all(speaking) or now - self._begun >= WAITING:
            self._started, self._flushed = True, now
            for side in self.sides.values():
                side.lane.shift(now - self._begun)
            self._tell(now)

    def _pause(self, now: float) -> None:
        """Stop both devices, not just listening to them."""
        if self._paused_at is None:
            self._paused_at = now
            for side in self.sides.values():
                self._drop(side)
                side.lane.forget()
            self._waiting = {channel: [] for channel in CHANNELS}
            ahead = max(side.lane.position for side in self.sides.values())
            for side in self.sides.values():
                side.lane.advance(ahead)  # as the server does with what it has

    def _resume(self, now: float) -> None:
        if self._paused_at is None:
            return
        skipped, self._paused_at = now - self._paused_at, None
        self._begun += skipped
        for side in self.sides.values():
            side.lane.shift(skipped)
        self._hurry(now)

    # ---- devices -------------------------------------------------------------------------------

    def _hurry(self, now: float) -> None:
        """Try at once what is missing: something was plugged in."""
        for side in self.sides.values():
            side.tries, side.retry = 0, min(side.retry, now)

    def _read(self, side: Side, now: float) -> None:
        if side.stream is None:
            if now >= side.retry:
                self._open(side, now)
            return
        place = side.stream.place()
        if place == "unsure":
            return
        blocks = side.stream.take()
        if place == "gone" or side.stream.place() == "gone":
            self._lose(side, now, "It was unplugged.")
            return
        if blocks and self._started:
            side.lane.push(*blocks)
        if blocks:
            side.heard, side.deaf, side.lost, side.tries = blocks[-1].at, False, False, 0
        elif now - side.heard >= (WAITING if side.deaf else PATIENCE) and not side.stream.sparse:
            self._lose(side, now, "It gives no sound.")

    def _open(self, side: Side, now: float) -> None:
        try:
            there = self._system.devices()
            wanted = side.device.name if side.device else side.wanted
            device = choose(there, side.channel, wanted)
            side.stream = self._system.open(device)
        except DeviceError as error:
            side.trouble, side.lost = str(error), True
            side.retry = now + RETRY[min(side.tries, len(RETRY) - 1)]
            side.tries += 1
            return
        side.device, side.heard, side.deaf, side.trouble = device, now, True, ""
        side.lane.begin(side.stream.rate, side.stream.latency)
        self.opened += 1

    def _lose(self, side: Side, now: float, why: str) -> None:
        """Close a stream that cannot be trusted; what it gave last is not trusted either."""
        self._drop(side)
        side.lane.forget()
        side.trouble, side.retry, side.lost = why, now + RETRY[0], True

    def _drop(self, side: Side) -> None:
        if side.stream is not None:
            side.stream.close()
            side.stream = None

    def _is_mute(self, side: Side, now: float) -> bool:
        """Tell whether nothing comes where something should."""
        if side.stream is None:
            return True
        return not side.stream.sparse and now - side.heard >= FRAMELESS

    def _is_missing(self, side: Side, now: float) -> bool:
        """Tell whether the device is to be called missing; one that wakes up has some time."""
        waking = side.deaf and side.stream is not None and now - side.heard < WAITING
        return side.lost or (self._is_mute(side, now) and not waking)

    # ---- what goes out -------------------------------------------------------------------------

    def _flush(self, side: Side, now: float) -> None:
        """Hand out what is complete, with silence where a device has nothing to say."""
        if side.stream is not None and side.stream.sparse and now - side.heard >= SPARSE:
            side.lane.fill(now - SPARSE, missing=False)
        elif self._is_mute(side, now):
            side.lane.fill(now - BEHIND)
        reason: GapReason = "device_lost"
        if side.lane.losses > side.losses:
            side.losses, reason = side.lane.losses, "xrun"
            self._watchdog.lose()
        for piece in side.lane.take():
            self._send(side, piece, reason)

    def _send(self, side: Side, piece: Piece, reason: GapReason) -> None:
        self._waiting[side.channel].append(piece)
        if piece.pcm is not None:
            side.level = loudness(piece.pcm)
            self._outlet.audio(side.channel, piece.pcm.astype("<i2").tobytes(), piece.ms)
            return
        side.level = SILENCE
        self._outlet.gap(reason, **{side.channel: piece.ms})

    def _watch(self, now: float) -> None:
        """Let the watchdog see what both channels have, and tell what is wrong."""
        for step in _steps(self._waiting):
            self._watchdog.push(step)
        self._tell(now)

    def _tell(self, now: float) -> None:
        holding = self._watchdog.holding
        for side in self.sides.values():
            if self._is_missing(side, now):
                holding.add(MISSING[side.channel])
        for code, active in self.alarms.push(holding, round(now * 1000)):
            self._outlet.status(code, active=active, detail=self._detail(code) if active else "")

    def _detail(self, code: Trouble) -> str:
        for channel, missing in MISSING.items():
            if code == missing:
                side = self.sides[channel]
                if side.device is None:
                    return side.trouble or side.wanted
                name = side.device.title
                return f"{name}: {side.trouble}" if side.trouble else name
        return ""


def _steps(
    waiting: dict[Channel, list[Piece]],
) -> list[Mapping[Channel, Samples | None]]:
    """Take from both channels what they have of one length."""
    found: list[Mapping[Channel, Samples | None]] = []
    while all(waiting.values()):
        length = min(pieces[0].ms for pieces in waiting.values())
        found.append({channel: _cut(pieces, length) for channel, pieces in waiting.items()})
    return found


def _cut(pieces: list[Piece], ms: int) -> Samples | None:
    """Take so many milliseconds from the first piece."""
    first = pieces.pop(0)
    if first.ms > ms:
        rest = None if first.pcm is None else first.pcm[ms * 16 :]
        pieces.insert(0, Piece(first.ms - ms, rest))
    return None if first.pcm is None else first.pcm[: ms * 16]
