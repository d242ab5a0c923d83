"""What the operator may set about the agent's desk."""

from typing import Annotated

import msgspec

from assist.protocol import RING_MOST_S, RING_S

RingSeconds = Annotated[int, msgspec.Meta(ge=RING_S, le=RING_MOST_S)]


class Capture(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which devices the desk reads, and where it sends them (docs/capture.md)."""

    server: str = ""
    """Of the service, like `wss://assist.example.org`; empty = on this machine."""
    token_file: str = ""
    """Holds the token; empty = the one that `assist serve` wrote on this machine."""
    agent: str = ""
    """Whose overlay shows the calls; empty = whoever the token belongs to."""
    microphone: str = "default"
    """The agent's device: its name or a part of it, or `default`."""
    call: str = "default"
    """The device that the call's sound is played on: its name or a part of it, or `default`."""
    ring: RingSeconds = RING_S
    """Seconds of sound that are kept while the server cannot be reached."""
