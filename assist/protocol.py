"""Our own audio protocol, version 1: what a source of sound and the service say to each other.

Both ends import this file; it holds the messages, the frame of sound, the limits and the close
codes, and knows no socket and no clock. docs/protocol.md is made from it.
"""

import struct
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

import msgspec

from assist.errors import ProtocolError
from assist.events import Channel

VERSION = 1
PATH = "/ingest/audio"
"""Where the service listens for it."""

# --- limits ---------------------------------------------------------------------------------------

TEXT_LIMIT = 8 * 1024
"""Bytes of a text message; more closes with 1009."""
BINARY_LIMIT = 6_408
"""Bytes of a frame, its header included; more closes with 1009."""
METADATA_LIMIT = 2 * 1024
"""Bytes of all names and values of `hello.metadata` together."""
HELLO_MS = 3_000
"""`hello` comes within this time after the upgrade, else close 4408."""
ACK_MS = 500
"""The server acknowledges this often while there is something new."""
HEARTBEAT_MS = 2_000
"""The server acknowledges at least this often, as a sign of life."""
DEAD_MS = 6_000
"""A client that has heard nothing for this long takes the link for dead and connects again."""
IDLE_MS = 10_000
"""A server that got no item for this long, unless paused, closes with 4408."""
RESUME_MS = 300_000
"""A call whose client has not come back after this time ends as `lost`."""
STOP_MS = 500
"""A client that is asked to pause stops within this time."""
LONGEST_MS = 86_400_000
"""No gap and no pause is longer."""
SEND_BUFFER = 256 * 1024
"""With more bytes waiting in its socket a client stops sending; the rest stays in its ring."""
RING_S, RING_MOST_S = 60, 300
"""A client keeps at least, and at most, so many seconds of sound that nobody has acknowledged."""
RETRY_S = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Waits before a client connects again, each up to `JITTER` longer; the last one repeats."""
JITTER = 0.25

# --- close codes ----------------------------------------------------------------------------------

ENDED = 1000
OUT_OF_ORDER = 1002
BROKEN = 1007
TOO_LONG = 1009
GOING_AWAY = 1012
FULL = 1013
BAD_FIELD = 4400
UNKNOWN_TOKEN = 4401
NOT_YOURS = 4403
TOO_SLOW = 4408
REPLACED = 4409
OVER = 4410
UNKNOWN_CODEC = 4415

Then = Literal["stop", "again", "at once", "later", "once", "new token", "report"]
"""What a client does after a close: nothing more; connect again after a wait; at once; after
`fault.retry_after`; once, and report the second time; once with a new token; report."""


@dataclass(frozen=True, slots=True)
class CloseCode:
    """What a close code means, and what the client does then."""

    meaning: str
    then: Then


CLOSE_CODES: dict[int, CloseCode] = {
    ENDED: CloseCode("The call has ended.", "stop"),
    OUT_OF_ORDER: CloseCode("An item is missing before this one.", "once"),
    BROKEN: CloseCode("A frame that does not fit its header, or text that is no JSON.", "once"),
    TOO_LONG: CloseCode("A message longer than its limit.", "once"),
    GOING_AWAY: CloseCode("The server goes away; the call goes on with the next one.", "at once"),
    FULL: CloseCode("No room now; `fault` said how long to wait.", "later"),
    BAD_FIELD: CloseCode("An unknown message, or a field that is wrong.", "report"),
    UNKNOWN_TOKEN: CloseCode(
        "The token or the resume key is not valid, or no longer.", "new token"
    ),
    NOT_YOURS: CloseCode("This client may not send this call, or for this agent.", "report"),
    TOO_SLOW: CloseCode("No `hello`, or no item, in time.", "again"),
    REPLACED: CloseCode("A newer connection has taken the call over.", "stop"),
    OVER: CloseCode("The call is over.", "stop"),
    UNKNOWN_CODEC: CloseCode("Sound of this codec and rate is not taken.", "report"),
}
"""After any other close, and when the link just breaks, a client connects again after a wait."""


class RefusedError(ProtocolError):
    """A message breaks the protocol: one sentence, and the code that closes its socket."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


