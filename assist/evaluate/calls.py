"""Labelled calls as they stand on disk: a folder a call, or a bundle with one call a line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from assist.errors import ProtocolError
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


T = TypeVar("T", bound=msgspec.Struct)

AUDIO_NAMES = ("audio.flac", "audio.wav", "audio.ogg", "audio.opus")

_line = msgspec.json.Decoder(LabelledCall)


def find_calls(paths: list[Path]) -> Iterator[tuple[LabelledCall, Path | None]]:
    """Yield every labelled call below the paths, with its audio file where it has one.

    Raises:
        ProtocolError: nothing is there, or a file breaks the format; names the file and the line.
    """
    for path in paths:
        if not path.exists():
            raise ProtocolError(f"{path} does not exist")
        found = False
        for call in _below(path):
            found = True
            yield call
        if not found:
            raise ProtocolError(f"{path} holds no labelled call (a call.json, or *.calls.jsonl)")


def _below(path: Path) -> Iterator[tuple[LabelledCall, Path | None]]:
    if path.is_file():
        yield from ((call, None) for call in _bundle(path))
    elif (path / "call.json").is_file():
        yield read_folder(path), next((path / n for n in AUDIO_NAMES if (path / n).is_file()), None)
    else:
        for child in sorted(path.iterdir()):
            if child.is_dir() or child.name.endswith(".calls.jsonl"):
                yield from _below(child)


def _bundle(path: Path) -> Iterator[LabelledCall]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield _line.decode(line)
                except msgspec.DecodeError as error:
                    raise ProtocolError(f"{path}, line {number}: {error}") from error


def read_folder(folder: Path) -> LabelledCall:
    """Read a call that is a folder.

    Raises:
        ProtocolError: a file is missing or breaks the format.
    """
    try:
        facts = msgspec.json.decode((folder / "call.json").read_bytes(), type=CallFacts)
    except (OSError, msgspec.DecodeError) as error:
        raise ProtocolError(f"{folder / 'call.json'}: {error}") from error
    return LabelledCall(
        call=facts,
        speech=tuple(_lines(folder / "speech.jsonl", SpeechSpan)),
        words=tuple(_lines(folder / "words.jsonl", LabelledWord)),
        labels=tuple(_lines(folder / "labels.jsonl", Label)),
        stages=tuple(_lines(folder / "stages.jsonl", StageLabel)),
    )


def _lines(path: Path, kind: type[T]) -> Iterator[T]:
    if not path.is_file():
        return
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if line.strip():
            try:
                yield msgspec.json.decode(line, type=kind)
            except msgspec.DecodeError as error:
                raise ProtocolError(f"{path}, line {number}: {error}") from error
