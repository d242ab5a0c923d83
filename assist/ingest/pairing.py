"""Which connection is which side of which call, for sources that send one side at a time; pure.

The operator's telephone system announces a call (`POST /api/calls`): it names the streams that will
come, or have just come, and whose sound each is. A stream's name is good for one connection.
"""

import re
from collections import deque
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

from assist.errors import CapacityError, ProtocolError
from assist.events import CHANNELS, Channel
from assist.ingest.items import Start
from assist.ingest.paired import PairedCall
from assist.ingest.session import Unacceptable

ANNOUNCE_MS = 5_000
"""A stream that is there must be announced so soon."""
KEPT_MS = 300_000
"""An announced call whose streams do not come is forgotten after this time."""
MOST = 1_000
"""Calls that may be announced or run at a time."""
SILENT_MS = 60_000
"""A connection that does not ask for so long is gone; it should have said so."""
SKEW_MS = 2_000
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")

CallId = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{8,64}\Z")]
Agent = Annotated[str, msgspec.Meta(pattern=r"\A[^\x00-\x1f\x7f]{0,64}\Z")]
Language = Literal["", "en", "de", "auto"]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class Announcement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of `POST /api/calls`."""

    call_id: CallId
    agent: Agent = ""
    """Whose overlay shows it."""
    language: Language = ""
    streams: Annotated[dict[Name, Channel], msgspec.Meta(min_length=1, max_length=2)]
    """Whose sound a stream is, by its UUID (AudioSocket) or channel id (chan_websocket)."""


def read(body: bytes) -> Announcement:
    """Read an announcement.

    Raises:
        ProtocolError: it is none.
    """
    try:
        announcement = msgspec.json.decode(body, type=Announcement)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProtocolError(f"no announcement of a call: {error}") from None
    if len(set(announcement.streams.values())) < len(announcement.streams):
        raise ProtocolError("no announcement of a call: two streams have the same role")
    return announcement


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A connection's place: one channel of one call."""

    call: PairedCall
    channel: Channel


@dataclass(slots=True, eq=False)
class _Known:
    """A call, the streams that it still waits for, and since when."""

    call: PairedCall
    since: int
    streams: dict[str, Channel]


@dataclass(slots=True, eq=False)
class _Early:
    asked: int
    """When its connection asked last."""
    first_sound: int | None
    """When its first sample came."""


class Pairing:
    """Find the call of a connection; one for all connections of a service."""

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._calls: dict[str, _Known] = {}
        """By call id; those that are announced, and those that run."""
        self._names: dict[str, str] = {}
        """Call id by a stream's name."""
        self._early: dict[str, _Early] = {}
        """Streams that came before they were announced."""
        self._past: deque[str] = deque(maxlen=most)

    def announce(self, told: Announcement, now: int) -> None:
        """Expect the streams of a call.

        Raises:
            ProtocolError: the call, or one of its streams, is known already.
            CapacityError: too many calls are announced.
        """
        streams = {stream_name(name): channel for name, channel in told.streams.items()}
        self._forget_old(now)
        if told.call_id in self._calls or told.call_id in self._past:
            raise ProtocolError("a call of this id was announced before")
        if len(streams) < len(told.streams) or any(name in self._names for name in streams):
            raise ProtocolError("a stream of this name was announced before")
        channels = tuple(c for c in CHANNELS if c in streams.values())
        start = _start(told.call_id, channels, told.agent, told.language)
        self._add(start, streams, now)

    def come(self, name: str, now: int, *, first_sound: int | None) -> Side | None:
        """Return the place of a stream; nothing when it is not announced, yet: ask again.

        Args:
            name: of the stream.
            now: the time.
            first_sound: arrival time of its first sample, if that has come.

        Raises:
            Unacceptable: it may not come any more.
        """
        known = self._calls.get(self._names.get(name, ""))
        if known is None:
            self._wait_for(name, now, first_sound)
            return None
        channel = known.streams.pop(name)
        del self._names[name]
        self.forget(name)
        firsts = [first_sound]
        for other, its in known.streams.items():
            if early := self._early.get(other):
                known.call.keep_room(its, now)
                firsts.append(early.first_sound)
        heard = [at for at in firsts if at is not None]
        return self._join(known, channel, now, min(heard, default=None))

    def enter(
        self, call_id: str, channel: Channel, now: int, *, agent: str = "", language: str = ""
    ) -> Side:
        """Return the place of a connection that names its call and side itself.

        Raises:
            Unacceptable: that call is over, or that side is there already.
            CapacityError: there are too many calls.
        """
        self._forget_old(now)
        if call_id in self._past:
            raise Unacceptable(4410, "this call is over")
        known = self._calls.get(call_id)
        if known is None:
            known = self._add(_start(call_id, CHANNELS, agent, language), {}, now)
        return self._join(known, channel, now, None)

    def forget(self, name: str) -> None:
        """Forget a stream that waited to be announced."""
        self._early.pop(name, None)

    def close(self, side: Side) -> None:
        """Forget a call that is over."""
        call_id = side.call.start.call_id
        known = self._calls.get(call_id)
        if side.call.over and known is not None and known.call is side.call:
            self._drop(call_id)
            self._past.append(call_id)

    def _wait_for(self, name: str, now: int, first_sound: int | None) -> None:
        if len(self._early) >= self._most and name not in self._early:
            gone = [n for n, early in self._early.items() if now - early.asked >= SILENT_MS]
            for old in gone:
                self.forget(old)
        if len(self._early) < self._most or name in self._early:
            self._early[name] = _Early(now, first_sound)

    def _join(self, known: _Known, channel: Channel, now: int, first: int | None) -> Side:
        if not known.call.expects(channel, now):
            raise Unacceptable(4409, "this side of the call is there already, or comes too late")
        known.call.join(channel, came_at=now, first_sound=first)
        return Side(known.call, channel)

    def _add(self, start: Start, streams: dict[str, Channel], now: int) -> _Known:
        if len(self._calls) >= self._most:
            raise CapacityError(f"{self._most} calls are announced or running; no more now")
        known = _Known(PairedCall(start), now, streams)
        self._calls[start.call_id] = known
        self._names |= dict.fromkeys(streams, start.call_id)
        return known

    def _forget_old(self, now: int) -> None:
        """Forget calls that nobody came to, or of which nobody is left."""
        for call_id, known in list(self._calls.items()):
            asked = known.call.asked
            if now - (known.since if asked is None else asked) >= (
                KEPT_MS if asked is None else SILENT_MS
            ):
                self._drop(call_id)

    def _drop(self, call_id: str) -> None:
        for name in self._calls.pop(call_id).streams:
            del self._names[name]


def stream_name(name: str) -> str:
    """Write a stream's name in one way: a UUID in small letters, all else as it is."""
    return name.lower() if _UUID.fullmatch(name) else name


def _start(call_id: str, channels: tuple[Channel, ...], agent: str, language: str) -> Start:
    return Start(
        call_id,
        agent=agent,
        channels=channels,
        language=language,
        source="asterisk",
        skew_ms=SKEW_MS,
    )