# --- sound ----------------------------------------------------------------------------------------

_HEADER = struct.Struct("<IBBH")
HEADER = _HEADER.size
"""Bytes before the sound."""
LAST_SEQ = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Format:
    """How sound is written in frames."""

    codec: str
    rate: int
    durations: tuple[int, ...]
    """Milliseconds that one frame may hold."""
    sample_bytes: int
    """Bytes of a sample; 0 = packets of any length."""

    def octets(self, ms: int) -> int:
        """Return the bytes of so many milliseconds; 0 = any number."""
        return ms * self.rate // 1000 * self.sample_bytes


_TENS = tuple(range(20, 201, 10))
_WHOLE = tuple(range(20, 201))
FORMATS: dict[tuple[str, int], Format] = {
    ("pcm16", 16_000): Format("pcm16", 16_000, _TENS, 2),
    ("pcm16", 8_000): Format("pcm16", 8_000, _TENS, 2),
    ("mulaw", 8_000): Format("mulaw", 8_000, _WHOLE, 1),
    ("opus", 48_000): Format("opus", 48_000, (20, 40, 60), 0),
}
"""By codec and rate: `pcm16` is signed 16 bit little-endian, `mulaw` is G.711 µ-law, `opus` is one
packet without a container; all mono."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A piece of one channel's sound, as it stands in a binary message."""

    seq: int
    """Position among the items of the call, from 1; both channels count together."""
    channel: int
    """Index into `hello.channels`."""
    ms: int
    payload: bytes


def pack(frame: Frame) -> bytes:
    """Write a frame: the header, then the sound."""
    return _HEADER.pack(frame.seq, frame.channel, 0, frame.ms) + frame.payload


def unpack(data: bytes, form: Format, channels: int) -> Frame:
    """Read a frame.

    Args:
        data: the binary message.
        form: how `hello` said that sound is written.
        channels: how many `hello` named.

    Raises:
        RefusedError: the frame is too long, or its sound does not fit its header.
    """
    if len(data) > BINARY_LIMIT:
        raise RefusedError(TOO_LONG, f"A frame has at most {BINARY_LIMIT} bytes.")
    if len(data) <= HEADER:
        raise RefusedError(BROKEN, "A frame has a header of 8 bytes and sound.")
    seq, channel, flags, ms = _HEADER.unpack_from(data)
    if not seq or channel >= channels or flags:
        raise RefusedError(BROKEN, "The header of a frame is wrong.")
    if ms not in form.durations:
        raise RefusedError(BROKEN, f"A frame of {form.codec} does not last {ms} ms.")
    payload = data[HEADER:]
    if form.sample_bytes and len(payload) != form.octets(ms):
        raise RefusedError(BROKEN, f"{len(payload)} bytes of {form.codec} are not {ms} ms.")
    return Frame(seq, channel, ms, payload)


# --- messages of the client -----------------------------------------------------------------------

Seq = Annotated[int, msgspec.Meta(ge=1, le=LAST_SEQ)]
Ms = Annotated[int, msgspec.Meta(ge=0, le=LONGEST_MS)]
CallId = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{8,64}\Z")]
Short = Annotated[str, msgspec.Meta(max_length=128)]
Secret = Annotated[str, msgspec.Meta(max_length=4096)]
PauseReason = Literal["privacy", "card", "agent"]
GapReason = Literal["device_lost", "xrun", "ring_full", "muted"]
EndReason = Literal["hangup", "stopped", "error"]
Playbook = Literal["", "support", "sales"]
Trouble = Literal[
    "mic_missing",
    "mic_denied",
    "mic_silent",
    "mic_muted",
    "customer_missing",
    "customer_silent",
    "tab_ended",
    "same_sound",
    "capture_suspended",
    "xrun",
]


