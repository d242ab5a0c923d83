"""A channel whose messages say when their sound was made (class T); pure."""

from collections.abc import Iterator

from assist.core.audio import Samples
from assist.events import Channel
from assist.ingest.items import Audio, Gap
from assist.ingest.session import Unacceptable

FRAME_MS = 20
"""A hole shorter than a frame is no loss: stamps are not that exact."""
ABSURD_MS = 60_000
"""A stamp may be so far ahead of real time, or behind the sound before it."""


class Track:
    """Put the sound of one channel where its stamps say: fill holes, drop what comes twice.

    Args:
        channel: whose sound it is.
        rate: samples a second.
        since: when the stream began, on the machine's clock in milliseconds; stamps count from it.
    """

    def __init__(self, channel: Channel, *, rate: int, since: int) -> None:
        self._channel = channel
        self._rate = rate
        self._since = since
        self._begun_ms = 0
        """When the present stream began, on the track's own time."""
        self._position = 0
        """Samples received and filled: where the next sound is due."""

    def restart(self, *, since: int) -> None:
        """Go on with the stamps of a new stream, which began at `since`; the time between is lost.

        Args:
            since: on the machine's clock, in milliseconds.
        """
        self._begun_ms = since - self._since

    def push(self, pcm: Samples, *, at: int, now: int) -> Iterator[Audio | Gap]:
        """Take sound of shape (n,).

        Args:
            pcm: the sound.
            at: its stamp: milliseconds since the stream began.
            now: when it came, on the machine's clock.

        Raises:
            Unacceptable: the stamp cannot be true.
        """
        at += self._begun_ms
        hole = at * self._rate // 1000 - self._position
        self._check(at, hole, now)
        if hole >= FRAME_MS * self._rate // 1000:
            yield self._fill(hole)
        elif -hole >= self._rate // 1000:  # less is only the rounding of a stamp
            pcm = pcm[-hole:]
        if len(pcm):
            self._position += len(pcm)
            yield Audio(self._channel, pcm, self._rate)

    def _check(self, at: int, hole: int, now: int) -> None:
        if at - (now - self._since) > ABSURD_MS:
            raise Unacceptable(4400, "The time of the sound is more than a minute ahead.")
        if -hole > ABSURD_MS * self._rate // 1000:
            raise Unacceptable(4400, "The time of the sound went back by more than a minute.")

    def _fill(self, hole: int) -> Gap:
        ms = hole * 1000 // self._rate
        self._position += ms * self._rate // 1000
        return Gap(self._channel, ms, "lost")
