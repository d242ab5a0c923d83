"""A labelled call: what was said, and which cues must fire or stay silent in it."""

from typing import Literal

import msgspec

from assist.events import Channel, Stage


class CallFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`call.json`: what is known of the call as a whole. Times in milliseconds."""

    id: str
    language: Literal["en", "de"]
    source: Literal["authored", "corpus", "tts", "recorded"]
    licence: str
    duration: int
    issue: tuple[str, ...] = ()
    audit: bool = False
    """No refusal and no conflict by the agent is in it."""
    complete: bool = False
    """Every event of every cue is labelled."""
    title: str = ""
    industry: str = ""
    writer: str = ""


class SpeechSpan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of `speech.jsonl`: true speech activity."""

    channel: Channel
    start: int
    end: int


class LabelledWord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of `words.jsonl`; `at` = when the recogniser had made it stable."""

    channel: Channel
    text: str
    start: int
    end: int
    at: int
    probability: float = 1.0


class Label(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of `labels.jsonl`: a cue that must fire, or must stay silent."""

    cue: str
    expect: Literal["fires", "silent"]
    channel: Channel = "agent"
    start: int
    end: int
    reference: int = 0
    """The moment from which the delay counts."""
    self_corrected: bool = False
    note: str = ""


class StageLabel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of `stages.jsonl`."""

    at: int
    stage: Stage


class LabelledCall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One call with its truth; in a bundle, one line."""

    call: CallFacts
    speech: tuple[SpeechSpan, ...] = ()
    words: tuple[LabelledWord, ...] = ()
    labels: tuple[Label, ...] = ()
    stages: tuple[StageLabel, ...] = ()
