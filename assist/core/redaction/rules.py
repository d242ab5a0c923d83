"""What is to be masked: kinds of secrets, and patterns of the operator's own."""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

Kind = Literal["card", "iban", "code", "email", "phone", "birth", "password"]
KINDS: tuple[Kind, ...] = get_args(Kind)
STANDARD: frozenset[Kind] = frozenset({"card", "iban", "code", "email"})


class Pattern(NamedTuple):
    """An operator's own secret, such as a customer number."""

    name: str
    """Becomes the mask: `[name]`."""
    regex: re.Pattern[str]
    """Searched in the words after spoken digits have become written ones."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What one call's redactor masks."""

    kinds: frozenset[Kind] = STANDARD
    patterns: tuple[Pattern, ...] = ()
    enabled: bool = True


class Find(NamedTuple):
    """A secret among the words of one channel."""

    label: str
    """What stands in its place, without the brackets."""
    first: int
    """Index of the first word."""
    last: int
    """Index of the last word, included."""


LABELS = ("number", "phone", "date", "password", "email", "code", "card", "iban")
"""Of secrets that overlap the later one gives its name."""


def joined(finds: list[Find]) -> list[Find]:
    """Return the finds in order, those that overlap as one."""
    whole: list[Find] = []
    for find in sorted(finds, key=lambda find: find.first):
        if whole and find.first <= whole[-1].last:
            old = whole[-1]
            label = max(old.label, find.label, key=_weight)
            whole[-1] = Find(label, old.first, max(old.last, find.last))
        else:
            whole.append(find)
    return whole


def _weight(label: str) -> int:
    return LABELS.index(label) if label in LABELS else -1
