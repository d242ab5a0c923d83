"""Class W: a channel that is timed by when its sound arrives; pure, arrival times are passed in.

What a source of this class does not send, it does not mention: only the wall clock tells. Three
rules decide between *late* and *never sent*:

1. After a pause of more than `PAUSE_MS` the next sound is held for `HOLD_MS`. If by then about as
   much came as was missing, it was only late. Else silence of exactly the rest goes before it.
2. Where nothing comes for `QUIET_MS`, silence follows real time, so that the call clock goes on.
3. Sound that would be more than `AHEAD_MS` ahead of real time is dropped.

Small holes make no pause. What is still missing after `SETTLED_MS` of regular sound is made up for,
too; else a source that loses a frame now and then would fall behind for ever.
"""

from collections.abc import Generator, Iterator

import numpy as np

from assist.core.audio import STEP_MS, Samples
from assist.events import Channel
from assist.ingest.items import Audio, Gap

PAUSE_MS = 200
"""Nothing for longer than this, and the next sound is held."""
HOLD_MS = 100
TOLERANCE_MS = 100
"""So much may be missing after the hold, and it was delay all the same."""
QUIET_MS = 2_000
"""Nothing for longer than this after sound was due, and the time is filled with silence."""
AHEAD_MS = 500
SETTLED_MS = 500
"""What was missing all this time, at every arrival, does not come any more."""
MARK_MS = 1_000
"""Dropped sound is marked once in this time: a flood must not flood the log."""


class WallClock:
    """Place one channel's sound on the call clock by its arrival.

    Args:
        channel: whose sound it is.
        rate: samples a second.
        origin: arrival time of position 0; None = the first sample that comes is it.
        placed: milliseconds of this channel that others have already filled with silence.
    """

    def __init__(
        self, channel: Channel, *, rate: int, origin: int | None = None, placed: int = 0
    ) -> None:
        self.rate = rate
        self._channel = channel
        self._origin = origin
        self._placed = self._samples(placed)
        """Samples yielded so far, silence among them: where the channel stands."""
        self._skipped = 0
        self._begun = self._paused = False
        self._arrived: int | None = None
        """When sound came last, or could have come first."""
        self._held: list[Samples] = []
        self._held_count = 0
        self._held_since: int | None = None
        self._settling_since: int | None = None
        self._least: int | None = None
        """The smallest number of missing samples at any arrival since then."""
        self._marked: int | None = None

    @property
    def placed(self) -> int:
        """How far the channel has come, in milliseconds."""
        return self._placed * 1000 // self.rate

    def push(self, pcm: Samples, now: int) -> Iterator[Audio | Gap]:
        """Take sound of shape (n,) that arrived `now`; yield what is decided with it."""
        if self._paused or not len(pcm):
            return
        yield from self._release(now)
        if not self._begun:
            yield from self._begin(len(pcm), now)
        pause = now - self._arrived if self._arrived is not None else 0
        self._arrived = now
        pcm = yield from self._in_time(pcm, now)
        missing = self._missing(now) - len(pcm)
        if self._held_since is not None or (
            pause > PAUSE_MS and missing > self._samples(TOLERANCE_MS)
        ):
            self._hold(pcm, missing, now)
        else:
            yield from self._settle(missing, now)
            yield from self._sound(pcm)

    def wait(self, now: int) -> Iterator[Audio | Gap]:
        """Yield what time alone decides: the end of a hold, silence where nothing comes."""
        if self._paused or self._origin is None:
            return
        yield from self._release(now)
        if self._arrived is None:
            self._arrived = now
        if now - self._arrived > QUIET_MS + STEP_MS:
            yield from self.fill(now)

    def fill(self, now: int) -> Iterator[Audio | Gap]:
        """Put silence up to now: it is known that nothing comes."""
        if self._paused or self._origin is None:
            return
        yield from self._release(now)
        yield from self._silence(self._missing(now))
        self._begun = False  # what comes after all is placed by its arrival, to the sample

    def pause(self) -> None:
        """Hear nothing until `skip` ends it."""
        self._paused = True
        self._forget_held()

    def skip(self, ms: int) -> None:
        """Leave out time in which nothing was to be heard, and listen on."""
        self._skipped += ms
        self._paused = False
        self._arrived = self._settling_since = self._least = None

    def _begin(self, count: int, now: int) -> Iterator[Gap]:
        """Place the first sound by its arrival: silence of this channel goes before it."""
        self._begun = True
        if self._origin is None:
            self._origin = now - count * 1000 // self.rate
        yield from self._silence(self._missing(now) - count)

    def _in_time(self, pcm: Samples, now: int) -> Generator[Gap, None, Samples]:
        """Return what of the sound is not too far ahead; mark that the rest was dropped."""
        room = max(0, self._missing(now) + self._samples(AHEAD_MS))
        if room < len(pcm) and (self._marked is None or now - self._marked >= MARK_MS):
            self._marked = now
            yield Gap(self._channel, 0, "late")
        return pcm[:room]

    def _hold(self, pcm: Samples, missing: int, now: int) -> None:
        if self._held_since is None:
            self._held_since, self._least = now, missing
        self._held.append(pcm)
        self._held_count += len(pcm)
        self._least = missing if self._least is None else min(self._least, missing)

    def _release(self, now: int) -> Iterator[Audio | Gap]:
        """End a hold that is over: the rest that never came goes before what did."""
        if self._held_since is None or now - self._held_since < HOLD_MS:
            return
        pcm, rest = np.concatenate(self._held), self._least or 0
        self._forget_held()
        if rest > self._samples(TOLERANCE_MS):
            yield from self._silence(rest)
        yield from self._sound(pcm)

    def _forget_held(self) -> None:
        self._held.clear()
        self._held_count = 0
        self._held_since = self._settling_since = self._least = None

    def _settle(self, missing: int, now: int) -> Iterator[Gap]:
        """Make up for small holes once it is plain that they stay."""
        if self._settling_since is None or self._least is None:
            self._settling_since, self._least = now, missing
        self._least = min(self._least, missing)
        if now - self._settling_since >= SETTLED_MS:
            if self._least >= self._samples(STEP_MS):
                yield from self._silence(self._least)
            self._settling_since = self._least = None

    def _silence(self, count: int) -> Iterator[Gap]:
        ms = count * 1000 // self.rate
        if ms > 0:
            self._placed += self._samples(ms)
            yield Gap(self._channel, ms, "not_sent")

    def _sound(self, pcm: Samples) -> Iterator[Audio]:
        if len(pcm):
            self._placed += len(pcm)
            yield Audio(self._channel, pcm, self.rate)

    def _missing(self, now: int) -> int:
        """Return by how many samples the channel, the held among them, is behind real time."""
        elapsed = now - (self._origin or 0) - self._skipped
        return self._samples(elapsed) - self._placed - self._held_count

    def _samples(self, ms: int) -> int:
        return ms * self.rate // 1000