class Hello(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="hello"):
    """The first message of every connection: who is there, which call, and what the ring holds."""

    protocol: Literal[1] = 1
    """The version."""
    token: Secret = ""
    """Who the client is; this or `resume_key`, not both."""
    resume_key: Secret = ""
    """The key of an earlier `welcome`, when the client comes back."""
    call_id: CallId
    """The call, named by the client and the same on every connection: 8 to 64 letters, digits, `_`
    or `-`."""
    channels: Annotated[tuple[Channel, ...], msgspec.Meta(min_length=1, max_length=2)]
    """Whose sound comes; frames name a channel by its place here."""
    codec: Annotated[str, msgspec.Meta(max_length=16)] = "pcm16"
    """How sound is written; the table of frames lists codecs and rates."""
    rate: int = 16_000
    """Samples a second."""
    oldest: Seq = 1
    """The first item that the client can still send."""
    next: Seq = 1
    """The item that the client will make next; equal to `oldest` when its ring is empty."""
    attempt: Annotated[int, msgspec.Meta(ge=0, le=LAST_SEQ)] = 0
    """How often the client has tried to connect, this time included; a hello that comes after one
    of a later attempt is refused with 4409, for it was only slow. 0 = not counted."""
    agent: Short = ""
    """Whose overlay shows the call; empty = whoever the token belongs to."""
    language: Literal["", "en", "de", "auto"] = ""
    """What is spoken; empty = as the server's settings say."""
    playbook: Playbook = ""
    """Which of the service's own playbooks gives the advice; empty = as its settings say."""
    help_level: Annotated[int, msgspec.Meta(ge=0, le=3)] = 0
    """How much is shown: 3 for a new agent, 2 for an experienced one, 1 for quiet; 0 = as the
    server's settings say."""
    source: Short = ""
    """Where the sound comes from, in a word."""
    metadata: dict[str, str] = {}
    """Whatever else the operator wants to know, at most 2 KiB; never logged."""

    def __post_init__(self) -> None:
        """Check what one field alone cannot tell."""
        if bool(self.token) == bool(self.resume_key):
            raise ValueError("hello needs a token or a resume key, not both")
        if len(set(self.channels)) < len(self.channels):
            raise ValueError("hello names a channel twice")
        if self.oldest > self.next:
            raise ValueError("the oldest item comes before the next")
        told = "".join(name + value for name, value in self.metadata.items())
        if len(told.encode()) > METADATA_LIMIT:
            raise ValueError(f"metadata has at most {METADATA_LIMIT} bytes")

    @property
    def format(self) -> Format:
        """How its frames are written.

        Raises:
            RefusedError: nobody takes this codec at this rate.
        """
        found = FORMATS.get((self.codec, self.rate))
        if found is None:
            raise RefusedError(UNKNOWN_CODEC, "Sound of this codec and rate is not taken.")
        return found


class Gap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="gap"):
    """Sound that will never come: silence of the same length takes its place.

    With `through` it stands for all items from `seq` to `through`: frames whose sound had to leave
    a full ring. They may have been sent in whole before, so a client makes it anew, from the
    first item that the server still wants.
    """

    seq: Seq
    """Position among the items of the call."""
    agent: Ms = 0
    """Milliseconds missing on the agent's side."""
    customer: Ms = 0
    """Milliseconds missing on the customer's side."""
    reason: GapReason
    """What happened to the sound."""
    through: Seq | None = None
    """The last item that it stands for."""

    def __post_init__(self) -> None:
        """Check what one field alone cannot tell."""
        if not self.agent and not self.customer:
            raise ValueError("a gap has a length")
        if self.through is not None and self.through < self.seq:
            raise ValueError("a gap ends after it begins")

    @property
    def last(self) -> int:
        """The last item that it stands for."""
        return self.seq if self.through is None else self.through


class Pause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="pause"):
    """Nothing is recorded from here on, by the client's own wish or because the server asked."""

    seq: Seq
    """Position among the items of the call."""
    reason: PauseReason
    """Why."""


class Resume(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="resume"):
    """Recording goes on."""

    seq: Seq
    """Position among the items of the call."""
    skipped: Ms
    """How long nothing was recorded, in milliseconds; the call clock jumps by it."""


