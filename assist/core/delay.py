"""How long after speech its final comes, from the call's own events."""

from collections import deque

from assist.events import CHANNELS, Channel, Event, SpeechEnded, TranscriptFinal


class FinalDelay:
    """TTFS, "time to final segment": end of speech → final, on the call clock."""

    def __init__(self) -> None:
        self._ends: dict[Channel, deque[int]] = {channel: deque() for channel in CHANNELS}
        """Ends of speech that no final has come after yet."""
        self._settled: dict[Channel, int] = dict.fromkeys(CHANNELS, 0)
        """The end of the newest speech that has its final."""
        self._worst: int | None = None

    def observe(self, event: Event) -> None:
        """Look at an event of the call."""
        if isinstance(event, SpeechEnded):
            self._ends[event.channel].append(event.end)
        elif isinstance(event, TranscriptFinal) and event.words:
            self._settle(event.channel, event.words[-1].end, event.at)

    def take_worst(self) -> int | None:
        """Return the longest since the last call of this method, in milliseconds, if any."""
        worst, self._worst = self._worst, None
        return worst

    def _settle(self, channel: Channel, spoken: int, at: int) -> None:
        """Find the end of the speech whose last word ended at `spoken`.

        A final of speech that still goes on has none; a later revision of a final is no news.
        """
        if spoken <= self._settled[channel]:
            return
        ends = self._ends[channel]
        while ends and ends[0] < spoken:
            ends.popleft()
        if ends:
            self._settled[channel] = ends.popleft()
            self._worst = max(self._worst or 0, at - self._settled[channel])
