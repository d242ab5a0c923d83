"""The flat envelope that every message shares, and the small types that many messages use."""

from typing import Literal

import msgspec

Channel = Literal["agent", "customer"]
CHANNELS: tuple[Channel, Channel] = ("agent", "customer")

Stage = Literal["opening", "venting", "empathy", "problem_solving", "agreement", "close"]


def other(channel: Channel) -> Channel:
    """Return the opposite side of the call."""
    return "customer" if channel == "agent" else "agent"


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A piece of a message; it has no type tag of its own."""


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every message carries. `at` never decreases within a call."""

    seq: int = 0
    """Position in the log, from 1; 0 until the engine has numbered the event."""
    call_id: str = ""
    at: int
    """Call clock in milliseconds when the system learned this."""


class WordsEvidence(Part, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="words"):
    """Words that prove a cue."""

    channel: Channel
    start: int
    end: int
    text: str
    """The words as they were written."""


class NumberEvidence(Part, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="number"):
    """A measured number that proves a cue, beside the threshold it met."""

    name: str
    """What was measured, its unit at the end: `overlap_ms`."""
    value: float
    """What it came to."""
    threshold: float
    """What it had to reach, or to stay under."""


Evidence = WordsEvidence | NumberEvidence
