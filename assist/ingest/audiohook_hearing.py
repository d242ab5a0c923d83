"""What is heard of an AudioHook client, and when: offers, sound, pauses, positions."""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec
import numpy as np

from assist.audio import mulaw
from assist.core.audio import Samples
from assist.events import Channel
from assist.ingest import audiohook_messages as messages
from assist.ingest.audiohook_messages import Media
from assist.ingest.coordinates import Coordinates, Stretch
from assist.ingest.items import Audio, Gap, Item, Pause, Resume
from assist.ingest.session import Unacceptable

RATE = 8_000
WIDTHS = {"PCMU": 1, "L16": 2}
"""Bytes of a sample by format, the better one first: of L16 nobody says the order of its bytes."""
FRAME_MS = 200
"""Sound that comes at a time, usually."""
LONGEST_GAP_MS = 10_000
"""More missing sound than this is a pause."""
PIECE_MS = 200
"""A gap is told in such pieces, by turns, so that no channel seems to run ahead of the other."""
OURS = "source"
"""Who paused, where the client did."""

Order = Literal["little", "big"]


def choose(offers: Sequence[msgspec.Raw]) -> tuple[msgspec.Raw, Media] | None:
    """Return the best offer, as it came and as it is understood: both channels before one."""
    known = [(raw, media) for raw in offers if (media := messages.offer(raw)) and _is_heard(media)]
    formats = list(WIDTHS)
    return min(
        known,
        key=lambda one: (-len(one[1].channels), formats.index(one[1].format)),
        default=None,
    )


def _is_heard(media: Media) -> bool:
    names = sorted(media.channels)
    return (
        (media.type, media.rate) == ("audio", RATE)
        and media.format in WIDTHS
        and names in (["external", "internal"], ["external"], ["internal"])
    )


class Hearing:
    """The sound of one session, in order and in time.

    Args:
        roles: whose sound comes, in the order of the wire.
        form: of the sound, PCMU or L16.
        order: of the bytes of L16.
        position: of the client when it began.
    """

    def __init__(
        self, roles: tuple[Channel, ...], *, form: str, order: Order, position: float = 0.0
    ) -> None:
        self.roles = roles
        self.pausing = False
        """Whether somebody here wants it silent."""
        self._format = form
        self._order = order
        self._paused = self._stopped = False
        """Whether the client is silent, and whether the call stands."""
        self._frame = FRAME_MS
        """The longest sound that came at a time, in milliseconds."""
        self._announced = 0.0
        """Missing sound that the client's position may yet jump by."""
        self._resumed: deque[Stretch] = deque(maxlen=16)
        """Pauses of the client's whose end the call has not yet told of."""
        self._times = Coordinates()
        self._times.anchor(position)

    def place(self, at: float) -> float:
        """Return the client's position at a time of the call clock."""
        return self._times.place(at)

    # ---- what the client says ------------------------------------------------------------------

    def sound(self, data: bytes) -> Iterator[Audio]:
        """Take sound; in a pause it is dropped.

        Raises:
            Unacceptable: it is no whole number of samples.
        """
        if not data:
            return
        if len(data) % (WIDTHS[self._format] * len(self.roles)):
            raise Unacceptable(messages.NO_JSON, "The sound has no whole number of samples.")
        pcm = self._decoded(data).reshape(-1, len(self.roles))
        ms = len(pcm) * 1000 / RATE
        if self._paused or self._stopped:
            self._times.miss(ms)
            return
        self._frame = max(self._frame, round(ms))
        self._times.hear(ms)
        for place, channel in enumerate(self.roles):
            yield Audio(channel, np.ascontiguousarray(pcm[:, place]), RATE)

    def follow(self, position: float) -> Iterator[Item]:
        """Take the client's word for where it is; a jump by more than a frame is lost sound.

        A step back is none: AudioHook never sends sound twice.
        """
        if self._paused or self._stopped:
            return
        ahead = position - self._times.position
        known = min(max(0.0, ahead), self._announced)
        self._announced -= known
        if ahead - known > self._frame:
            yield from self._lack(messages.whole(ahead - known), "lost")
        self._times.anchor(position)

    def pause(self, position: float) -> Iterator[Item]:
        """Let the client be silent; the call stands, too."""
        yield from self.follow(position)
        self._paused = True
        if not self._stopped:
            self._stopped = True
            yield Pause("source", by=OURS)

    def resume(self, skipped: int, position: float) -> Iterator[Item]:
        """Let the client go on, and the call with it, unless somebody here wants it silent."""
        if not self._paused:
            yield from self.follow(position)
            return
        self._paused = False
        if self.pausing:
            return
        self._announce(skipped, position)
        if self._stopped:
            yield self._skip(skipped)
        self._times.anchor(position)

    def discard(self, ms: int, position: float) -> Iterator[Item]:
        """Put silence where the client discarded sound."""
        if not (self._paused or self._stopped):
            self._announce(ms, position)
            yield from self._lack(ms, "discarded")
        self._times.anchor(position)

    # ---- what the call says --------------------------------------------------------------------

    def stop(self, by: str) -> bool:
        """Hear nothing from here on; true when the client does not know yet."""
        if by == OURS:
            return False
        self.pausing = self._stopped = True
        self._resumed.clear()
        return True

    def go_on(self, at: int) -> bool:
        """Learn where the call clock stands after a pause; true when the client is to go on."""
        if self._resumed and not self.pausing:
            self._times.shift(self._resumed.popleft(), at)
            return False
        self.pausing = self._stopped = False
        self._times.jump(at)
        return True

    # ---- one by one ----------------------------------------------------------------------------

    def _announce(self, ms: int, position: float) -> None:
        """Keep what the position has not yet jumped by: some clients jump only afterwards."""
        self._announced = max(0.0, ms - max(0.0, position - self._times.position))

    def _lack(self, ms: int, reason: str) -> Iterator[Item]:
        if ms > LONGEST_GAP_MS:
            yield Pause(reason, by=OURS)
            yield self._skip(ms)
            return
        self._times.jump(self._times.clock + ms)
        for done in range(0, ms, PIECE_MS):
            for channel in self.roles:
                yield Gap(channel, min(PIECE_MS, ms - done), reason)

    def _skip(self, ms: int) -> Resume:
        self._stopped = False
        self._resumed.append(self._times.jump(self._times.clock + ms))
        return Resume(ms)

    def _decoded(self, data: bytes) -> Samples:
        if self._format == "PCMU":
            return mulaw.decode(data)
        order = "<i2" if self._order == "little" else ">i2"
        return np.frombuffer(data, order).astype(np.int16)
