"""The call itself: its beginning, its end and the beat of its clock."""

from assist.events.base import Channel, Event, Part


class CallSettings(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings that decide what a call shows; part of the record, so that a replay is exact."""

    playbook: str = ""
    """Name and version, for example `en/support@1`; empty = the language's own."""
    praise: bool = True
    """Whether what was done well is shown, too."""
    help_level: int = 3
    """The lowest priority that is shown: 3 for a new agent, 2 for an experienced one (and no
    praise), 1 for quiet: only what cannot wait."""
    later: tuple[str, ...] = ()
    """Cues that this workplace found unhelpful: they are shown one priority later."""
    hidden: tuple[str, ...] = ()
    """Cues that it found unhelpful even so: they are not shown during a call."""


class CallStarted(Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="call.started"):
    """The first event of every call."""

    language: str
    """A code like `en`."""
    channels: tuple[Channel, ...] = ("agent", "customer")
    """Whose sound is heard, the agent first."""
    agent: str = ""
    """The workplace, where one is named; no figure is ever kept about it."""
    source: str = ""
    """Where the sound comes from, in a word: file, demo, microphone …"""
    issue: tuple[str, ...] = ()
    """Words of the ticket, where a ticket is known."""
    queue_ms: int = 0
    """How long the customer waited to be put through, in milliseconds; 0 where nobody tells."""
    words: bool = True
    """False in timing-only mode: no speech model listens."""
    settings: CallSettings = CallSettings()
    """What the call shows; fixed when it begins."""


class CallUpdated(Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="call.updated"):
    """Something learned about a running call."""

    language: str = ""
    agent: str = ""
    """The workplace; empty = as before."""
    issue: tuple[str, ...] = ()


class CallPaused(Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="call.paused"):
    """Nothing is heard, decoded or kept from here on."""

    reason: str
    """Why, in a word or two."""
    by: str = ""
    """Who asked for it: `agent`, `supervisor` …"""


class CallResumed(Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="call.resumed"):
    """Listening goes on."""

    skipped: int
    """How long the pause was, in milliseconds; the call clock has jumped by it."""


class CallEnded(Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="call.ended"):
    """The call is over; only what that brings to an end, such as a nudge, is told after it."""

    reason: str = "hangup"
    """Why, in a word or two."""


class Tick(Event, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="tick"):
    """Every 500 ms of sound, 100 while time is about to decide: silence, too, moves the clock."""

    late: int = 0
    """How far the sound runs behind real time, in milliseconds."""
    behind: int = 0
    """`late` and the lag of the words beyond the usual hop together, in milliseconds."""
