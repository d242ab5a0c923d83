"""What was said and is not yet safe at the server; pure.

A ring keeps every item of a call until it is acknowledged. When it holds too much sound, the oldest
sound leaves; what remains of such an item is its place, its channel and its length, and the server
is told of a run of them in one gap. Pauses, gaps and the end never leave.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice

from assist.events import Channel
from assist.protocol import End, Frame, Gap, Pause, Resume, pack, write

Control = Gap | Pause | Resume | End
MOST_ITEMS = 72_000
"""Items without an acknowledgement: an hour of 100 ms frames on two channels."""


@dataclass(frozen=True, slots=True)
class Piece:
    """An item and what goes over the wire for it."""

    last: int
    """The last item that it stands for."""
    wire: bytes | str


class Ring:
    """Items in order, from the first that is not acknowledged.

    Args:
        channels: as in `hello`; a frame names its channel by the place here.
        seconds: of sound that are kept for each channel.
    """

    def __init__(self, channels: tuple[Channel, ...], *, seconds: float) -> None:
        self._channels = channels
        self._room = round(seconds * 1000) * len(channels)
        self._items: deque[Frame | Control] = deque(maxlen=MOST_ITEMS)
        self._kept = 0
        """Milliseconds of sound that it holds."""
        self._emptied = 0
        """So many items at the beginning hold no sound."""
        self.dropped_ms = 0
        """Milliseconds of sound that had to leave, of both channels together."""
        self.next = 1
        """The item that comes next."""

    @property
    def oldest(self) -> int:
        """The first item that can still be sent; equal to `next` when there is none."""
        return self.next - len(self._items)

    @property
    def full(self) -> bool:
        """Whether there is no place for another item, with or without sound."""
        return len(self._items) == MOST_ITEMS

    def frame(self, channel: Channel, ms: int, payload: bytes) -> None:
        """Add sound; the oldest leaves when there is too much of it."""
        self._append(Frame(self.next, self._channels.index(channel), ms, payload))
        self._kept += ms
        while self._kept > self._room:
            self._drop_oldest()

    def control(self, item: Control) -> None:
        """Add anything else; its place must be the next."""
        self._append(item)

    def acknowledge(self, seq: int) -> None:
        """Forget all items up to this one; what is gone already stays gone."""
        while self._items and self._items[0].seq <= seq:
            gone = self._items.popleft()
            self._emptied = max(0, self._emptied - 1)
            if isinstance(gone, Frame) and gone.payload:
                self._kept -= gone.ms

    def piece(self, seq: int) -> Piece | None:
        """Return what to send from this place on; None when there is nothing yet.

        Raises:
            IndexError: the item was acknowledged long ago.
        """
        if seq < self.oldest:
            raise IndexError(seq)
        if seq >= self.next:
            return None
        item = self._items[seq - self.oldest]
        if not isinstance(item, Frame):
            return Piece(seq, write(item))
        return Piece(seq, pack(item)) if item.payload else self._gap(seq)

    def _gap(self, seq: int) -> Piece:
        """Gather the run of frames that lost their sound."""
        missing: dict[int, int] = {}
        through = seq
        for item in islice(self._items, seq - self.oldest, None):
            if not isinstance(item, Frame) or item.payload:
                break
            missing[item.channel] = missing.get(item.channel, 0) + item.ms
            through = item.seq
        lengths: Mapping[Channel, int] = {self._channels[i]: ms for i, ms in missing.items()}
        gap = Gap(
            seq=seq,
            agent=lengths.get("agent", 0),
            customer=lengths.get("customer", 0),
            reason="ring_full",
            through=through,
        )
        return Piece(through, write(gap))

    def _append(self, item: Frame | Control) -> None:
        if self.full:
            raise OverflowError(f"{MOST_ITEMS} items wait for the server")
        self._items.append(item)
        self.next += 1

    def _drop_oldest(self) -> None:
        """Take the sound of the first frame that has any."""
        for place in range(self._emptied, len(self._items)):
            item = self._items[place]
            if isinstance(item, Frame) and item.payload:
                self._items[place] = replace(item, payload=b"")
                self._kept -= item.ms
                self.dropped_ms += item.ms
                self._emptied = place + 1
                return
