"""What the operator may set about the service itself."""

from typing import Annotated, Literal

import msgspec

from assist.settings.doors import Port

Seconds = Annotated[float, msgspec.Meta(ge=0)]


class Serve(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the service listens and how it ends."""

    host: str = "127.0.0.1"
    """Where it listens; anything but this machine itself needs TLS and users."""
    port: Port = 8765
    """For everything: pages, feeds and doors, except AudioSocket."""
    public_url: str = ""
    """How the world reaches it, like `https://assist.example.org`; empty = host and port."""
    certificate: str = ""
    """A file of TLS certificates (PEM); empty = no TLS here."""
    key: str = ""
    """The certificate's private key (PEM)."""
    behind_proxy: bool = False
    """A proxy on this machine does TLS."""
    drain_timeout: Seconds = 60.0
    """So many seconds may open calls go on after SIGTERM."""
    calls: Annotated[int, msgspec.Meta(ge=1)] = 100
    """Calls at a time; words may allow fewer."""
    log: Literal["auto", "json", "console"] = "auto"
    """auto = readable on a terminal, else a JSON object a line."""
    data: str = ""
    """The data directory; empty = the user's own."""
