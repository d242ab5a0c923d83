"""A call whose sides come by a connection each; pure.

Position 0 is the first sample of whichever side comes first; the other is placed by its arrival.
Whoever is there keeps the time of a side that is not: silence stands in its place.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from assist.core.audio import Samples
from assist.events import CallEnded, CallPaused, CallResumed, Channel, Event
from assist.ingest.items import Audio, Close, End, Gap, Item, Start, Trouble
from assist.ingest.session import Unacceptable
from assist.ingest.wall import WallClock

JOIN_MS = 10_000
"""The second side may come so long after the first; and a side that goes may be away so long."""
EARLY_MS = 500
"""A side that came before the call was announced hands over what it kept by then."""
LONELY = "The other side of the call never came; it counts as silent."


@dataclass(slots=True, eq=False)
class _Lane:
    """One side of the call."""

    clock: WallClock | None = None
    placed: int = 0
    """Milliseconds of silence before it had a clock of its own."""
    kept_until: int | None = None
    """Until then sound of before the announcement may come: no silence takes its place."""
    came: bool = False
    here: bool = False
    gone_at: int | None = None


@dataclass(slots=True, eq=False)
class PairedCall:
    """What the connections of one call share."""

    start: Start
    over: bool = False
    asked: int | None = None
    """When a side asked last what time brings; none = no side came."""
    _lanes: dict[Channel, _Lane] = field(init=False)
    _came_at: int | None = None
    """When the first side came."""
    _origin: int | None = None
    """Arrival time of position 0, later by what was left out."""
    _paused: bool = False
    _lonely: bool = False

    def __post_init__(self) -> None:
        self._lanes = {channel: _Lane() for channel in self.start.channels}

    def expects(self, channel: Channel, now: int) -> bool:
        """Tell whether a side may come now: soon after the other, or after it was lost."""
        lane = self._lanes.get(channel)
        if lane is None or lane.here or self.over:
            return False
        since = lane.gone_at if lane.came else self._came_at
        return since is None or now - since <= JOIN_MS

    def join(self, channel: Channel, *, came_at: int, first_sound: int | None = None) -> None:
        """Let a side come.

        Args:
            channel: which.
            came_at: when its connection was there.
            first_sound: arrival time of the call's first sample, where one has come already.
        """
        lane = self._lanes[channel]
        lane.came = lane.here = True
        lane.gone_at = None
        if lane.clock is not None:  # it comes again, and may speak at another rate now
            lane.placed, lane.clock = lane.clock.placed, None
        self.asked = came_at
        if self._came_at is None:
            self._came_at = came_at
        if self._origin is None:
            self._origin = first_sound

    def keep_room(self, channel: Channel, now: int) -> None:
        """Know that a side is there already and hands over its sound in a moment."""
        self._lanes[channel].kept_until = now + EARLY_MS

    def push(self, channel: Channel, pcm: Samples, rate: int, now: int) -> Iterator[Audio | Gap]:
        """Take sound of a side.

        Raises:
            Unacceptable: its rate is another than before.
        """
        lane = self._lanes[channel]
        if self._paused:
            return
        if self._origin is None:
            self._origin = now - len(pcm) * 1000 // rate
        if lane.clock is None:
            lane.clock = WallClock(channel, rate=rate, origin=self._origin, placed=lane.placed)
        if lane.clock.rate != rate:
            raise Unacceptable(4415, "the sound's rate changed in the middle of a call")
        yield from lane.clock.push(pcm, now)

    def wait(self, now: int) -> Iterator[Item]:
        """Yield what time alone brings to all sides."""
        self.asked = now
        if self.over:
            return
        for channel, lane in self._lanes.items():
            if lane.clock is None:
                yield from self._fill(channel, lane, now)
            else:
                yield from lane.clock.wait(now) if lane.here else lane.clock.fill(now)
        yield from self._check_company(now)

    def told(self, event: Event) -> Iterator[Item]:
        """Keep the time of a pause out, once, whichever side is told first."""
        match event:
            case CallPaused():
                self._paused = True
                for clock in self._clocks():
                    clock.pause()
            case CallResumed() if self._paused:
                self._paused = False
                self._origin = self._origin + event.skipped if self._origin is not None else None
                for clock in self._clocks():
                    clock.skip(event.skipped)
            case CallEnded():
                self.over = True
                yield Close()

    def leave(self, channel: Channel, now: int) -> Iterator[Item]:
        """Let a side go; with the last one the call ends."""
        lane = self._lanes[channel]
        lane.here, lane.gone_at = False, now
        if lane.clock is not None and not self.over:
            yield from lane.clock.fill(now)
        if not self.over and not any(lane.here for lane in self._lanes.values()):
            self.over = True
            yield End("hangup")

    def _clocks(self) -> Iterator[WallClock]:
        return (lane.clock for lane in self._lanes.values() if lane.clock)

    def _fill(self, channel: Channel, lane: _Lane, now: int) -> Iterator[Gap]:
        """Put silence where a side has not yet spoken."""
        kept = lane.kept_until is not None and now < lane.kept_until
        if self._origin is not None and not self._paused and not kept:
            missing = now - self._origin - lane.placed
            if missing > 0:
                lane.placed += missing
                yield Gap(channel, missing, "not_sent")

    def _check_company(self, now: int) -> Iterator[Item]:
        """End a call whose other side is gone for good; tell once of one that never came."""
        gone = [lane.gone_at for lane in self._lanes.values() if lane.gone_at is not None]
        if gone and now - min(gone) >= JOIN_MS:
            self.over = True
            yield End("hangup")
            yield Close()
        late = self._came_at is not None and now - self._came_at > JOIN_MS
        lonely = late and not all(lane.came for lane in self._lanes.values())
        if lonely and not self._lonely:
            self._lonely = True
            yield Trouble("one_channel", LONELY)
