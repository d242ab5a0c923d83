"""What a page may ask for, and how its text is read; pure."""

from typing import Literal

import msgspec

from assist.errors import ProtocolError
from assist.events import CallPaused, CallResumed, Event, NudgeDismissed, NudgeFeedback

LONGEST = 4096
"""Bytes of a command."""


class Dismiss(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="nudge.dismissed"):
    """The agent closed a nudge."""

    id: str


class Judge(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="nudge.feedback"):
    """The agent's verdict on a nudge."""

    id: str
    verdict: Literal["helpful", "not_now", "wrong"]


class Pause(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="call.pause"):
    """Nothing is to be heard or kept from here on."""

    reason: Literal["privacy", "card", "agent"] = "privacy"


class Resume(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="call.resume"):
    """Listening may go on."""


class NotJsonError(ProtocolError):
    """The text of a command is no JSON."""


_decoder = msgspec.json.Decoder(Dismiss | Judge | Pause | Resume)


def read(text: str) -> Event:
    """Read a command as the event that the call is told; the call says when and how long it was.

    Raises:
        NotJsonError: the text is no JSON.
        ProtocolError: it is no command.
    """
    try:
        command = _decoder.decode(text)
    except msgspec.ValidationError as error:
        raise ProtocolError(f"this is no command: {error}") from error
    except msgspec.DecodeError as error:
        raise NotJsonError(f"this is no JSON: {error}") from error
    match command:
        case Judge():
            return NudgeFeedback(at=0, id=command.id, verdict=command.verdict)
        case Pause():
            return CallPaused(at=0, reason=command.reason, by="agent")
        case Resume():
            return CallResumed(at=0, skipped=0)
    return NudgeDismissed(at=0, id=command.id)
