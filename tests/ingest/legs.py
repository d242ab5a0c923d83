"""One side of a call as Asterisk sends it: messages of sound, and what they became."""

import struct
from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

import numpy as np

from assist.core.audio import Samples
from assist.events import Channel
from assist.ingest.items import Audio, Gap, Item, Start
from assist.ingest.session import Unacceptable

RATE = 8_000
FRAME_MS = 20
ONE = UUID("00000000-0000-4000-8000-000000000001")
TWO = UUID("00000000-0000-4000-8000-000000000002")
Kind = TypeVar("Kind")


def message(kind: int, payload: bytes = b"") -> bytes:
    """Write a message of AudioSocket."""
    return struct.pack(">BH", kind, len(payload)) + payload


def named(name: UUID) -> bytes:
    """Write the message that names a connection."""
    return message(0x01, name.bytes)


def tone(hertz: int, *, ms: int, rate: int = RATE) -> Samples:
    """Return a tone."""
    time = np.arange(ms * rate // 1000) / rate
    return (8_000 * np.sin(2 * np.pi * hertz * time)).astype(np.int16)


def frames(pcm: Samples, *, rate: int = RATE) -> list[Samples]:
    """Cut sound as Asterisk does."""
    size = FRAME_MS * rate // 1000
    return [pcm[start : start + size] for start in range(0, len(pcm), size)]


def pitch(pcm: Samples, *, rate: int = RATE) -> int:
    """Return the strongest frequency in hertz, to 10."""
    spectrum = np.abs(np.fft.rfft(pcm))
    return round(int(np.argmax(spectrum)) * rate / len(pcm) / 10) * 10


def outcome(items: Iterable[Item]) -> tuple[list[Item], int]:
    """Return what came, and the code of the refusal at its end; 0 = there was none."""
    taken: list[Item] = []
    try:
        for item in items:
            taken.append(item)  # noqa: PERF402  # what came before a refusal counts
    except Unacceptable as why:
        return taken, why.code if str(why) else -1
    return taken, 0


def of(kind: type[Kind], items: Iterable[Item]) -> list[Kind]:
    """Return the items of one kind."""
    return [item for item in items if isinstance(item, kind)]


def sound(items: Iterable[Item], channel: Channel) -> Samples:
    """Return all of a channel, silence in place of gaps."""
    parts = [np.zeros(0, np.int16)]
    for item in items:
        if isinstance(item, Audio) and item.channel == channel:
            parts.append(item.pcm)
        elif isinstance(item, Gap) and item.channel == channel:
            parts.append(np.zeros(item.ms * RATE // 1000, np.int16))
    return np.concatenate(parts)


def starts(items: Iterable[Item]) -> list[tuple[str, tuple[Channel, ...]]]:
    """Return which calls began, and with which channels."""
    return [(start.call_id, start.channels) for start in of(Start, items)]
