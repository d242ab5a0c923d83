"""Asterisk AudioSocket: messages of type, length and payload on a TCP connection; pure.

A connection names itself by a UUID and then carries the sound of one side of a call. What the
messages mean is told by Asterisk's own documentation of its channel driver.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from assist.events import Event
from assist.ingest.items import Close, Item, Send, Trouble
from assist.ingest.pairing import Pairing
from assist.ingest.session import Unacceptable
from assist.ingest.stream import Stream

HANG_UP, NAME, DIGIT, ERROR = 0x00, 0x01, 0x03, 0xFF
RATES = {0x10: 8_000, 0x12: 16_000, 0x14: 32_000, 0x16: 48_000}
"""Signed 16 bit, little-endian, mono; by the type of the message."""
OTHER_SOUND = (0x11, 0x13, 0x15, 0x17, 0x18)
LENGTHS = {HANG_UP: (0, 0), NAME: (16, 16), DIGIT: (1, 1), ERROR: (0, 255)}
"""How long a payload may be; sound: see `LONGEST_SOUND`."""
LONGEST_SOUND = 48_000 // 5 * 2
"""Bytes in one message: 200 ms at the highest rate."""
NAME_MS = 5_000
"""A connection has so long to name itself."""
KEEP_ALIVE_MS = 1_000
"""Asterisk hangs up where nothing flows either way for 2 s, as when the side is silent."""
SILENCE_MS = 20
CODEC = "The sound's rate is none of 8, 16, 32 and 48 kHz; change the format in Asterisk."
_HEADER = struct.Struct(">BH")


@dataclass(frozen=True, slots=True)
class Message:
    """One message."""

    kind: int
    payload: bytes


class Messages:
    """Cut a stream of any slices into messages; the rest waits for more."""

    def __init__(self) -> None:
        self._rest = b""

    def push(self, data: bytes) -> Iterator[Message]:
        """Yield every message that is complete now.

        Raises:
            Unacceptable: a message is of no known kind, or of a length that its kind cannot have.
        """
        self._rest += data
        place = 0
        try:
            while len(self._rest) - place >= _HEADER.size:
                kind, length = _HEADER.unpack_from(self._rest, place)
                _check(kind, length)
                end = place + _HEADER.size + length
                if end > len(self._rest):
                    break
                payload = self._rest[place + _HEADER.size : end]
                place = end
                yield Message(kind, payload)
        finally:
            self._rest = self._rest[place:]


def _check(kind: int, length: int) -> None:
    """Refuse a header as soon as it is there: what is no AudioSocket must not be waited for."""
    if kind in RATES or kind in OTHER_SOUND:
        fits = length <= LONGEST_SOUND and length % 2 == 0
    elif kind in LENGTHS:
        least, most = LENGTHS[kind]
        fits = least <= length <= most
    else:
        raise Unacceptable(1003, f"AudioSocket has no message of type 0x{kind:02x}")
    if not fits:
        raise Unacceptable(1007, f"a message of type 0x{kind:02x} cannot be {length} bytes long")


class AudioSocketSession:
    """One connection: its UUID, then sound until it is gone.

    Args:
        pairing: knows which call and side the UUID stands for.
    """

    LONGEST_TEXT = 0
    LONGEST_BINARY = 256 * 1024
    """Bytes of one slice of the connection."""

    def __init__(self, pairing: Pairing) -> None:
        self._stream = Stream(pairing)
        self._messages = Messages()
        self._opened_at: int | None = None
        self._kept_alive_at = 0
        self._kind = 0x10
        self._over = False

    def text(self, data: str, now: int) -> Iterator[Item]:
        """Refuse text: there is none here."""
        raise Unacceptable(1003, "AudioSocket knows no text")

    def binary(self, data: bytes, now: int) -> Iterator[Item]:
        """Take any slice of what the connection brings."""
        self._open(now)
        if self._over:
            return
        for message in self._messages.push(data):
            yield from self._take(message, now)

    def wait(self, now: int) -> Iterator[Item]:
        """Look for the call, fill what is missing, and keep the connection alive."""
        opened_at = self._open(now)
        if self._over:
            return
        if not self._stream.named and now - opened_at >= NAME_MS:
            raise Unacceptable(4408, "no UUID came")
        yield from self._stream.wait(now)
        if now - self._kept_alive_at >= KEEP_ALIVE_MS:
            self._kept_alive_at = now
            yield Send(self._silence())

    def told(self, event: Event) -> Iterator[Item]:
        """Leave when the call is over; leave the time of a pause out."""
        yield from self._stream.told(event)

    def lost(self, now: int) -> Iterator[Item]:
        """Hang up: a closed connection is the usual end."""
        if not self._over:
            self._over = True
            yield from self._stream.lost(now)

    def _open(self, now: int) -> int:
        if self._opened_at is None:
            self._opened_at = self._kept_alive_at = now
        return self._opened_at

    def _take(self, message: Message, now: int) -> Iterator[Item]:
        if self._stream.named == (message.kind == NAME):
            raise Unacceptable(1002, "the UUID comes first, and once")
        match message.kind:
            case 0x01:
                yield from self._stream.name(str(UUID(bytes=message.payload)), now)
            case 0x00 | 0xFF:
                yield from self.lost(now)
                yield Close()
            case 0x03:
                return  # a digit may be part of a card's number: it leaves no trace
            case _:
                yield from self._hear(message, now)

    def _hear(self, message: Message, now: int) -> Iterator[Item]:
        if message.kind not in RATES:
            yield Trouble("codec", CODEC)
            raise Unacceptable(4415, CODEC)
        self._kind = message.kind
        pcm = np.frombuffer(message.payload, "<i2").astype(np.int16, copy=False)
        yield from self._stream.push(pcm, RATES[message.kind], now)

    def _silence(self) -> bytes:
        """Return a message of silence; never 0x00, which would hang up on the caller."""
        length = RATES[self._kind] * SILENCE_MS // 1000 * 2
        return _HEADER.pack(self._kind, length) + bytes(length)
