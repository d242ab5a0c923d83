"""Telephone systems that call us, made of messages and the times at which they arrive; no socket.

`twilio` forks a call as Media Streams do, `audio_fork` and `audio_stream` as the two modules of
FreeSWITCH do. Each takes what the two sides say as samples and yields what it would send; `play`
brings that to a session.
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

import numpy as np

from assist.audio.mulaw import decode
from assist.core.audio import Samples
from assist.events import Channel
from assist.ingest.items import Audio, Gap, Item
from assist.ingest.session import Session, Unacceptable

FRAME_MS = 20
PCM = decode(bytes(range(256)))


@dataclass(frozen=True, slots=True)
class Sent:
    """A message and when it arrives, in milliseconds."""

    now: int
    data: str | bytes


def tone(hertz: int, *, ms: int, rate: int) -> Samples:
    t = np.arange(ms * rate // 1000) / rate
    return (8_000 * np.sin(2 * np.pi * hertz * t)).astype(np.int16)


def mulaw(pcm: Samples) -> bytes:
    """Return the nearest µ-law codes."""
    order = np.argsort(PCM, kind="stable")
    values = PCM[order].astype(np.int32)
    middles = (values[1:] + values[:-1]) / 2
    return order[np.searchsorted(middles, pcm)].astype(np.uint8).tobytes()


# --- Twilio ---------------------------------------------------------------------------------------


def connected() -> str:
    return json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"})


def start(
    *,
    call_id: str = "CA0123456789",
    tracks: Sequence[str] = ("inbound", "outbound"),
    encoding: str = "audio/x-mulaw",
    rate: int = 8_000,
    **parameters: str,
) -> str:
    told = {
        "accountSid": "AC1",
        "streamSid": "MZ1",
        "callSid": call_id,
        "tracks": list(tracks),
        "mediaFormat": {"encoding": encoding, "sampleRate": rate, "channels": 1},
        "customParameters": parameters,
    }
    message = {"event": "start", "sequenceNumber": "1", "start": told, "streamSid": "MZ1"}
    return json.dumps(message)


def media(track: str, at: int, pcm: Samples) -> str:
    payload = base64.b64encode(mulaw(pcm)).decode()
    sound = {"track": track, "chunk": "1", "timestamp": str(at), "payload": payload}
    return json.dumps({"event": "media", "sequenceNumber": "3", "media": sound, "streamSid": "MZ1"})


def stop() -> str:
    told = {"accountSid": "AC1", "callSid": "CA0123456789"}
    return json.dumps({"event": "stop", "sequenceNumber": "9", "stop": told, "streamSid": "MZ1"})


def never(track: str, frame: int) -> bool:
    return False


def twilio(
    sides: Mapping[str, Samples],
    *,
    lost: Callable[[str, int], bool] = never,
    late: Callable[[int], int] = lambda frame: 0,
    begin: int = 0,
    ended: bool = True,
) -> Iterator[Sent]:
    """Fork a call of which each track has sound at 8 kHz.

    Args:
        sides: the sound by track.
        lost: tells which frame of which track the network loses; its stamp is then missing, too.
        late: by how much a frame comes later than it was spoken.
        begin: when the stream begins.
        ended: whether it stops in order.
    """
    size = 8 * FRAME_MS
    yield Sent(begin, connected())
    yield Sent(begin, start(tracks=tuple(sides)))
    now = begin
    for frame in range(max(map(len, sides.values())) // size):
        at = frame * FRAME_MS
        now = max(now, begin + at + FRAME_MS + late(frame))
        for track, pcm in sides.items():
            if not lost(track, frame):
                yield Sent(now, media(track, at, pcm[frame * size :][:size]))
    if ended:
        yield Sent(now, stop())


# --- FreeSWITCH -----------------------------------------------------------------------------------


def audio_fork(
    left: Samples,
    right: Samples,
    *,
    rate: int,
    metadata: Mapping[str, object],
    sizes: Iterable[int] = (),
    graceful: bool = False,
) -> Iterator[Sent]:
    """Send as mod_audio_fork does: metadata first, a last text at the end.

    Args:
        left: the caller's sound.
        right: the callee's, as long.
        rate: samples a second.
        metadata: of the dialplan.
        sizes: bytes of the messages in turn; none = 20 ms each.
        graceful: whether the stop is a graceful shutdown, which tells of itself.
    """
    yield Sent(0, json.dumps(metadata))
    yield from _interleaved(left, right, rate=rate, sizes=sizes)
    end = len(left) * 1000 // rate
    yield Sent(end, json.dumps({"bye": True}))
    if graceful:
        yield Sent(end, b"")


def audio_stream(
    left: Samples,
    right: Samples,
    *,
    rate: int,
    metadata: Mapping[str, object] | None = None,
    buffer_ms: int = FRAME_MS,
    paused: range = range(0),
) -> Iterator[Sent]:
    """Send as mod_audio_stream does: metadata if there are any, sound, and then just the end.

    Args:
        left: the caller's sound.
        right: the callee's, as long.
        rate: samples a second.
        metadata: of the dialplan.
        buffer_ms: the module's `STREAM_BUFFER_SIZE`.
        paused: the milliseconds of `pause`, in which no frames are sent.
    """
    if metadata is not None:
        yield Sent(0, json.dumps(metadata))
    sizes = (buffer_ms * rate // 1000 * 4,)
    for sent in _interleaved(left, right, rate=rate, sizes=sizes):
        if sent.now not in paused:
            yield sent


def _interleaved(
    left: Samples, right: Samples, *, rate: int, sizes: Iterable[int]
) -> Iterator[Sent]:
    """Cut both sides into messages; each arrives when its last sample was spoken."""
    sound = np.stack([left, right], axis=1).astype("<i2").tobytes()
    done = 0
    for size in cycle(tuple(sizes) or (rate * FRAME_MS // 1000 * 4,)):
        if done >= len(sound):
            return
        part = sound[done : done + size]
        done += len(part)
        yield Sent(done // 4 * 1000 // rate, part)


# --- sessions -------------------------------------------------------------------------------------


def play(
    session: Session, sent: Iterable[Sent], *, until: int = 0, hang_up: bool = True
) -> list[Item]:
    """Bring messages to a session; ask it every 100 ms what time brings, at last until `until`."""
    messages = list(sent)
    items: list[Item] = []
    asked = messages[0].now
    for message in [*messages, Sent(until, "")]:
        while asked <= message.now:
            items += session.wait(asked)
            asked += 100
        if message.data or isinstance(message.data, bytes):
            items += _taken(session, message.data, message.now)
    return [*items, *session.lost(max(asked, until))] if hang_up else items


def endure(
    session: Session, messages: Iterable[tuple[str | bytes, int]]
) -> tuple[list[Item], list[int]]:
    """Bring anything to a session, each so much later than what came before it.

    Returns:
        what it made of that, and the codes of its refusals.
    """
    items: list[Item] = []
    codes: list[int] = []
    now = 0
    for data, later in messages:
        now += later
        try:
            items += _taken(session, data, now)
            items += session.wait(now)
        except Unacceptable as error:
            codes.append(error.code)
    return items, codes


def _taken(session: Session, data: str | bytes, now: int) -> Iterator[Item]:
    return session.binary(data, now) if isinstance(data, bytes) else session.text(data, now)


def heard(items: Iterable[Item], channel: Channel) -> Samples:
    """Return a channel's sound with silence in its gaps, shape (n,), at the source's rate."""
    found = [i for i in items if isinstance(i, Audio | Gap) and i.channel == channel]
    rate = next(item.rate for item in found if isinstance(item, Audio))
    parts = [
        item.pcm if isinstance(item, Audio) else np.zeros(item.ms * rate // 1000, np.int16)
        for item in found
    ]
    return np.concatenate(parts)


def gaps(items: Iterable[Item], channel: Channel) -> list[tuple[int, str]]:
    return [(i.ms, i.reason) for i in items if isinstance(i, Gap) and i.channel == channel]


def pitch(pcm: Samples, *, rate: int) -> float:
    """Return the strongest frequency in Hz."""
    return float(np.argmax(np.abs(np.fft.rfft(pcm))) * rate / len(pcm))
