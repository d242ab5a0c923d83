"""The shape of a playbook and how its text is read; no files here, only text."""

import tomllib
from typing import Any

import msgspec

from assist.errors import PlaybookError
from assist.events import Sign


class PhraseSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ways to say one thing, and sentences that prove it (docs/playbooks.md)."""

    match: tuple[str, ...]
    examples: tuple[str, ...] = ()
    """Each must be matched; a test runs them."""
    not_examples: tuple[str, ...] = ()
    """None may be matched."""


class Advice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the agent sees for one cue."""

    sign: Sign
    text: str
    reason: str = ""
    """Second line; `{words}` and the names of measured numbers are filled in from the evidence."""
    variants: dict[str, str] = {}


class Playbook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that depends on the language and on the kind of call."""

    name: str
    language: str
    version: int
    function_words: frozenset[str] = frozenset()
    """Words without content of their own; every other word counts as a content word."""
    topic_words: frozenset[str] = frozenset()
    """Words that any support call may be about; they never lead off the track."""
    hotwords: tuple[str, ...] = ()
    """Names and terms that are likelier in such calls than elsewhere, the most important first."""
    classes: dict[str, tuple[str, ...]] = {}
    """Words behind `{num}`, `{time}`, `{day}` in a phrase."""
    phrases: dict[str, PhraseSet] = {}
    thresholds: dict[str, float] = {}
    """`cue.name` → number; what is not named keeps the start value in the cue's file."""
    advice: dict[str, Advice] = {}

    @property
    def reference(self) -> str:
        """Return name and version as evidence quotes them, for example `en/support@1`."""
        return f"{self.language}/{self.name}@{self.version}"

    def threshold(self, name: str, start_value: float) -> float:
        """Return the operator's number, or the start value."""
        return self.thresholds.get(name, start_value)


def parse(*texts: str) -> Playbook:
    """Read a playbook; later texts add to, and win over, earlier ones, table by table.

    Raises:
        PlaybookError: no TOML, an unknown key, or a value of the wrong kind; names the place.
    """
    merged: dict[str, Any] = {}
    for text in texts:
        try:
            merged = _merge(merged, tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise PlaybookError(f"the playbook is no valid TOML: {error}") from error
    try:
        return msgspec.convert(merged, Playbook)
    except msgspec.ValidationError as error:
        raise PlaybookError(f"the playbook does not fit: {error}") from error


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _merge(merged[key], value)
        elif isinstance(value, list) and isinstance(merged.get(key), list):
            merged[key] = merged[key] + value
        else:
            merged[key] = value
    return merged
