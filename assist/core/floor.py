"""Who speaks, who holds the floor, since when: two streams of speech activity, nothing else.

Definitions and start values: docs/cues.md. All times are milliseconds of
spoken time; an open stretch of speech is taken to go on until we hear of its end.
"""

from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from assist.events import CHANNELS, CallResumed, Channel, SpeechEnded, SpeechStarted, other

TURN_GAP = 700
"""Speech of one side with shorter gaps is one turn, while the other side takes no turn."""
FLOOR_AFTER = 1000
"""A turn holds the floor once it has lasted so long."""
FLOOR_LAPSES = 1500
"""A holder who is silent for so long has yielded."""


@dataclass(slots=True)
class Stretch:
    """Speech of one channel with only short gaps inside; `end` is none while it goes on."""

    start: int
    end: int | None = None

    def until(self, now: int) -> int:
        """Return its end, or now."""
        return now if self.end is None else self.end


@dataclass(slots=True)
class Turn:
    """A speaker's stretches joined over short gaps; `overlap`: it began over the other's."""

    channel: Channel
    start: int
    end: int
    overlap: bool


@dataclass(slots=True)
class Side:
    """What is known of one channel."""

    stretches: list[Stretch] = field(default_factory=list)
    turn: Turn | None = None
    talk_time: int = 0
    """Milliseconds of finished speech."""
    resumed: int = 0
    """When listening went on after a pause; nobody was silent in it, for nobody was heard."""
    lost: bool = False
    """Whether it is not known who speaks; nobody is taken for silent then."""

    @property
    def speaking(self) -> bool:
        """Tell whether a stretch is open."""
        return bool(self.stretches) and self.stretches[-1].end is None

    def last_end(self) -> int | None:
        """Return when it last stopped speaking; none while it speaks or before it first did."""
        if self.speaking:
            return None
        return max(self.resumed, self.stretches[-1].end or 0 if self.stretches else 0) or None


class Floor:
    """Fold speech activity into turns and the floor.

    Args:
        backchannel: tells whether the speech of a channel since a moment is nothing but listening
            ("mhm", "genau"); asked before a turn may take the floor.
    """

    def __init__(self, backchannel: Callable[[Channel, int], bool]) -> None:
        self.sides: dict[Channel, Side] = {name: Side() for name in CHANNELS}
        self.holder: Channel | None = None
        self.turns: dict[Channel, deque[Turn]] = {name: deque(maxlen=64) for name in CHANNELS}
        """The latest turns of each channel, oldest first, the present one last."""
        self.since = 0
        """Start of the turn with which the holder took the floor."""
        self._backchannel = backchannel
        self.now = 0

    def apply(self, event: object, at: int) -> None:
        """Take one event, or only the time."""
        self.now = at
        if isinstance(event, SpeechStarted):
            self._started(event)
        elif isinstance(event, SpeechEnded):
            self._ended(event)
        elif isinstance(event, CallResumed):
            for side in self.sides.values():
                side.resumed = at
        self._settle()

    def lose(self, channels: Collection[Channel]) -> None:
        """Take it as unknown who speaks in these channels; in whatever was lost before it is known.

        Turns and the floor begin anew: what they rest on was not heard.
        """
        self.holder = None
        for channel, side in self.sides.items():
            side.lost = channel in channels
            side.turn, side.resumed = None, self.now

    def speaking(self, channel: Channel) -> bool:
        """Tell whether the channel speaks now, as far as known."""
        return self.sides[channel].speaking

    def silence(self, channel: Channel) -> int:
        """Return for how long the channel has been silent; all the call if it never spoke."""
        side = self.sides[channel]
        return 0 if side.speaking or side.lost else self.now - (side.last_end() or 0)

    def held(self, channel: Channel) -> int:
        """Return for how long the channel has held the floor, 0 if it does not."""
        return self.now - self.since if self.holder == channel else 0

    def turn_length(self, channel: Channel) -> int:
        """Return the length of the channel's present turn so far, 0 if none is on."""
        side = self.sides[channel]
        if side.turn is None or self.silence(channel) >= TURN_GAP:
            return 0
        return (self.now if side.speaking else side.turn.end) - side.turn.start

    def spoken(self, channel: Channel, start: int, end: int) -> int:
        """Return how many milliseconds the channel spoke between two moments."""
        total = 0
        for stretch in reversed(self.sides[channel].stretches):
            stop = stretch.until(self.now)
            if stop <= start:
                break
            total += max(0, min(stop, end) - max(stretch.start, start))
        return total

    def overlapped(self, start: int, end: int) -> int:
        """Return how many milliseconds both spoke at once between two moments."""
        total = 0
        for mine in reversed(self.sides["agent"].stretches):
            stop = min(mine.until(self.now), end)
            if stop <= start:
                break
            total += self.spoken("customer", max(mine.start, start), stop)
        return total

    def _started(self, event: SpeechStarted) -> None:
        side = self.sides[event.channel]
        gap = event.start - (side.last_end() or 0)
        side.stretches.append(Stretch(event.start))
        if side.turn is None or gap >= TURN_GAP or self._taken_since(event.channel, side.turn.end):
            overlap = self.speaking(other(event.channel))
            side.turn = Turn(event.channel, event.start, event.start, overlap)
            self.turns[event.channel].append(side.turn)
        side.turn.end = event.start

    def _ended(self, event: SpeechEnded) -> None:
        side = self.sides[event.channel]
        if not side.speaking:
            return
        side.stretches[-1].end = event.end
        side.talk_time += event.end - side.stretches[-1].start
        if side.turn is not None:
            side.turn.end = event.end
        if len(side.stretches) > 64:
            del side.stretches[:32]

    def _taken_since(self, channel: Channel, moment: int) -> bool:
        """Tell whether the other side took a real turn after `moment`."""
        rival = self.sides[other(channel)].turn
        return (
            rival is not None
            and rival.start > moment
            and not self._backchannel(rival.channel, rival.start)
        )

    def _settle(self) -> None:
        """Move or free the floor; a backchannel never moves it."""
        if self.holder is not None and self.silence(self.holder) >= FLOOR_LAPSES:
            self.holder = None
        for channel in CHANNELS:
            if channel == self.holder or self.turn_length(channel) < FLOOR_AFTER:
                continue
            turn = self.sides[channel].turn
            if turn is None or self._backchannel(channel, turn.start):
                continue
            if self.holder is not None and self.silence(self.holder) == 0:
                continue  # both talk: the floor stays until its holder gives way
            self.holder, self.since = channel, turn.start
