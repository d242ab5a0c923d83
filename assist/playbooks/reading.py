"""The texts of a playbook → one playbook, or what is wrong with them; no files here, only text."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from assist.errors import PlaybookError
from assist.playbooks.own import problems as contradictions
from assist.playbooks.places import Path, Problem, faults, holds, key_of, line_of
from assist.playbooks.schema import Advice, PhraseSet, Playbook

REPLACED = ("cards", "can_do_list")
"""What a later text says of these takes the place of what stood there; all other lists add up."""
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")


@dataclass(frozen=True, slots=True)
class Source:
    """One text of a playbook, and how messages call it."""

    name: str
    text: str


class Reading:
    """The texts of one playbook, the lowest first, read as far as possible."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources
        self.problems: list[Problem] = []
        self._layers = [self._decode(source) for source in sources]
        self.data: dict[str, Any] = {}
        """All texts as one."""
        for layer in self._layers:
            self.data = _merge(self.data, layer)
        self.playbook = self._playbook()

    def problem(self, path: Path, what: str, *, holding: str = "") -> Problem:
        """Say that something is wrong with a value of the whole; find the text that it comes from.

        Args:
            path: in `data`.
            what: the end of the sentence.
            holding: a string of the value by which its line is found.
        """
        key = key_of(self.data, path)
        for shorter in (path[:end] for end in range(len(path), 0, -1)):
            own = [(i, here) for i in self._from_top() if (here := self._here(i, shorter))]
            own.sort(key=lambda one: holding not in self.sources[one[0]].text)
            if own:
                i, here = own[0]
                line = line_of(self.sources[i].text, here, holding=holding)
                return Problem(self.sources[i].name, line, key, what)
        return Problem(self.sources[-1].name, 0, key, what)

    def _from_top(self) -> range:
        return range(len(self._layers) - 1, -1, -1)

    def _here(self, i: int, path: Path) -> Path:
        """Return the path as it is in one text; empty when that text does not say it."""
        at = next((k for k, step in enumerate(path) if isinstance(step, int)), None)
        if at is not None and path[0] not in REPLACED:
            before = sum(len(_at(layer, path[:at]) or ()) for layer in self._layers[:i])
            path = (*path[:at], int(path[at]) - before, *path[at + 1 :])
            if int(path[at]) < 0:
                return ()
        return path if holds(self._layers[i], path) else ()

    def _decode(self, source: Source) -> dict[str, Any]:
        try:
            return tomllib.loads(source.text)
        except tomllib.TOMLDecodeError as error:
            place = _AT_LINE.search(str(error))
            line = int(place[1] or source.text.count("\n") + 1) if place else 0
            why = _AT_LINE.sub("", str(error)).strip()
            self.problems.append(Problem(source.name, line, "", f"this is no valid TOML: {why}"))
            return {}

    def _playbook(self) -> Playbook | None:
        if self.problems:
            return None
        for source, layer in zip(self.sources, self._layers, strict=True):
            for path, what in faults(layer, _shape(), whole=False):
                key, line = key_of(layer, path), line_of(source.text, path)
                self.problems.append(Problem(source.name, line, key, what))
        if not self.problems:
            self.problems += [
                self.problem(path, what) for path, what in faults(self.data, _shape(), whole=True)
            ]
        if self.problems:
            return None
        playbook = msgspec.convert(self.data, Playbook)
        self.problems += self._contradictions(playbook)
        return None if self.problems else _furnished(playbook)

    def _contradictions(self, playbook: Playbook) -> Iterator[Problem]:
        known = playbook.phrases
        for name, said in known.items():
            for other in set(said.any_of) - set(known):
                yield self.problem(("phrases", name, "any_of"), f"there is no set {other!r}")
        ids = [cue.id for cue in playbook.cues]
        for i, cue in enumerate(playbook.cues):
            if cue.id in ids[:i]:
                yield self.problem(("cues", i, "id"), "this id is taken by another cue")
            for path, what in contradictions(cue):
                yield self.problem(("cues", i, *path), what)
            for key, part in cue.words():
                for other in (name for name in part.sets if name not in known):
                    what = f"there is no set {other!r}"
                    yield self.problem(("cues", i, key, "sets"), what)


def parse(*texts: str | Source) -> Playbook:
    """Read a playbook; later texts add to, and win over, earlier ones, table by table.

    Raises:
        PlaybookError: no TOML, an unknown key, or an impossible value; names file, line and key.
    """
    reading = Reading([t if isinstance(t, Source) else Source("playbook", t) for t in texts])
    if reading.playbook is None:
        first, *more = reading.problems
        others = f" (and {len(more)} more: assist playbook check)" if more else ""
        raise PlaybookError(f"{first}{others}")
    return reading.playbook


def _furnished(playbook: Playbook) -> Playbook:
    """Put the phrases and the advice of the operator's own cues where those of all cues are."""
    phrases, advice = dict(playbook.phrases), dict(playbook.advice)
    for cue in playbook.cues:
        advice[cue.id] = Advice(sign=cue.sign, text=cue.text, reason=cue.reason)
        for key, part in cue.words():
            if part.match:
                phrases[cue.set_name(key)] = PhraseSet(
                    match=part.match,
                    guard=part.guard,
                    examples=part.examples,
                    not_examples=part.not_examples,
                )
    return msgspec.structs.replace(playbook, phrases=phrases, advice=advice)


@cache
def _shape() -> inspect.Type:
    return inspect.type_info(Playbook)


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data


def _merge(below: dict[str, Any], above: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        if depth == 0 and key in REPLACED:
            own = isinstance(value, dict) and isinstance(merged.get(key), dict)
            merged[key] = {**merged[key], **value} if own else value
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _merge(merged[key], value, depth + 1)
        elif isinstance(value, list) and isinstance(merged.get(key), list):
            merged[key] = merged[key] + value
        else:
            merged[key] = value
    return merged