class End(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="end"):
    """The call is over; no item follows."""

    seq: Seq
    """Position among the items of the call."""
    reason: EndReason
    """Why."""


class Status(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="status"):
    """Trouble with the capture of sound, or its end; what is active is said after each `welcome`.

    It takes no place among the items: it may come at any time and is not kept in the ring.
    """

    code: Trouble
    """What is wrong."""
    active: bool
    """False when it is over."""
    detail: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """More about it, for a person."""


ClientMessage = Hello | Gap | Pause | Resume | End | Status
"""Text from the client."""

# --- messages of the server -----------------------------------------------------------------------


class Welcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="welcome"):
    """The answer to `hello`: from which item on the client sends."""

    call_id: CallId
    """The call."""
    epoch: Annotated[int, msgspec.Meta(ge=1)]
    """Counts the connections of the call; what an older one still says is refused."""
    resume_from: Seq
    """The first item that the server wants: not before `hello.oldest`, not after `hello.next`."""
    ack: Annotated[int, msgspec.Meta(ge=0, le=LAST_SEQ)]
    """As in `ack.seq`."""
    paused: bool
    """Whether the server asks for a pause; it counts like `pause` or `resume` said now."""
    resume_key: Secret
    """128 random bits that stand for the token on this call until it ends."""
    server: Short
    """The server's version."""


class Ack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="ack"):
    """How far the call is safe; also the server's sign of life."""

    seq: Annotated[int, msgspec.Meta(ge=0, le=LAST_SEQ)]
    """Everything that depends on items up to here is stored, and no utterance was open there: the
    client need not keep them."""
    received: Annotated[int, msgspec.Meta(ge=0, le=LAST_SEQ)]
    """The last item that came in."""


class PauseRequest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="pause"
):
    """The server drops sound from now on; the client stops and answers with its own `pause`."""

    reason: PauseReason
    """Why, for the client to repeat."""
    by: Short = ""
    """Who asked for it."""


class ResumeRequest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="resume"
):
    """The server no longer asks for a pause; the client answers with its own `resume`."""


class Ended(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="ended"):
    """The call is over and stored; close 1000 follows."""

    reason: Short
    """Why: `hangup`, `stopped`, `lost` or `error`."""


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="fault"):
    """Trouble; if it is fatal, a close follows."""

    code: Short
    """In a word: `sequence`, `behind`, `full` …"""
    text: Annotated[str, msgspec.Meta(max_length=500)]
    """One sentence for a person."""
    retry_after: Annotated[float, msgspec.Meta(ge=0, le=3600)] | None = None
    """Before close 1013: seconds to wait."""


ServerMessage = Welcome | Ack | PauseRequest | ResumeRequest | Ended | Fault
"""Text from the server."""

Message = TypeVar("Message")
_ENCODER = msgspec.json.Encoder()
_CLIENT: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_SERVER: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(ServerMessage)


def write(message: ClientMessage | ServerMessage) -> str:
    """Write a text message."""
    return _ENCODER.encode(message).decode()


def read_client(text: str) -> ClientMessage:
    """Read what a client said.

    Raises:
        RefusedError: it is too long, no JSON, or no message of a client.
    """
    return _read(text, _CLIENT)


def read_server(text: str) -> ServerMessage:
    """Read what a server said.

    Raises:
        RefusedError: it is too long, no JSON, or no message of a server.
    """
    return _read(text, _SERVER)


def _read(text: str, decoder: msgspec.json.Decoder[Message]) -> Message:
    data = text.encode(errors="replace")
    if len(data) > TEXT_LIMIT:
        raise RefusedError(TOO_LONG, f"A text message has at most {TEXT_LIMIT} bytes.")
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as error:
        raise RefusedError(BAD_FIELD, f"{str(error)[:200]}.") from None
    except (msgspec.DecodeError, RecursionError):
        raise RefusedError(BROKEN, "A text message is one JSON object.") from None
