"""Twilio Media Streams: JSON messages, µ-law in base64, one track a side; pure.

Only one-way forks (`<Start><Stream>`) are understood, and nothing is ever sent back.
"""

import binascii
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hmac import compare_digest, digest
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec

from assist.audio import mulaw
from assist.core.audio import Samples
from assist.events import CHANNELS, CallEnded, Channel, Event
from assist.ingest.items import Close, End, Item, Start
from assist.ingest.login import from_here
from assist.ingest.session import Unacceptable
from assist.ingest.track import Track
from assist.settings.doors import TwilioDoor

RATE = 8_000
SKEW_MS = 400
"""A track that is further behind the other than this is filled up with silence."""
START_MS = 10_000
"""A connection has so long to start its stream."""
RETURN_MS = 10_000
"""After the loss of a stream a new one goes on with the call for so long."""
LANGUAGES = ("en", "de", "auto")

TrackName = Literal["inbound", "outbound"]


class _Message(msgspec.Struct, frozen=True, rename="camel"):
    """What Twilio sends; fields that we do not know are ignored."""


class _Connected(_Message, frozen=True):
    protocol: Literal["Call"]


class _Format(_Message, frozen=True):
    encoding: str
    sample_rate: int | str
    channels: int | str


class _Parameters(_Message, frozen=True):
    """What the operator's TwiML says about the call."""

    agent_id: Annotated[str, msgspec.Meta(pattern=r"\A[^\x00-\x1f\x7f]{0,64}\Z")] = ""
    language: str = ""


class _Opening(_Message, frozen=True):
    call_sid: Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{8,64}\Z")]
    tracks: Annotated[tuple[TrackName, ...], msgspec.Meta(min_length=1, max_length=2)]
    media_format: _Format
    custom_parameters: _Parameters = _Parameters()


class _Start(_Message, frozen=True):
    start: _Opening


class _Sound(_Message, frozen=True):
    track: TrackName
    timestamp: Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{1,12}\Z")]
    """Milliseconds from the start of the stream."""
    payload: str


class _Media(_Message, frozen=True):
    media: _Sound


class _Stop(_Message, frozen=True):
    pass


class _Dropped(_Message, frozen=True):
    """Nothing of it is read: a digit may be part of a card's number."""


class _Any(_Message, frozen=True):
    event: str


Kind = TypeVar("Kind", bound=_Message)
KINDS: dict[str, type[_Message]] = {
    "connected": _Connected,
    "start": _Start,
    "media": _Media,
    "dtmf": _Dropped,
    "mark": _Dropped,
    "stop": _Stop,
}


@dataclass(slots=True, eq=False)
class _Stream:
    """What is kept of a call over all its streams."""

    tracks: dict[TrackName, Track]
    number: int = 1
    """Counts the streams; only the newest is heard."""
    lost_at: int | None = None


class Streams:
    """The calls of this door, by id: a new stream of one goes on where the old one stopped.

    Args:
        most: so many are kept; then the oldest is forgotten, and could not be continued.
    """

    def __init__(self, most: int = 1_000) -> None:
        self._most = most
        self._known: dict[str, _Stream] = {}

    def __len__(self) -> int:
        """Count the calls that are kept."""
        return len(self._known)

    def start(self, call_id: str, tracks: Mapping[TrackName, Track], *, now: int) -> _Stream:
        """Return the call's tracks: those given, or known ones if the call comes back in time."""
        known = self._known.pop(call_id, None)
        if known is None or known.tracks.keys() != tracks.keys() or _too_late(known, now):
            known = _Stream(dict(tracks))
        else:
            known.number, known.lost_at = known.number + 1, None
            for track in known.tracks.values():
                track.restart(since=now)
        if len(self._known) >= self._most:
            del self._known[next(iter(self._known))]
        self._known[call_id] = known
        return known

    def forget(self, call_id: str) -> None:
        """Drop a call that is over."""
        self._known.pop(call_id, None)


