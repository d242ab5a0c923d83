"""Every message of the system, by domain; together they are the architecture."""

from typing import Any

import msgspec

from assist.events.audio import AudioGap, SpeechEnded, SpeechStarted
from assist.events.base import (
    CHANNELS,
    Channel,
    Event,
    Evidence,
    NumberEvidence,
    Part,
    Stage,
    WordsEvidence,
    other,
)
from assist.events.call import (
    CallEnded,
    CallPaused,
    CallResumed,
    CallSettings,
    CallStarted,
    CallUpdated,
    Tick,
)
from assist.events.cue import ClearReason, CueCleared, CueDetected, CueSuppressed, SuppressReason
from assist.events.floor import (
    HoldEnded,
    HoldStarted,
    OverlapDetected,
    SilenceDetected,
    StageChanged,
    StageTicked,
    Tickable,
)
from assist.events.nudge import (
    Kind,
    NudgeDismissed,
    NudgeExpired,
    NudgeFeedback,
    NudgeResolved,
    NudgeShown,
    NudgeSuperseded,
    Sign,
)
from assist.events.transcript import TranscriptFinal, TranscriptPartial, Word
from assist.events.trouble import Fault, MetricsUpdated, SupervisorNote

INPUTS: tuple[type[Event], ...] = (
    CallStarted,
    CallUpdated,
    CallPaused,
    CallResumed,
    CallEnded,
    Tick,
    AudioGap,
    SpeechStarted,
    SpeechEnded,
    TranscriptPartial,
    TranscriptFinal,
    NudgeDismissed,
    NudgeFeedback,
    SupervisorNote,
    MetricsUpdated,
    Fault,
)
"""What the edges tell the engine; a replay feeds these again."""

OUTPUTS: tuple[type[Event], ...] = (
    OverlapDetected,
    SilenceDetected,
    HoldStarted,
    HoldEnded,
    StageChanged,
    StageTicked,
    CueDetected,
    CueCleared,
    CueSuppressed,
    NudgeShown,
    NudgeResolved,
    NudgeExpired,
    NudgeSuperseded,
)
"""What the engine concludes; a replay must conclude the same."""

AnyEvent = (
    CallStarted
    | CallUpdated
    | CallPaused
    | CallResumed
    | CallEnded
    | Tick
    | AudioGap
    | SpeechStarted
    | SpeechEnded
    | TranscriptPartial
    | TranscriptFinal
    | OverlapDetected
    | SilenceDetected
    | HoldStarted
    | HoldEnded
    | StageChanged
    | StageTicked
    | CueDetected
    | CueCleared
    | CueSuppressed
    | NudgeShown
    | NudgeResolved
    | NudgeExpired
    | NudgeDismissed
    | NudgeSuperseded
    | NudgeFeedback
    | SupervisorNote
    | MetricsUpdated
    | Fault
)

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def encode(event: Event) -> bytes:
    """Write one event as a line of JSON, without the line's end."""
    return _encoder.encode(event)


def decode(line: bytes | str) -> AnyEvent:
    """Read one event.

    Raises:
        msgspec.DecodeError: the line is no JSON, or no message of ours.
    """
    return _decoder.decode(line)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of every message."""
    return msgspec.json.schema(AnyEvent)


__all__ = [
    "CHANNELS",
    "INPUTS",
    "OUTPUTS",
    "AnyEvent",
    "AudioGap",
    "CallEnded",
    "CallPaused",
    "CallResumed",
    "CallSettings",
    "CallStarted",
    "CallUpdated",
    "Channel",
    "ClearReason",
    "CueCleared",
    "CueDetected",
    "CueSuppressed",
    "Event",
    "Evidence",
    "Fault",
    "HoldEnded",
    "HoldStarted",
    "Kind",
    "MetricsUpdated",
    "NudgeDismissed",
    "NudgeExpired",
    "NudgeFeedback",
    "NudgeResolved",
    "NudgeShown",
    "NudgeSuperseded",
    "NumberEvidence",
    "OverlapDetected",
    "Part",
    "Sign",
    "SilenceDetected",
    "SpeechEnded",
    "SpeechStarted",
    "Stage",
    "StageChanged",
    "StageTicked",
    "SupervisorNote",
    "SuppressReason",
    "Tick",
    "Tickable",
    "TranscriptFinal",
    "TranscriptPartial",
    "Word",
    "WordsEvidence",
    "decode",
    "encode",
    "other",
    "schema",
]
