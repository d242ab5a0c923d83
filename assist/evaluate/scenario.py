"""Scenarios, calls that are written by hand → labelled calls; the notation: docs/scenarios.md."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, get_args

from assist.errors import ProtocolError
from assist.evaluate.calls import CallFacts, LabelledCall
from assist.evaluate.marked import labels, speech, stages
from assist.evaluate.pace import Timeline
from assist.evaluate.talk import MistakeError, read
from assist.events import Channel

Language = Literal["en", "de"]
Lines = list[tuple[int, str]]
"""With their numbers in the file."""
AFTER = 4900
"""The call goes on in silence for so many milliseconds: too short to be a `long_silence`."""
LICENCE = "Apache-2.0"
"""The project's own: the files are a part of it."""
FACTS = ("language", "industry", "issue", "writer")
FLAGS = ("partial", "audit")
SIDES: dict[str, Channel] = {"A": "agent", "C": "customer"}

_SAYS = re.compile(r"(?P<side>[AC])\s+(?:(?P<shift>[+-]\d+)\s)?(?P<text>.*)", re.DOTALL)
_SILENT = re.compile(r"\.\.\.\s*(?P<length>\d+)(?P<text>.*)", re.DOTALL)


def read_scenario(path: Path) -> Iterator[LabelledCall]:
    """Yield the calls of a scenario file.

    Raises:
        ProtocolError: something breaks the notation; names the file and the line.
    """
    try:
        yield from parse(path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise ProtocolError(f"{path} is no text in UTF-8") from error
    except MistakeError as error:
        raise ProtocolError(f"{path}, line {error.line}: {error}") from error


def parse(text: str) -> Iterator[LabelledCall]:
    """Yield the calls that a text in the notation holds.

    Raises:
        MistakeError: something breaks it.
    """
    seen: set[str] = set()
    for block in _blocks(text):
        number, name = block[0][0], block[0][1].removeprefix("==").strip()
        if not name:
            raise MistakeError(number, "a call begins with == and its id")
        if name in seen:
            raise MistakeError(number, f"the id {name} is taken by another call")
        seen.add(name)
        yield _call(name, block)


def _blocks(text: str) -> Iterator[Lines]:
    """Yield the lines of each call, notes left out."""
    block: Lines = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("=="):
            if block:
                yield block
            block = []
        elif line.lstrip().startswith("#"):
            continue
        elif not block:
            if line.strip():
                raise MistakeError(number, "a call begins with == and its id")
            continue
        block.append((number, line))
    if block:
        yield block


def _call(name: str, block: Lines) -> LabelledCall:
    number, rest = block[0][0], block[1:]
    blank = next((i for i, (_, line) in enumerate(rest) if not line.strip()), len(rest))
    facts = _facts(number, rest[:blank])
    timeline = _timeline(rest[blank:])
    if not timeline.lines:
        raise MistakeError(number, f"nobody speaks in the call {name}")
    duration = max(timeline.end, timeline.now) + AFTER
    issue = facts.get("issue", "").replace(",", " ")
    return LabelledCall(
        call=CallFacts(
            id=name,
            language=_language(number, facts.get("language", "")),
            source="authored",
            licence=LICENCE,
            duration=duration,
            issue=tuple(issue.split()),
            audit="audit" in facts,
            complete="partial" not in facts,
            industry=facts.get("industry", ""),
            writer=facts.get("writer", ""),
        ),
        speech=speech(timeline),
        words=timeline.words,
        labels=labels(timeline, duration),
        stages=stages(timeline),
    )


def _facts(number: int, lines: Lines) -> dict[str, str]:
    facts: dict[str, str] = {}
    for number, line in lines:
        name, _, value = line.strip().partition(" ")
        if name not in FACTS + FLAGS:
            hint = "; a blank line comes before the talk" if name in SIDES else ""
            raise MistakeError(number, f"there is no fact {name!r}{hint}")
        if bool(value) is (name in FLAGS):
            raise MistakeError(number, f"{name} stands alone" if value else f"{name} of what?")
        facts[name] = value.strip()
    return facts


def _language(number: int, value: str) -> Language:
    found: Language | None = next((x for x in get_args(Language) if x == value), None)
    if found is None:
        raise MistakeError(number, f"the call's language is {value or 'not told'}: en or de")
    return found


def _timeline(lines: Lines) -> Timeline:
    timeline = Timeline()
    for number, text in _turns(lines):
        if silent := _SILENT.fullmatch(text):
            marks = read(silent["text"], number)
            if marks.words:
                raise MistakeError(number, "nobody can speak in a silence")
            timeline.silence(int(silent["length"]), marks)
        elif says := _SAYS.fullmatch(text):
            stretch = read(says["text"], number)
            if not stretch.words:
                raise MistakeError(number, "nobody says anything in this turn")
            shift = int(says["shift"]) if says["shift"] else None
            timeline.say(SIDES[says["side"]], stretch, shift, number)
        else:
            raise MistakeError(number, "a turn begins with A, C or ..., what goes on with spaces")
    return timeline


def _turns(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Join the lines that go on with the one before; line breaks keep the count of lines."""
    first, turn = 0, ""
    for number, line in lines:
        if line[:1].isspace() and turn and line.strip():
            turn += "\n" * (number - first - turn.count("\n")) + line
        elif line.strip():
            if turn:
                yield first, turn
            first, turn = number, line
    if turn:
        yield first, turn
