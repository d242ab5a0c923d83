"""What a Genesys AudioHook client says, and how our answers are written; version 2 of its protocol.

Unknown fields are ignored: the protocol grows. The names and the number of the caller are not read.
"""

import re
from typing import Annotated, Any, TypeVar

import msgspec

from assist.errors import ProtocolError
from assist.ingest.session import Unacceptable

VERSION = "2"
LONGEST_TEXT = 65_535
"""Characters of a message."""
NOBODY = "00000000-0000-0000-0000-000000000000"
"""Conversation and participant of a probe: somebody tries the connection."""
LONGEST_MS = 24 * 3_600_000
"""No pause is longer."""
NO_JSON, TOO_LONG, BAD_FIELD = 1007, 1009, 4400
"""Codes that close the socket."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DURATION = re.compile(r"PT(?:\d{1,9}(?:\.\d{0,30})?|\.\d{1,30})S")
_LANGUAGE = re.compile(r"[a-z]{2,3}-[A-Za-z]{2,3}")


class ImpossibleError(ProtocolError):
    """A message that is one, but says what cannot be; the client is told so."""


class Envelope(msgspec.Struct, frozen=True):
    """What is around every message of the client."""

    version: str
    id: Annotated[str, msgspec.Meta(max_length=64)]
    type: str
    seq: int
    serverseq: int
    position: str
    parameters: msgspec.Raw


class _Parameters(msgspec.Struct, frozen=True, rename="camel"):
    """What a message says."""


class Participant(_Parameters, frozen=True, rename="camel"):
    """The party whose conversation it is; what else is told of people is not read."""

    id: str
    dnis: str = ""
    """The number that was called."""


class Media(_Parameters, frozen=True, rename="camel"):
    """An offer of sound."""

    type: str
    format: str
    channels: tuple[str, ...]
    rate: int


class Open(_Parameters, frozen=True, rename="camel"):
    """The first message."""

    organization_id: str
    conversation_id: str
    participant: Participant
    media: tuple[msgspec.Raw, ...]
    """Offers as they came: the chosen one goes back unchanged."""
    language: str | None = None
    supported_languages: bool | None = None
    """Whether the answer is to name the languages that are understood."""
    custom_config: dict[str, Any] | None = None

    @property
    def is_probe(self) -> bool:
        """Whether nobody is there."""
        return self.conversation_id == NOBODY and self.participant.id == NOBODY

    @property
    def agent(self) -> str:
        """The agent that the integration names, if it does."""
        named = (self.custom_config or {}).get("agent", "")
        return named if isinstance(named, str) and len(named) <= 128 else ""


class Discarded(_Parameters, frozen=True, rename="camel"):
    """Sound that does not come, by loss or by a pause that is over."""

    start: str
    discarded: str


class Update(_Parameters, frozen=True, rename="camel"):
    """Another language is spoken from here on."""

    language: str


class Closing(_Parameters, frozen=True, rename="camel"):
    """The end of the session."""

    reason: str = "end"


class Failure(_Parameters, frozen=True, rename="camel"):
    """Something went wrong at the client; its words are not read."""

    code: int


Said = TypeVar("Said", bound=_Parameters)


def read(text: str) -> Envelope:
    """Read a message up to what its type decides.

    Raises:
        Unacceptable: it is none.
    """
    if len(text) > LONGEST_TEXT:
        raise Unacceptable(TOO_LONG, "The message is too long.")
    try:
        envelope = msgspec.json.decode(text, type=Envelope)
    except msgspec.ValidationError as error:
        raise Unacceptable(BAD_FIELD, "This is no message of AudioHook.") from error
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Unacceptable(NO_JSON, "This is no JSON.") from error
    if envelope.version != VERSION:
        raise Unacceptable(BAD_FIELD, "Only version 2 of AudioHook is understood.")
    if not bytes(envelope.parameters).startswith(b"{"):
        raise Unacceptable(BAD_FIELD, "A message of AudioHook has parameters.")
    return envelope


def said(envelope: Envelope, kind: type[Said]) -> Said:
    """Read what a message of a known type says.

    Raises:
        ImpossibleError: a field is missing or of the wrong kind.
    """
    try:
        return msgspec.json.decode(envelope.parameters, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ImpossibleError(
            f"{envelope.type[:32]!r} has a field that is missing or wrong"
        ) from error


def offer(raw: msgspec.Raw) -> Media | None:
    """Read an offer of sound; nothing where it is none that we know."""
    try:
        return msgspec.json.decode(raw, type=Media)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def is_uuid(text: str) -> bool:
    """Tell whether a text is a UUID as AudioHook writes it."""
    return _UUID.fullmatch(text) is not None


def is_language(text: str | None) -> bool:
    """Tell whether a text is a language as AudioHook writes it: `en-US`."""
    return text is not None and _LANGUAGE.fullmatch(text) is not None


def milliseconds(duration: str) -> float:
    """Read a duration like `PT1.23S`.

    Raises:
        ImpossibleError: it is none.
    """
    if not _DURATION.fullmatch(duration):
        raise ImpossibleError("a time is not written like PT1.23S")
    return round(float(duration[2:-1]) * 1000, 3)


def whole(ms: float) -> int:
    """Return a length in whole milliseconds.

    Raises:
        ImpossibleError: no call is that long.
    """
    if ms > LONGEST_MS:
        raise ImpossibleError("so much sound cannot be missing")
    return round(ms)


def duration(ms: float) -> str:
    """Write a duration to the millisecond."""
    whole = max(0, round(ms))
    return f"PT{whole // 1000}.{whole % 1000:03d}S"


def write(
    kind: str, *, session: str, seq: int, clientseq: int, parameters: dict[str, object]
) -> str:
    """Write a message of ours."""
    message = {
        "version": VERSION,
        "id": session,
        "type": kind,
        "seq": seq,
        "clientseq": clientseq,
        "parameters": parameters,
    }
    return msgspec.json.encode(message).decode()
