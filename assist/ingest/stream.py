"""One connection that carries one side of a call: it waits for its place, then speaks; pure."""

from collections.abc import Iterator

import numpy as np

from assist.core.audio import Samples
from assist.events import Event
from assist.ingest.items import Audio, Gap, Item
from assist.ingest.pairing import ANNOUNCE_MS, Pairing, Side
from assist.ingest.session import Unacceptable

UNKNOWN = "unknown_stream: nobody announced it; see POST /api/calls"
ROOM_MS = ANNOUNCE_MS + 1_000
"""Sound that is kept until the call is announced."""


class Stream:
    """Bring one connection's sound to its place in a call."""

    def __init__(self, pairing: Pairing) -> None:
        self._pairing = pairing
        self._side: Side | None = None
        self._name = ""
        self._came_at: int | None = None
        self._kept: list[tuple[int, Samples]] = []
        """What came before the announcement, by its arrival."""
        self._kept_rate = 0
        self._kept_count = 0

    @property
    def named(self) -> bool:
        """Whether the connection has said who it is."""
        return bool(self._name) or self._side is not None

    def name(self, name: str, now: int) -> Iterator[Item]:
        """Take the stream's name, and its place if that is known already."""
        self._name = name
        self._came_at = now
        yield from self._look(now)

    def enter(self, side: Side) -> Iterator[Item]:
        """Take a place that was found otherwise."""
        self._side = side
        yield side.call.start

    def push(self, pcm: Samples, rate: int, now: int) -> Iterator[Item]:
        """Take sound.

        Raises:
            Unacceptable: its rate is another than before.
        """
        if self._side is not None:
            yield from self._side.call.push(self._side.channel, pcm, rate, now)
        else:
            self._keep(pcm, rate, now)

    def wait(self, now: int) -> Iterator[Item]:
        """Look for the place, or yield what time brings to it.

        Raises:
            Unacceptable: the stream was not announced in time.
        """
        if self._side is None and self._name:
            yield from self._look(now)
            if self._side is None and now - (self._came_at or 0) >= ANNOUNCE_MS:
                raise Unacceptable(4403, UNKNOWN)
        if self._side is not None:
            yield from self._side.call.wait(now)
            self._pairing.close(self._side)

    def told(self, event: Event) -> Iterator[Item]:
        """Yield what an event of the call means."""
        if self._side is not None:
            yield from self._side.call.told(event)
            self._pairing.close(self._side)

    def lost(self, now: int) -> Iterator[Item]:
        """Leave the call, once; with the last connection it ends."""
        self._pairing.forget(self._name)
        side, self._side = self._side, None
        if side is not None:
            yield from side.call.leave(side.channel, now)
            self._pairing.close(side)

    def _look(self, now: int) -> Iterator[Item]:
        """Ask for the place of the stream; what was kept goes there first."""
        self._side = self._pairing.come(self._name, now, first_sound=self._first_sound())
        if self._side is None:
            return
        yield self._side.call.start
        yield from self._hand_over(self._side)

    def _first_sound(self) -> int | None:
        """Return when the first sample was due, if it came."""
        if not self._kept:
            return None
        at, pcm = self._kept[0]
        return at - len(pcm) * 1000 // self._kept_rate

    def _keep(self, pcm: Samples, rate: int, now: int) -> None:
        self._kept_rate = self._kept_rate or rate
        if rate != self._kept_rate:
            raise Unacceptable(4415, "the sound's rate changed in the middle of a call")
        if not len(pcm) or self._kept_count + len(pcm) > ROOM_MS * rate // 1000:
            return
        if not self._kept:
            self._kept = [(now, pcm)]
        elif self._kept[-1][0] == now:
            self._kept[-1] = now, np.concatenate([self._kept[-1][1], pcm])
        else:
            self._kept.append((now, pcm))
        self._kept_count += len(pcm)

    def _hand_over(self, side: Side) -> Iterator[Audio | Gap]:
        kept, self._kept = self._kept, []
        for at, pcm in kept:
            yield from side.call.push(side.channel, pcm, self._kept_rate, at)
