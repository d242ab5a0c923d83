"""Mistakes in the text of a playbook: what is wrong, and on which line.

No maintained TOML reader for Python keeps positions, so the line is found by the key: each header
and key of the text is read for itself with `tomllib`, and the nearest one to the mistake wins.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from msgspec import inspect

Path = tuple[str | int, ...]
"""Keys and positions, from the top of the text: `("cues", 0, "after", "within_s")`."""
Fault = tuple[Path, str]
"""Where, and what it must be."""

_LISTS = (inspect.VarTupleType, inspect.ListType, inspect.FrozenSetType, inspect.SetType)
_Number = inspect.IntType | inspect.FloatType
_HEADER = re.compile(r"\s*(\[\[?.+?\]\]?)\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_\-.\"' ]+?)\s*=")
_NO_TEXT = ("tagger", "other", "meaning")
"""What a playbook gets from the code, never from a text."""
_NAMED_BY = ("id", "name")
"""Keys by which an entry of a list is called rather than by its position."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a playbook; printed, it is one sentence with its place."""

    file: str
    line: int
    """From 1; 0 = the file as a whole."""
    key: str
    what: str

    def __str__(self) -> str:
        """Return the sentence."""
        line = f", line {self.line}" if self.line else ""
        key = f", {self.key}" if self.key else ""
        return f"{self.file}{line}{key}: {self.what}"


def faults(value: Any, kind: inspect.Type, path: Path = (), *, whole: bool) -> Iterator[Fault]:
    """Yield where a value does not fit a type: the path, and what it must be.

    Args:
        value: as `tomllib` reads it.
        kind: what it must be.
        path: of the value.
        whole: whether keys may not be missing; a file that adds to another need not repeat them.
    """
    if isinstance(kind, inspect.StructType) and isinstance(value, Mapping):
        yield from _of_struct(value, kind, path, whole=whole)
    elif isinstance(kind, inspect.DictType) and isinstance(value, Mapping):
        for key, inner in value.items():
            if list(faults(key, kind.key_type, whole=True)):
                yield (*path, key), f"the name must be {_article(kind.key_type)}"
            else:
                yield from faults(inner, kind.value_type, (*path, key), whole=whole)
    elif isinstance(kind, _LISTS) and isinstance(value, Sequence) and not isinstance(value, str):
        for i, inner in enumerate(value):
            yield from faults(inner, kind.item_type, (*path, i), whole=True)
    elif isinstance(kind, inspect.UnionType):
        real = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
        tries = [list(faults(value, one, path, whole=whole)) for one in real]
        yield from min(tries, key=len)
    elif not _fits(value, kind):
        yield path, f"must be {_article(kind)}"


def _of_struct(
    value: Mapping[str, Any], kind: inspect.StructType, path: Path, *, whole: bool
) -> Iterator[Fault]:
    fields = {f.encode_name: f for f in kind.fields if f.encode_name not in _NO_TEXT}
    for key, inner in value.items():
        if key in fields:
            yield from faults(inner, fields[key].type, (*path, key), whole=whole)
        else:
            near = get_close_matches(key, fields, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(fields)}"
            yield (*path, key), f"is an unknown key; {hint}"
    if whole:
        yield from (
            (path, f"{name} is missing")
            for name, field in fields.items()
            if field.required and name not in value
        )


def _fits(value: Any, kind: inspect.Type) -> bool:
    if isinstance(kind, inspect.BoolType):
        return isinstance(value, bool)
    if isinstance(kind, inspect.LiteralType):
        return value in kind.values
    if isinstance(kind, inspect.StrType):
        return isinstance(value, str) and (not kind.pattern or bool(re.search(kind.pattern, value)))
    if isinstance(kind, _Number):
        whole = isinstance(kind, inspect.IntType)
        number = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
        return number and _in_range(value, kind)
    return isinstance(kind, inspect.AnyType)


def _in_range(value: float, kind: _Number) -> bool:
    return (
        (kind.ge is None or value >= kind.ge)
        and (kind.gt is None or value > kind.gt)
        and (kind.le is None or value <= kind.le)
        and (kind.lt is None or value < kind.lt)
    )


def _article(kind: inspect.Type) -> str:
    """Say what a type is, for a person."""
    if isinstance(kind, _Number):
        return ("a whole number" if isinstance(kind, inspect.IntType) else "a number") + _range(
            kind
        )
    if isinstance(kind, inspect.LiteralType):
        return f"one of {', '.join(map(str, kind.values))}"
    if isinstance(kind, inspect.StrType) and kind.pattern:
        return "a name of small letters, digits and _"
    if isinstance(kind, _LISTS):
        return "a list"
    names = {inspect.StrType: "text in quotes", inspect.BoolType: "true or false"}
    return names.get(type(kind), "a table")


def _range(kind: _Number) -> str:
    low = kind.ge if kind.ge is not None else kind.gt
    high = kind.le if kind.le is not None else kind.lt
    if low is None or high is None:
        return ""
    between = kind.gt is not None or kind.lt is not None
    return f" between {low:g} and {high:g}" if between else f" from {low:g} to {high:g}"


def line_of(text: str, path: Path, *, holding: str = "") -> int:
    """Return on which line of the text a path stands, or the nearest table above it; 0 for none.

    Args:
        text: TOML.
        path: of the value.
        holding: a string of the value that may stand some lines below its key.
    """
    best = found = 0
    table: Path = ()
    counts: dict[Path, int] = {}
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if header := _HEADER.match(line):
            table = here = _table(header[1], counts) or table
        elif key := _KEY.match(line):
            here = (*table, *_keys(f"{key[1]} = 0"))
        else:
            continue
        if here and len(here) > best and path[: len(here)] == here:
            best, found = len(here), number
    if holding and found:
        below = enumerate(lines[found - 1 :], found)
        return next((number for number, line in below if holding in line), found)
    return found


def _table(header: str, counts: dict[Path, int]) -> Path:
    """Return the path of a header; tables of a list are counted."""
    path: Path = ()
    keys = _keys(header)
    for i, key in enumerate(keys):
        path = (*path, key)
        if header.startswith("[[") and i == len(keys) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _keys(line: str) -> tuple[str, ...]:
    """Return the keys that a header or an assignment names; nothing if it is neither."""
    try:
        inner: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:  # a line inside of a text or a list
        return ()
    keys: list[str] = []
    while isinstance(inner, dict) and inner:
        key = next(iter(inner))
        keys.append(key)
        inner = inner[key][0] if isinstance(inner[key], list) else inner[key]
    return tuple(keys)


def key_of(data: Any, path: Path) -> str:
    """Return a path as people write it: entries of lists by their id or name, where they have one.

    Args:
        data: in which the path leads somewhere.
        path: `("cues", 0, "after")`.
    """
    said: list[str] = []
    for step in path:
        data = _step(data, step)
        if isinstance(step, str):
            said.append(step)
            continue
        own = next((data[k] for k in _NAMED_BY if isinstance(data, Mapping) and k in data), None)
        said.append(str(own or step + 1))
    return ".".join(said)


def _step(data: Any, step: str | int) -> Any:
    if isinstance(data, Mapping):
        return data.get(str(step))
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return None


def holds(data: Any, path: Path) -> bool:
    """Tell whether the path leads somewhere."""
    for step in path:
        data = _step(data, step)
    return data is not None
