"""What the operator may set about words that nobody may keep."""

import re
from typing import Annotated

import msgspec

from assist.core.redaction import STANDARD, Kind, Pattern, Rules

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-zäöüß][a-zäöüß0-9 _-]{0,30}$")]
"""Of an operator's own pattern; it becomes the mask."""
Regex = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class Redaction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which secrets are masked before words are shown, stored or sent."""

    enabled: bool = True
    kinds: tuple[Kind, ...] = tuple(sorted(STANDARD))
    """More can be had: `phone`, `birth`, `password`."""
    patterns: dict[Name, Regex] = {}
    """Regular expressions by name, searched after spoken digits have become written ones."""

    def __post_init__(self) -> None:
        """Refuse a pattern that is no regular expression, or that matches nothing at all.

        Raises:
            ValueError: the sentence names the pattern.
        """
        for name, pattern in self.patterns.items():
            try:
                empty = re.compile(pattern).match("") is not None
            except re.error as error:
                raise ValueError(
                    f"the pattern {name!r} is no regular expression: {error}"
                ) from error
            if empty:
                raise ValueError(f"the pattern {name!r} would match between any two letters")

    def rules(self) -> Rules:
        """Return what a redactor goes by."""
        return Rules(
            kinds=frozenset(self.kinds),
            patterns=tuple(
                Pattern(name, re.compile(pattern, re.IGNORECASE))
                for name, pattern in self.patterns.items()
            ),
            enabled=self.enabled,
        )
