"""What the live service hands to the store, and what it hears back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assist.events import Channel, Event, encode

Positions = Mapping[Channel, int]
"""How far the source's sound is stored, a channel; in the source's own counting."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Events of one call, in order, to be stored together."""

    call_id: str
    epoch: int
    events: tuple[Event, ...]
    lines: tuple[bytes, ...]
    """The same events as the log writes them."""
    positions: Positions = field(default_factory=dict)

    @property
    def octets(self) -> int:
        """The size of the lines in bytes."""
        return sum(map(len, self.lines))

    def after(self, seq: int) -> "Batch":
        """Return the batch without what came up to `seq`: it is stored already."""
        first = sum(1 for event in self.events if event.seq <= seq)
        return Batch(
            self.call_id, self.epoch, self.events[first:], self.lines[first:], self.positions
        )


@dataclass(frozen=True, slots=True)
class Committed:
    """All up to here is stored."""

    call_id: str
    epoch: int
    seq: int
    positions: Positions


@dataclass(frozen=True, slots=True)
class Fenced:
    """Nothing was stored: another node has the call, or it was erased."""

    call_id: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Attached:
    """The lease of a call, and what is stored of it."""

    call_id: str
    epoch: int
    committed: Positions
    events: tuple[Event, ...] = ()


def batch(call_id: str, epoch: int, events: Sequence[Event], positions: Positions) -> Batch:
    """Put a batch together.

    Raises:
        ValueError: an event has no number, or they are not in order.
    """
    numbers = [event.seq for event in events]
    if any(b <= a for a, b in zip([0, *numbers], numbers, strict=False)):
        raise ValueError(f"the events of {call_id} are not numbered in order")
    return Batch(call_id, epoch, tuple(events), tuple(map(encode, events)), dict(positions))


def merged(batches: Iterable[Batch]) -> list[Batch]:
    """Return one batch a call and epoch, in the order of the first of each."""
    groups: dict[tuple[str, int], list[Batch]] = {}
    for one in batches:
        groups.setdefault((one.call_id, one.epoch), []).append(one)
    return [_joined(group) for group in groups.values()]


def _joined(group: Sequence[Batch]) -> Batch:
    positions: dict[Channel, int] = {}
    for one in group:
        positions.update(one.positions)
    return Batch(
        group[0].call_id,
        group[0].epoch,
        tuple(event for one in group for event in one.events),
        tuple(line for one in group for line in one.lines),
        positions,
    )
