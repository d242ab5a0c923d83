"""Write docs/events.md from the messages of assist.events: `make docs`."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
from msgspec.structs import FieldInfo, fields

from assist import events
from assist.events import INPUTS, AnyEvent, CallSettings, Event, NumberEvidence, Word, WordsEvidence

HERE = Path(__file__).parent
PARTS = (Word, WordsEvidence, NumberEvidence, CallSettings)
NAMES = ("Channel", "Stage", "Kind", "Sign", "ClearReason", "SuppressReason")
"""Closed sets of values that several fields share."""
COMMON = {
    "call_id": "The call, as its source names it.",
    "channel": "Whose side of the call.",
    "confidence": "How far the rule is to be trusted, 0 to 1.",
    "cue": "Which cue, as in the table of cues.",
    "end": "When it ended, in milliseconds.",
    "evidence": "What proves it.",
    "issue": "Words of the ticket, where a ticket is known.",
    "language": "A code like `en`.",
    "playbook": "Name and version, for example `en/support@1`.",
    "probability": "How sure the recogniser is, 0 to 1.",
    "revision": "Counts up with each message of the utterance.",
    "rule": "The rule that decided.",
    "start": "When it began, in milliseconds.",
    "utterance": "Names the utterance.",
    "words": "The words, in order.",
}
"""What a field of this name means wherever its message says nothing else."""
TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "true or false"}
INTRODUCTION = """\
<!-- Written by docs/generate.py from assist/events: change the text there, then `make docs`. -->

# Messages

Every line of a log, and every message to a page, is one JSON object of this list. It is flat:
first the envelope, then the fields of its own. All times are whole milliseconds on the call clock:
`at` is when the system learned something, `start` and `end` are when it was spoken.

**in** marks what the edges tell the engine, and what a replay feeds again. **out** marks what the
engine concludes from it, and what a replay must conclude again. `assist schema` prints the same
as a JSON Schema. A message with an unknown field is refused.
"""


def files() -> dict[Path, str]:
    """Return what each generated file must contain."""
    messages = [message(kind) for kind in get_args(AnyEvent)]
    parts = [f"### `{kind.__name__}`\n\n{described(kind, fields(kind))}" for kind in PARTS]
    text = [
        INTRODUCTION,
        f"## The envelope\n\n{described(Event, fields(Event), tag='`type`')}",
        "## The messages\n",
        *messages,
        "## Parts\n\nPieces of messages. The two kinds of evidence name themselves in `type`.\n",
        *parts,
        "## Closed sets\n\n" + "".join(closed_set(name) for name in NAMES),
    ]
    return {HERE / "events.md": "\n".join(text)}


def message(kind: type[Event]) -> str:
    """Write the section of one message."""
    way = "in" if kind in INPUTS else "out"
    own = fields(kind)[len(fields(Event)) :]
    return f"### `{kind.__struct_config__.tag}`\n\n**{way}.** {described(kind, own)}"


def described(kind: type, own: tuple[FieldInfo, ...], *, tag: str = "") -> str:
    """Write what a class is for, and its fields as a table."""
    purpose = f"{inspect.getdoc(kind)}\n"
    if not own:
        return f"{purpose}\nIt has no fields beyond the envelope.\n"
    written = dict(annotations(kind))
    rows = [f"| {tag} | string | The message's name, as in the headings below. |"] if tag else []
    rows += [row(field, *written[field.name]) for field in own]
    return "\n".join([purpose, "| field | type | meaning |", "|---|---|---|", *rows, ""])


def row(field: FieldInfo, annotation: str, meaning: str) -> str:
    """Write one field."""
    meaning = meaning or COMMON.get(field.name, "")
    return f"| `{field.name}` | {type_of(annotation)}{default(field)} | {meaning} |"


def annotations(kind: type) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each field with its type as written and the text below it."""
    (found,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(found, ast.ClassDef)
    for i, node in enumerate(found.body):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            after = found.body[i + 1] if i + 1 < len(found.body) else None
            yield node.target.id, (ast.unparse(node.annotation), _text(after))


def type_of(annotation: str) -> str:
    """Write a type as JSON knows it."""
    if items := re.fullmatch(r"tuple\[(.+), \.\.\.\]", annotation):
        return f"array of {type_of(items[1])}"
    if values := re.fullmatch(r"dict\[str, (.+)\]", annotation):
        return f"object of {type_of(values[1])}"
    if choices := re.fullmatch(r"Literal\[(.+)\]", annotation):
        return " or ".join(f"`{one.strip(chr(39))}`" for one in choices[1].split(", "))
    words = (TYPES.get(word, word) for word in annotation.split(" | "))
    return " or ".join("null" if word == "None" else word for word in words)


def default(field: FieldInfo) -> str:
    """Write what a field is when it is not given."""
    if field.required:
        return ""
    if isinstance(field.default, CallSettings):
        return ", else its defaults"
    return f", else `{msgspec.json.encode(field.default).decode()}`"


def closed_set(name: str) -> str:
    """Write the values behind a name."""
    return f"* **{name}**: " + ", ".join(f"`{v}`" for v in get_args(getattr(events, name))) + "\n"


def _text(node: ast.stmt | None) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return " ".join(str(node.value.value).split())
    return ""


if __name__ == "__main__":
    for path, content in files().items():
        path.write_text(content, encoding="utf-8")
