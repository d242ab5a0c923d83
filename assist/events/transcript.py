"""What was said, while it may still change and when it no longer does."""

from assist.events.base import Channel, Event, Part


class Word(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The unit of evidence."""

    text: str
    """As the recogniser wrote it, punctuation included, no space around it."""
    start: int
    end: int
    probability: float = 1.0


class TranscriptPartial(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="transcript.partial"
):
    """An utterance that may still change; it replaces what was known under the same id."""

    utterance: str
    channel: Channel
    revision: int
    words: tuple[Word, ...]
    """Stable words: two successive hypotheses agreed on them."""
    tail: tuple[Word, ...] = ()
    """The newest words, which may still change."""


class TranscriptFinal(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="transcript.final"
):
    """An utterance that will not change, save by a later revision."""

    utterance: str
    channel: Channel
    revision: int
    words: tuple[Word, ...]
