"""What the doors make of the world's protocols; a door yields these and nothing else."""

from dataclasses import dataclass

from assist.core.audio import RATE, Samples
from assist.events import CHANNELS, Channel


@dataclass(frozen=True, slots=True)
class Start:
    """A call begins; the first item of a session that has one."""

    call_id: str
    agent: str = ""
    """Whose overlay shows it; empty = nobody's."""
    channels: tuple[Channel, ...] = CHANNELS
    language: str = ""
    """`en`, `de` or `auto`; empty = as the settings say."""
    playbook: str = ""
    """One of our own, as `support`; empty = as the settings say."""
    help_level: int = 0
    """As in the call's settings, chosen by the agent; 0 = as the operator says."""
    source: str = ""
    """The door, in a word."""
    spare: str = ""
    """The call's name while another connection carries `call_id`; empty = both carry one call."""
    skew_ms: int = 1_000
    """A channel that is further behind the other than this is filled up with silence."""


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """The next sound of one channel."""

    channel: Channel
    pcm: Samples
    """Shape (n,), at the source's rate."""
    rate: int = RATE


@dataclass(frozen=True, slots=True)
class Gap:
    """Sound of one channel that never came: silence takes its place."""

    channel: Channel
    ms: int
    reason: str
    """`lost`, `not_sent`, `late`, `stalled`, `discarded`, `device_lost`, `xrun` …"""


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is heard from here on."""

    reason: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Resume:
    """Listening goes on."""

    skipped: int
    """How long nothing was heard, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Split:
    """Open utterances end here; the language may be another one from now on."""

    language: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something at the source is wrong, or is well again."""

    code: str
    text: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class End:
    """The call is over."""

    reason: str
    """`hangup`, `stopped`, `lost` or `error`."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A position of the source: the call tells when all before it needs no repeating."""

    seq: int


@dataclass(frozen=True, slots=True)
class Send:
    """Text or bytes for the source."""

    data: str | bytes


@dataclass(frozen=True, slots=True)
class Close:
    """The socket is to be closed; what was yielded before is still sent."""

    code: int = 1000
    reason: str = ""


Item = Start | Audio | Gap | Pause | Resume | Split | Trouble | End | Mark | Send | Close
