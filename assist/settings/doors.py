"""What the operator may set about the doors through which calls come in."""

import base64
from typing import Annotated, Literal

import msgspec

from assist.events import Channel

Role = Channel
"""Whose sound a party's is; which is which is always a setting."""
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]


class _Door(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A door is shut until the operator opens it."""

    enabled: bool = False
    """Whether calls may come in here."""


class NativeDoor(_Door, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Our own protocol: the agent's desk and the browser page."""

    enabled: bool = True
    """Whether calls may come in here."""


class TwilioDoor(_Door, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Twilio Media Streams."""

    inbound: Role = "customer"
    """Who speaks on the leg that runs the TwiML."""
    outbound: Role = "agent"
    """What that party hears."""
    auth_token_file: str = ""
    """Holds the account's token; without it only this machine may connect."""

    def __post_init__(self) -> None:
        """Refuse the same role for both sides."""
        if self.inbound == self.outbound:
            raise ValueError("inbound and outbound must be two different roles")


class AudioHookDoor(_Door, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Genesys AudioHook."""

    external: Role = "customer"
    """Who speaks on the channel of that name."""
    internal: Role = "agent"
    """Who speaks on the channel of that name."""
    keys: dict[str, str] = {}
    """Client secret in base64 by API key; an empty secret = that key need not sign."""
    agents: dict[str, str] = {}
    """Agent by the participant's id or the number that was called."""
    send_transcripts: bool = False
    """Whether finals go back to Genesys."""
    l16_byte_order: Literal["little", "big"] = "little"
    """Of sound as L16; PCMU, which is preferred, has no such question."""

    def __post_init__(self) -> None:
        """Refuse the same role for both sides, and a secret that cannot be one."""
        if self.external == self.internal:
            raise ValueError("external and internal must be two different roles")
        for secret in self.keys.values():
            try:
                base64.b64decode(secret + "=" * (-len(secret) % 4), validate=True)
            except ValueError as error:
                raise ValueError("a client secret in keys is no base64") from error


class AudioSocketDoor(_Door, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Asterisk AudioSocket, a TCP port of its own."""

    host: str = "127.0.0.1"
    """Where it listens: this machine, or one private address. It has no password."""
    port: Port = 9092
    """For TCP."""
    peers: tuple[str, ...] = ("127.0.0.1",)
    """Addresses and networks that may connect, like `10.1.2.3` or `10.1.0.0/16`."""


class AsteriskDoor(_Door, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Asterisk chan_websocket."""

    username: str = ""
    """For HTTP basic."""
    password_file: str = ""
    """Holds the password of HTTP basic; without it only this machine may connect."""
    peers: tuple[str, ...] = ("127.0.0.1",)
    """Addresses and networks that may connect, like `10.1.2.3` or `10.1.0.0/16`."""


class FreeSwitchDoor(_Door, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """FreeSWITCH mod_audio_fork and mod_audio_stream."""

    left: Role = "customer"
    """Who speaks on the first channel, the caller's; the metadata may say otherwise."""
    right: Role = "agent"
    """Who speaks on the second, the callee's."""
    rate: Literal[8_000, 16_000] = 16_000
    """Of the sound, where the metadata do not say."""
    username: str = ""
    """For HTTP basic."""
    password_file: str = ""
    """Holds the password of HTTP basic, or the bearer token; without it only this machine."""

    def __post_init__(self) -> None:
        """Refuse the same role for both sides."""
        if self.left == self.right:
            raise ValueError("left and right must be two different roles")


class Ingest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The doors, by name."""

    native: NativeDoor = NativeDoor()
    twilio: TwilioDoor = TwilioDoor()
    audiohook: AudioHookDoor = AudioHookDoor()
    audiosocket: AudioSocketDoor = AudioSocketDoor()
    asterisk: AsteriskDoor = AsteriskDoor()
    freeswitch: FreeSwitchDoor = FreeSwitchDoor()
