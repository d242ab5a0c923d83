"""Asterisk chan_websocket: one side of a call on a WebSocket, its events as JSON or words; pure.

The first message tells who it is: by the variables that the dialplan set, or by a channel id that
was announced (see `pairing`). We never send a command: one of them hangs up.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

import msgspec
import numpy as np

from assist.audio import mulaw
from assist.core.audio import Samples
from assist.errors import CapacityError
from assist.events import Channel, Event
from assist.ingest.items import Item
from assist.ingest.login import from_here, knows
from assist.ingest.pairing import Agent, CallId, Language, Pairing, stream_name
from assist.ingest.peers import Networks
from assist.ingest.session import Unacceptable
from assist.ingest.stream import Stream

SUBPROTOCOL = "media"
START_MS = 5_000
"""A connection has so long to say what it is."""
RATES = {"slin": 8_000, "slin16": 16_000, "slin32": 32_000, "slin48": 48_000, "ulaw": 8_000}
"""By the format's name; signed 16 bit little-endian, and µ-law."""
CODEC = "the format is none of " + ", ".join(RATES)
WORDS = ("channel_id", "format")
"""What is read of the first message where it is no JSON: names and values in words."""
CALL, ROLE = "__CALL_ASSIST_CALL", "__CALL_ASSIST_ROLE"
AGENT, LANGUAGE = "__CALL_ASSIST_AGENT", "__CALL_ASSIST_LANGUAGE"


class _Place(msgspec.Struct, frozen=True):
    """The variables of the dialplan that are meant for us; there may be others."""

    call_id: CallId = msgspec.field(name=CALL)
    role: Channel = msgspec.field(name=ROLE)
    agent: Agent = msgspec.field(name=AGENT, default="")
    language: Language = msgspec.field(name=LANGUAGE, default="")


class _Start(msgspec.Struct, frozen=True):
    """The first message; fields that we do not need are ignored."""

    event: Literal["MEDIA_START"]
    channel_id: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    format: str
    channel_variables: dict[str, str] = {}


class _Event(msgspec.Struct, frozen=True):
    event: str


def admit(
    headers: Mapping[str, str], *, username: str, password: str, peer: str, peers: Networks
) -> str:
    """Return why a request may not come in, in one sentence; empty when it may.

    Args:
        headers: of the request, their names in lower case.
        username: of the settings.
        password: what stands in the settings' file; empty = none, and only this machine may come.
        peer: the address it comes from.
        peers: addresses that may come.
    """
    if peer not in peers:
        return "This address is not among the door's peers."
    if SUBPROTOCOL not in (o.strip() for o in headers.get("sec-websocket-protocol", "").split(",")):
        return "The subprotocol is not media."
    if not password:
        return "" if from_here(peer, headers) else "Without a password only this machine may come."
    if not knows(headers, username=username, password=password):
        return "The user's name or the password is wrong."
    return ""


class AsteriskSession:
    """One connection: MEDIA_START, then sound until it is gone.

    Args:
        pairing: knows which call and side it is.
    """

    LONGEST_TEXT = 16 * 1024
    LONGEST_BINARY = 65_500
    """As Asterisk's own limit."""

    def __init__(self, pairing: Pairing) -> None:
        self._pairing = pairing
        self._stream = Stream(pairing)
        self._opened_at: int | None = None
        self._format = ""

    def text(self, data: str, now: int) -> Iterator[Item]:
        """Take an event; all but the first are thrown away unread, a digit among them."""
        self._open(now)
        if self._stream.named:
            return
        start = _read(data)
        if start is None:
            return
        if start.format not in RATES:
            raise Unacceptable(4415, CODEC)
        self._format = start.format
        yield from self._place(start, now)

    def binary(self, data: bytes, now: int) -> Iterator[Item]:
        """Take sound."""
        if not self._stream.named:
            raise Unacceptable(1002, "sound came before MEDIA_START")
        if self._format != "ulaw" and len(data) % 2:
            raise Unacceptable(1007, "a sample is cut in two")
        yield from self._stream.push(self._samples(data), RATES[self._format], now)

    def wait(self, now: int) -> Iterator[Item]:
        """Look for the call, and fill what is missing."""
        if not self._stream.named and now - self._open(now) >= START_MS:
            raise Unacceptable(4408, "no MEDIA_START came")
        yield from self._stream.wait(now)

    def told(self, event: Event) -> Iterator[Item]:
        """Leave when the call is over; leave the time of a pause out."""
        yield from self._stream.told(event)

    def lost(self, now: int) -> Iterator[Item]:
        """Hang up: a closed connection is the usual end."""
        yield from self._stream.lost(now)

    def _open(self, now: int) -> int:
        if self._opened_at is None:
            self._opened_at = now
        return self._opened_at

    def _place(self, start: _Start, now: int) -> Iterator[Item]:
        """Find the call by the variables, or else by the channel's id."""
        if CALL not in start.channel_variables:
            yield from self._stream.name(stream_name(start.channel_id), now)
            return
        try:
            place = msgspec.convert(start.channel_variables, _Place)
        except msgspec.ValidationError:
            raise Unacceptable(4400, f"{CALL} or {ROLE} is no call or role") from None
        try:
            side = self._pairing.enter(
                place.call_id, place.role, now, agent=place.agent, language=place.language
            )
        except CapacityError as error:
            raise Unacceptable(1013, str(error)) from None
        yield from self._stream.enter(side)

    def _samples(self, data: bytes) -> Samples:
        if self._format == "ulaw":
            return mulaw.decode(data)
        return np.frombuffer(data, "<i2").astype(np.int16, copy=False)


def _read(data: str) -> _Start | None:
    """Read the first event in either form; nothing when it is another event."""
    words = data.split()
    try:
        if data.lstrip().startswith("{"):
            raw: object = msgspec.json.decode(data)
        else:
            pairs = (word.partition(":") for word in words[1:])
            told = {key: value for key, _, value in pairs if key in WORDS}
            raw = told | {"event": "".join(words[:1])}
        if msgspec.convert(raw, _Event).event != "MEDIA_START":
            return None
        return msgspec.convert(raw, _Start)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Unacceptable(1007, "no event of chan_websocket") from None
