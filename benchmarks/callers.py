"""Calls from real sound over real sockets, and strangers that break every rule; all by seed."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from assist.audio.files import Recording
from assist.client import Link, Sender
from assist.core.audio import RATE, Samples
from assist.evaluate.find import find_calls
from assist.events import CHANNELS, Channel
from assist.protocol import (
    BAD_FIELD,
    BINARY_LIMIT,
    BROKEN,
    OUT_OF_ORDER,
    TEXT_LIMIT,
    TOO_LONG,
    UNKNOWN_CODEC,
    UNKNOWN_TOKEN,
    Frame,
    pack,
)
from assist.speech.bundled import bundled

FRAME_MS = 100
FRAME = RATE * FRAME_MS // 1000
SILENT = 1006
"""Stands for a connection that just broke."""

Sound = Mapping[Channel, Samples]
"""A call's sound, both channels of one length."""


def sounds() -> list[Sound]:
    """Return the sound of the bundled demo calls."""
    found = [path for _, path in find_calls([bundled("demo", "calls")]) if path is not None]
    return [_read(Recording(path)) for path in found]


def _read(recording: Recording) -> Sound:
    steps = list(recording.steps())
    return {channel: np.concatenate([step[channel] for step in steps]) for channel in CHANNELS}


def frames(sound: Sound, first: int) -> Iterator[dict[Channel, Samples]]:
    """Yield 100 ms of both channels at a time, from a frame on, over and over."""
    count = len(sound["agent"]) // FRAME
    number = first % count
    while True:
        part = slice(number * FRAME, (number + 1) * FRAME)
        yield {channel: pcm[part] for channel, pcm in sound.items()}
        number = (number + 1) % count


@dataclass(frozen=True, slots=True)
class Called:
    """How one call went."""

    text: str
    """What went wrong; empty = it ended well."""
    connections: int
    items: int
    """That the server has acknowledged."""
    dropped_ms: int
    """Of sound that found no room in the ring."""
    late: float
    """How far this process was behind with recording at worst, in seconds."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one call does."""

    number: int
    begin: float
    """Seconds after the start of the measurement."""
    seconds: float
    first: int
    """The frame of the recording that it begins with."""
    cuts: tuple[float, ...]
    """Seconds after its own beginning at which its connection breaks."""

    @property
    def agent(self) -> str:
        """Whose call it is."""
        return f"agent-{self.number}"


def plans(count: int, *, seconds: float, join: float, cuts: int, seed: int) -> list[Plan]:
    """Decide what so many calls do: they begin one after the other and end together."""
    random = Random(seed)
    made = []
    for number in range(count):
        begin = join * number / count
        length = seconds - begin
        breaks = tuple(sorted(random.uniform(2, max(2.0, length - 5)) for _ in range(cuts)))
        made.append(Plan(number, begin, length, random.randrange(10_000), breaks))
    return made


async def call(url: str, token: str, plan: Plan, sound: Sound) -> Called:
    """Make one call at the pace of speech."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(plan.begin)
    sender = Sender(f"load-call-{plan.number:04}", agent=plan.agent, language="en", source="load")
    link = Link(url, sender, token=lambda: token, seed=plan.number)
    carrying = asyncio.create_task(link.run())
    breaks = [loop.call_later(cut, link.cut) for cut in plan.cuts]
    begun, late = loop.time(), 0.0
    for number, step in enumerate(frames(sound, plan.first)):
        due = begun + number * FRAME_MS / 1000
        if number * FRAME_MS >= plan.seconds * 1000 or carrying.done():
            break
        await asyncio.sleep(max(0.0, due - loop.time()))
        late = max(late, loop.time() - due)
        for channel, pcm in step.items():
            sender.audio(channel, pcm.tobytes(), FRAME_MS)
        link.wake()
    for one in breaks:
        one.cancel()
    sender.end("hangup")
    link.wake()
    text = (await carrying).text
    return Called(text, link.connections, sender.acknowledged, sender.dropped_ms, late)


# --- strangers ------------------------------------------------------------------------------------

Message = str | bytes
Attack = Callable[[Random, str], Sequence[Message]]
"""Returns what is sent, given a token that is good."""


def _hello(random: Random, token: str, **changes: object) -> str:
    call_id = f"hostile-{random.randrange(10**9):09}"
    hello = {"type": "hello", "token": token, "call_id": call_id, "channels": ["agent", "customer"]}
    return json.dumps(hello | changes)


def _noise(random: Random, most: int = 200) -> bytes:
    return random.randbytes(random.randrange(1, most))


ATTACKS: dict[str, tuple[Attack, frozenset[int]]] = {
    "noise as text": (
        lambda r, t: ["".join(chr(r.randrange(32, 0x3000)) for _ in range(50))],
        frozenset({BROKEN, BAD_FIELD}),
    ),
    "noise as sound": (lambda r, t: [_noise(r)], frozenset({BAD_FIELD, BROKEN})),
    "sound before hello": (
        lambda r, t: [pack(Frame(1, 0, 100, bytes(3200)))],
        frozenset({BAD_FIELD}),
    ),
    "noise after hello": (lambda r, t: [_hello(r, t), _noise(r)], frozenset({BROKEN})),
    "a frame too long": (
        lambda r, t: [_hello(r, t), bytes(BINARY_LIMIT + 1)],
        frozenset({TOO_LONG}),
    ),
    "a text too long": (lambda r, t: ["x" * (TEXT_LIMIT + 1)], frozenset({TOO_LONG})),
    "far too long": (lambda r, t: [bytes(300_000)], frozenset({TOO_LONG})),
    "out of order": (
        lambda r, t: [_hello(r, t), pack(Frame(r.randrange(2, 9), 0, 100, bytes(3200)))],
        frozenset({OUT_OF_ORDER}),
    ),
    "a wrong length": (
        lambda r, t: [_hello(r, t), pack(Frame(1, 0, 100, bytes(r.randrange(1, 3200))))],
        frozenset({BROKEN}),
    ),
    "an unknown codec": (lambda r, t: [_hello(r, t, codec="mp3")], frozenset({UNKNOWN_CODEC})),
    "an unknown field": (lambda r, t: [_hello(r, t, colour="red")], frozenset({BAD_FIELD})),
    "a wrong token": (lambda r, t: [_hello(r, "wrong")], frozenset({UNKNOWN_TOKEN})),
    "hello twice": (lambda r, t: [_hello(r, t), _hello(r, t)], frozenset({BAD_FIELD})),
    "an item of nowhere": (
        lambda r, t: [_hello(r, t), '{"type":"gap","seq":1,"reason":"bored"}'],
        frozenset({BAD_FIELD}),
    ),
}
"""What strangers send, and with which codes they may be sent away."""


@dataclass(frozen=True, slots=True)
class Repelled:
    """How a stranger was sent away."""

    kind: str
    code: int

    @property
    def rightly(self) -> bool:
        """Whether the close code is one that this deserves."""
        return self.code in ATTACKS[self.kind][1]


async def attack(url: str, token: str, random: Random) -> Repelled:
    """Break one rule, and wait to be sent away."""
    kind = random.choice(sorted(ATTACKS))
    messages = ATTACKS[kind][0](random, token)
    try:
        async with connect(url, compression=None, open_timeout=10) as socket:
            try:
                for message in messages:
                    await socket.send(message)
                async with asyncio.timeout(10):
                    while True:
                        await socket.recv()
            except (ConnectionClosed, TimeoutError):
                return Repelled(kind, socket.close_code or SILENT)
    except (OSError, TimeoutError, WebSocketException):
        return Repelled(kind, SILENT)
