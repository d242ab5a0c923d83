"""Trouble, figures and words from a supervisor."""

from assist.events.base import Event


class Fault(Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="fault"):
    """Trouble during a call; the call goes on with what still works."""

    code: str
    """`timing_only`, `one_channel`, `channels_swapped`, `audio_broken`,
    `recogniser_failed` …"""
    text: str
    """One sentence: what is wrong and what to do."""
    active: bool = True
    """False when the trouble is over."""


class MetricsUpdated(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="metrics.updated"
):
    """Figures about the machine, never about people."""

    values: dict[str, float]
    """Figure by name."""


class SupervisorNote(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="supervisor.note"
):
    """Words from a person to the agent; never a rating."""

    author: str
    """Who wrote it."""
    text: str
    """The words, as they are shown."""
