"""FreeSWITCH mod_audio_fork and mod_audio_stream: L16, caller and callee interleaved; pure."""

from collections.abc import Iterator, Mapping
from typing import Annotated

import msgspec
import numpy as np

from assist.events import CallEnded, Channel, Event, other
from assist.ingest.items import Close, End, Item, Start
from assist.ingest.login import from_here, knows
from assist.ingest.session import Unacceptable
from assist.ingest.wall import HOLD_MS, WallClock
from assist.settings.doors import FreeSwitchDoor

SUBPROTOCOLS = ("audio.drachtio.org",)
"""mod_audio_fork offers it, and hangs up when it is not echoed; mod_audio_stream offers none."""
RATES = (8_000, 16_000)
LANGUAGES = ("en", "de", "auto")
SKEW_MS = 2_000
"""A channel that is further behind the other than this is filled up with silence."""
START_MS = 10_000
"""A connection has so long to send its first message."""
PAIR = 4
"""Bytes of a sample of both sides."""


class Metadata(msgspec.Struct, frozen=True):
    """What the dialplan says about the call; fields that we do not know are ignored."""

    call_id: Annotated[str, msgspec.Meta(pattern=r"\A([A-Za-z0-9_-]{8,64})?\Z")] = ""
    agent: Annotated[str, msgspec.Meta(pattern=r"\A[^\x00-\x1f\x7f]{0,64}\Z")] = ""
    language: str = ""
    rate: int | None = None
    left: Channel | None = None
    right: Channel | None = None


class FreeSwitchSession:
    """One forked call: metadata, if any, then sound until the connection ends.

    Args:
        door: what holds where the metadata do not say.
        call_id: of a call whose metadata name none; not used before.
    """

    LONGEST_TEXT = 16 * 1024
    LONGEST_BINARY = 128 * 1024  # two seconds at 16 kHz

    def __init__(self, door: FreeSwitchDoor, *, call_id: str) -> None:
        self._door = door
        self._call_id = call_id
        self._clocks: tuple[WallClock, WallClock] | None = None
        """Of the left and the right side, once the call has begun."""
        self._rest = b""
        """Bytes of a sample whose other bytes have not come."""
        self._connected_at: int | None = None
        self._over = False

    def text(self, data: str, now: int) -> Iterator[Item]:
        """Take the metadata; text that comes later tells us nothing."""
        if len(data) > self.LONGEST_TEXT:
            raise Unacceptable(1009, "The message is too long.")
        if self._clocks is None:
            yield self._begin(_parse(data))

    def binary(self, data: bytes, now: int) -> Iterator[Item]:
        """Take sound; a message may end in the middle of a sample.

        An empty one is the last: mod_audio_fork sends it at a graceful shutdown, and waits for us
        to hang up.
        """
        if len(data) > self.LONGEST_BINARY:
            raise Unacceptable(1009, "The message is too long.")
        if not data:
            yield from self._end(now)
        elif not self._over:
            if self._clocks is None:
                yield self._begin(Metadata())
            yield from self._hear(self._rest + data, now)

    def wait(self, now: int) -> Iterator[Item]:
        """Let the clock of a silent source go on; send away who sends nothing at all."""
        if self._connected_at is None:
            self._connected_at = now
        if self._clocks is None and now - self._connected_at >= START_MS:
            raise Unacceptable(4408, "Neither metadata nor sound came.")
        for clock in () if self._over else self._clocks or ():
            yield from clock.wait(now)

    def told(self, event: Event) -> Iterator[Item]:
        """Hang up when the call is over."""
        if isinstance(event, CallEnded):
            yield Close()

    def lost(self, now: int) -> Iterator[Item]:
        """End the call: the module closes the connection when the caller hangs up."""
        yield from self._end(now)

    def _end(self, now: int) -> Iterator[Item]:
        if self._clocks and not self._over:
            self._over = True
            for clock in self._clocks:
                yield from clock.wait(now + HOLD_MS)  # what was held back is heard, too
            yield End("hangup")

    def _begin(self, told: Metadata) -> Start:
        rate = self._door.rate if told.rate is None else told.rate
        if rate not in RATES:
            raise Unacceptable(4415, "The rate must be 8000 or 16000.")
        left, right = _sides(told, self._door)
        self._clocks = WallClock(left, rate=rate), WallClock(right, rate=rate)
        return Start(
            told.call_id or self._call_id,
            agent=told.agent,
            language=told.language if told.language in LANGUAGES else "",
            source="freeswitch",
            skew_ms=SKEW_MS,
        )

    def _hear(self, data: bytes, now: int) -> Iterator[Item]:
        whole = len(data) - len(data) % PAIR
        self._rest = data[whole:]
        sides = np.frombuffer(data[:whole], "<i2").astype(np.int16).reshape(-1, 2).T
        for clock, pcm in zip(self._clocks or (), sides, strict=True):
            yield from clock.push(np.ascontiguousarray(pcm), now)


def admit(headers: Mapping[str, str], *, door: FreeSwitchDoor, token: str, peer: str) -> str:
    """Return one sentence why a request may not come in; empty when it may.

    Args:
        headers: of the request, their names in lower case.
        door: names the user of HTTP basic.
        token: the password of HTTP basic, or the bearer token; empty = only this machine may
            connect.
        peer: the address that the request came from.
    """
    if not door.enabled:
        return "The door is shut."
    if not token:
        here = from_here(peer, headers)
        return "" if here else "Without a password only this machine may connect."
    known = knows(headers, username=door.username, password=token)
    return "" if known else "The user name and password, or the token, is missing or wrong."


def _parse(data: str) -> Metadata:
    try:
        return msgspec.json.decode(data, type=Metadata)
    except msgspec.ValidationError as error:
        # only the place: the sentence of msgspec may quote what stands there
        place = str(error).rpartition(" - at ")[2].strip("`$.") or "metadata"
        raise Unacceptable(4400, f"The metadata have a wrong field: {place}") from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Unacceptable(1007, "The metadata are not JSON.") from None


def _sides(told: Metadata, door: FreeSwitchDoor) -> tuple[Channel, Channel]:
    """Return whose sound the left and the right are; of one side follows the other."""
    if told.left is None and told.right is None:
        return door.left, door.right
    left = told.left or other(told.right or "agent")
    right = told.right or other(left)
    if left == right:
        raise Unacceptable(4400, "The two sides of the metadata are the same.")
    return left, right
