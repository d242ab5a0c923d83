"""Trouble, figures and words from a supervisor."""

from assist.events.base import Event


class Fault(Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="fault"):
    """Trouble during a call; the call goes on with what still works."""

    code: str
    """`timing_only`, `one_channel`, `audio_broken`, `model_loading`, `model_failed`, `behind` …"""
    text: str
    active: bool = True


class MetricsUpdated(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="metrics.updated"
):
    """Figures about the machine, never about people."""

    values: dict[str, float]


class SupervisorNote(
    Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="supervisor.note"
):
    """Words from a person to the agent; never a rating."""

    author: str
    text: str
