"""What the edges report about sound: speech activity and gaps."""

from assist.events.base import Channel, Event


class SpeechStarted(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="speech.started"
):
    """Somebody began to speak."""

    channel: Channel
    start: int
    """When the sound began, in milliseconds; earlier than `at` by the onset."""


class SpeechEnded(Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="speech.ended"):
    """Somebody stopped speaking."""

    channel: Channel
    start: int
    end: int
    """When the sound ended, in milliseconds; earlier than `at` by the hangover."""


class AudioGap(Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="audio.gap"):
    """Sound that was lost; silence stands in its place."""

    channel: Channel
    start: int
    end: int
    reason: str
    """What happened to it, in a word or two."""
