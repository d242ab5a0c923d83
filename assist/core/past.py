"""What is known of a call that goes on after its service was interrupted; pure.

The source sends the last sound once more, so the same things are noticed again. They are told
once: an event of the stretch that the log covers is left out, and words take up the numbers of
their utterances where the log left them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from assist.events import (
    AudioGap,
    CallPaused,
    CallResumed,
    Channel,
    Event,
    MetricsUpdated,
    SpeechEnded,
    SpeechStarted,
    Tick,
    TranscriptFinal,
    TranscriptPartial,
)

_OF_SOUND = (
    AudioGap, CallPaused, CallResumed, MetricsUpdated, SpeechEnded, SpeechStarted, Tick
)  # fmt: skip
_Words = TranscriptPartial | TranscriptFinal


@dataclass(frozen=True, slots=True)
class Past:
    """The log of a call, as far as it matters to what follows."""

    until: int = 0
    """Call clock of its last event, in milliseconds."""
    latest: Mapping[str, _Words] = field(default_factory=dict)
    """The last word on each utterance."""

    @staticmethod
    def of(events: Iterable[Event]) -> "Past":
        """Read a log."""
        until, latest = 0, dict[str, _Words]()
        for event in events:
            until = max(until, event.at)
            if isinstance(event, _Words):
                latest[event.utterance] = event
        return Past(until, latest)

    def utterances_before(self, channel: Channel, at: int) -> int:
        """Count the utterances of a channel that were over at a time."""
        over = [
            int(name[1:])
            for name, event in self.latest.items()
            if event.channel == channel and _end(event) <= at
        ]
        return max(over, default=0)

    def covers(self, event: Event, now: int) -> bool:
        """Tell whether an event of the sound stands in the log already."""
        return now <= self.until and self.until > 0 and isinstance(event, _OF_SOUND)

    def renewed(self, event: Event) -> Event | None:
        """Return words as the next news of their utterance; none where its final is known."""
        if not self.until:
            return event
        at = max(event.at, self.until)
        if not isinstance(event, _Words):
            return replace(event, at=at)
        known = self.latest.get(event.utterance)
        if isinstance(known, TranscriptFinal):
            return None
        before = known.revision if known else 0
        return replace(event, at=at, revision=event.revision + before)


def _end(event: _Words) -> int:
    words = (*event.words, *(event.tail if isinstance(event, TranscriptPartial) else ()))
    return words[-1].end if words else event.at