class TwilioSession:
    """One stream: the call begins with `start` and ends with `stop`.

    When the connection is lost the call is not over: Twilio may come back with a new stream.

    Args:
        door: whose sound each track is.
        streams: the calls of this door.
    """

    LONGEST_TEXT = 64 * 1024
    LONGEST_BINARY = 64 * 1024

    def __init__(self, door: TwilioDoor, streams: Streams) -> None:
        self._roles: dict[TrackName, Channel] = {
            "inbound": door.inbound,
            "outbound": door.outbound,
        }
        self._streams = streams
        self._call_id = ""
        self._stream: _Stream | None = None
        self._number = 0
        self._connected_at: int | None = None
        self._over = False

    def text(self, data: str, now: int) -> Iterator[Item]:
        """Take a message; after `stop` none matters."""
        if self._over:
            return
        self._check_replaced()
        match _read(data):
            case _Start(start=start):
                yield from self._begin(start, now)
            case _Media(media=media):
                yield from self._hear(media, now)
            case _Stop():
                yield from self._end()

    def binary(self, data: bytes, now: int) -> Iterator[Item]:  # as every door
        """Refuse it: there are no binary messages."""
        yield from ()  # like every door: what it thinks of a message is known when it is asked
        raise Unacceptable(1003, "Twilio sends text messages only.")

    def wait(self, now: int) -> Iterator[Item]:
        """Send away who does not start; the clock moves by the stamps alone."""
        if self._connected_at is None:
            self._connected_at = now
        if self._stream is None and now - self._connected_at >= START_MS:
            raise Unacceptable(4408, "No stream was started.")
        yield from ()

    def told(self, event: Event) -> Iterator[Item]:
        """Hang up when the call is over."""
        if isinstance(event, CallEnded):
            self._streams.forget(self._call_id)
            yield Close()

    def lost(self, now: int) -> Iterator[Item]:
        """Yield nothing: the call waits for a new stream."""
        if self._stream and self._number == self._stream.number:
            self._stream.lost_at = now
        yield from ()

    def _begin(self, start: _Opening, now: int) -> Iterator[Item]:
        if self._stream:
            raise Unacceptable(1003, "The stream has started already.")
        _check_format(start.media_format)
        new = {name: Track(self._roles[name], rate=RATE, since=now) for name in start.tracks}
        self._call_id = start.call_sid
        self._stream = self._streams.start(start.call_sid, new, now=now)
        self._number = self._stream.number
        yield self._announce(start)

    def _announce(self, start: _Opening) -> Start:
        heard = {self._roles[name] for name in start.tracks}
        told = start.custom_parameters
        return Start(
            start.call_sid,
            agent=told.agent_id,
            channels=tuple(channel for channel in CHANNELS if channel in heard),
            language=told.language if told.language in LANGUAGES else "",
            source="twilio",
            skew_ms=SKEW_MS,
        )

    def _check_replaced(self) -> None:
        if self._stream and self._number != self._stream.number:
            raise Unacceptable(4409, "A newer stream of this call has taken its place.")

    def _hear(self, media: _Sound, now: int) -> Iterator[Item]:
        track = self._stream and self._stream.tracks.get(media.track)
        if not track:
            raise Unacceptable(1003, "Sound came of a track that was not started.")
        yield from track.push(_decode(media.payload), at=int(media.timestamp), now=now)

    def _end(self) -> Iterator[Item]:
        if not self._stream:
            raise Unacceptable(1003, "The stream has not started.")
        self._over = True
        self._streams.forget(self._call_id)
        yield End("hangup")


def admit(
    headers: Mapping[str, str],
    *,
    door: TwilioDoor,
    token: str,
    public_url: str,
    path: str,
    peer: str,
) -> str:
    """Return one sentence why a request may not come in; empty when it may.

    Twilio signs the address as it was told it, so ours is built from the settings: a proxy may
    change what the request says of its host.

    Args:
        headers: of the request, their names in lower case.
        door: is it open at all?
        token: the account's; empty = none is known, and only this machine may connect.
        public_url: how the world reaches us.
        path: of the request.
        peer: the address that it came from.
    """
    if not door.enabled:
        return "The door is shut."
    if not token:
        here = from_here(peer, headers)
        return "" if here else "Without an auth token only this machine may connect."
    if not public_url:
        return "The setting public_url is needed to check signatures."
    public = urlsplit(public_url)
    url = f"wss://{public.netloc}{public.path.rstrip('/')}{path}"
    return "" if _signed(headers, token, url) else "The signature is missing or wrong."


def signature(token: str, url: str) -> str:
    """Return what Twilio puts into `X-Twilio-Signature`: HMAC-SHA1 of the address, in base64."""
    return b64encode(digest(token.encode(), url.encode(), "sha1")).decode()


def _signed(headers: Mapping[str, str], token: str, url: str) -> bool:
    """Tell whether the signature is that of the address, with or without a slash at its end."""
    given = headers.get("x-twilio-signature", "").encode(errors="replace")
    bare = url.rstrip("/")
    expected = [signature(token, one).encode() for one in (bare, f"{bare}/")]
    return any(compare_digest(given, one) for one in expected)


def _too_late(stream: _Stream, now: int) -> bool:
    return stream.lost_at is not None and now - stream.lost_at > RETURN_MS


def _read(data: str) -> _Message:
    if len(data) > TwilioSession.LONGEST_TEXT:
        raise Unacceptable(1009, "The message is too long.")
    kind = KINDS.get(_parse(data, _Any).event)
    if kind is None:
        raise Unacceptable(1003, "Media Streams know no such message.")
    return _parse(data, kind)


def _parse(data: str, kind: type[Kind]) -> Kind:
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        # only the place: the sentence of msgspec may quote what stands there
        place = str(error).rpartition(" - at ")[2].strip("`$.") or "event"
        raise Unacceptable(4400, f"A field is missing or wrong: {place}") from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Unacceptable(1007, "The message is not JSON.") from None


def _check_format(sound: _Format) -> None:
    told = (sound.encoding, str(sound.sample_rate), str(sound.channels))
    if told != ("audio/x-mulaw", str(RATE), "1"):
        raise Unacceptable(4415, "The sound must be audio/x-mulaw at 8000 Hz, one channel a track.")


def _decode(payload: str) -> Samples:
    try:
        return mulaw.decode(binascii.a2b_base64(payload, strict_mode=True))
    except ValueError:  # binascii's own, and that of text beyond ASCII
        raise Unacceptable(1007, "The payload is not base64.") from None
