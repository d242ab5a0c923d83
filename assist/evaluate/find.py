"""Where labelled calls stand on disk: folders, bundles with a call a line, scenario files."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from assist.errors import ProtocolError
from assist.evaluate.calls import (
    CallFacts,
    Label,
    LabelledCall,
    LabelledWord,
    SpeechSpan,
    StageLabel,
)
from assist.evaluate.scenario import read_scenario

T = TypeVar("T", bound=msgspec.Struct)

AUDIO_NAMES = ("audio.flac", "audio.wav", "audio.ogg", "audio.opus")
FILES = (".calls.jsonl", ".txt")
FORMS = "a folder with call.json, a bundle *.calls.jsonl, or scenarios *.txt"

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
            raise ProtocolError(f"{path} holds no labelled call ({FORMS})")


def _below(path: Path) -> Iterator[tuple[LabelledCall, Path | None]]:
    if path.is_file():
        calls = read_scenario(path) if path.suffix == ".txt" else _bundle(path)
        yield from ((call, None) for call in calls)
    elif (path / "call.json").is_file():
        yield read_folder(path), next((path / n for n in AUDIO_NAMES if (path / n).is_file()), None)
    else:
        for child in sorted(path.iterdir()):
            if child.is_dir() or child.name.endswith(FILES):
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
