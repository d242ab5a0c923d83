"""A talk line of a scenario as it is written → its words and what is marked in them.

The notation is told in docs/scenarios.md. Times are milliseconds.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import get_args

from assist.evaluate.references import CUES
from assist.events import Stage

GAP, GAP_COMMA, GAP_SENTENCE = 40, 150, 350
"""From a word to the next: usually, after a comma or a dash, after a sentence."""

_PART = re.compile(
    r"(?P<space>\s+)"
    r"|\{=(?P<stage>[^{}]*)\}"
    r"|\{(?P<open>[^{}\s:]+):"
    r"|\{(?P<point>[^{}\s:]+)\}"
    r"|(?P<close>\})"
    r"|\((?P<pause>\d+)\)"
    r"|(?P<aside>\[)|(?P<back>\])"
    r"|(?P<word>(?:(?!\(\d+\))[^\s{}\[\]])+)"
)
_LABEL = re.compile(r"(?P<silent>-?)(?P<cue>\w+)(?:/(?P<note>[\w-]+))?(?:@(?P<wait>\d+))?")
_SURE = re.compile(r"%(\d{1,3})(?=\W*$)")
_BROKEN = re.compile(r"(?:—|–|--)(?=\W*$)")
_TIGHT = re.compile(r"(—|--)(?=\w)")
_OPENING, _CLOSING = "„“‚‘«»\"'(", "”“\"'’»«)"


class MistakeError(Exception):
    """Something is written that the notation does not know."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


@dataclass(slots=True)
class Written:
    """A word as it stands in the file."""

    text: str
    pause: int = -1
    """The rest after it; below 0 = as long as is usual."""

    @property
    def spoken(self) -> str:
        """Return what is heard, without what only the notation wants."""
        return _SURE.sub("", _BROKEN.sub("", self.text))

    @property
    def probability(self) -> float:
        """Return how sure the recogniser is of it."""
        found = _SURE.search(self.text)
        return int(found[1]) / 100 if found else 1.0

    @property
    def gap(self) -> int:
        """Return the time to the next word."""
        if self.pause >= 0:
            return self.pause
        if _BROKEN.search(self.text):
            return GAP_COMMA
        plain = self.spoken.rstrip(_CLOSING)
        if plain.endswith((".", "!", "?", "…")):
            return GAP_SENTENCE
        return GAP_COMMA if plain.endswith((",", ";", ":")) else GAP


@dataclass(slots=True)
class Mark:
    """A label: the words from `first` to before `last`, or a moment where these are the same."""

    cue: str
    fires: bool
    note: str
    wait: int
    """The moment lies so long after the end of the word before it."""
    line: int
    first: int
    last: int


@dataclass(slots=True)
class Stretch:
    """What one side says in one go. Places count the words before them."""

    words: list[Written] = field(default_factory=list)
    rest: int = 0
    """A pause before the first word."""
    marks: list[Mark] = field(default_factory=list)
    stages: list[tuple[int, Stage]] = field(default_factory=list)
    asides: list[tuple[int, "Stretch"]] = field(default_factory=list)
    """What the other side says meanwhile."""


def read(text: str, line: int) -> Stretch:
    """Read what stands behind the name of the speaker.

    Args:
        text: may go over several lines.
        line: number of the first of them.

    Raises:
        MistakeError: the notation does not know what is written.
    """
    return _Reader(text, line).read()


class _Reader:
    def __init__(self, text: str, line: int) -> None:
        self._text, self._line = _TIGHT.sub(r"\1 ", text), line
        self._whole = self._here = Stretch()
        self._open: list[tuple[int, Mark | Stretch]] = []
        """Labels and asides that are not closed yet, with their lines."""
        self._previous = "space"
        self._quote = ""
        """What opens the next word: a quotation mark before a label."""
        self._take: dict[str, Callable[[str], None]] = {
            "word": self._word,
            "pause": self._pause,
            "open": self._begin,
            "close": self._end,
            "point": self._point,
            "stage": self._stage,
            "aside": self._turn_aside,
            "back": self._turn_back,
            "space": lambda _: None,
        }

    def read(self) -> Stretch:
        for kind, value in self._parts():
            self._take[kind](value)
            self._previous = kind
        for line, still in self._open:
            what = "{" + still.cue if isinstance(still, Mark) else "["
            raise MistakeError(line, f"{what} is not closed within the turn")
        return self._whole

    def _parts(self) -> Iterator[tuple[str, str]]:
        first, at = self._line, 0
        while at < len(self._text):
            self._line = first + self._text.count("\n", 0, at)
            found = _PART.match(self._text, at)
            if found is None:
                shown = self._text[at : at + 20].split("\n")[0]
                raise self._mistake(f"a label is {{cue: words}} or {{cue}}, here is {shown!r}")
            kind = str(found.lastgroup)
            yield kind, found[kind]
            at = found.end()

    def _mistake(self, text: str) -> MistakeError:
        return MistakeError(self._line, text)

    def _word(self, text: str) -> None:
        words = self._here.words
        text = text if text.strip("—–-") else "—"
        bare = not any(map(str.isalnum, text))
        if bare and text[0] in _OPENING and self._previous in ("space", "open", "aside"):
            self._quote += text
        elif words and (bare or self._previous == "close"):
            words[-1].text += text
        elif not bare:
            words.append(Written(self._quote + text))
            self._quote = ""

    def _pause(self, milliseconds: str) -> None:
        words, rest = self._here.words, int(milliseconds)
        if words:
            words[-1].pause = max(words[-1].pause, 0) + rest
        else:
            self._here.rest += rest

    def _label(self, text: str) -> Mark:
        found, at = _LABEL.fullmatch(text), len(self._here.words)
        if found is None:
            raise self._mistake(f"{text!r} is no label: cue, -cue, cue/note or cue@milliseconds")
        if found["cue"] not in CUES:
            raise self._mistake(f"there is no cue {found['cue']!r}")
        note, wait = found["note"] or "", int(found["wait"] or 0)
        return Mark(found["cue"], not found["silent"], note, wait, self._line, at, at)

    def _begin(self, text: str) -> None:
        mark = self._label(text)
        if "@" in text:
            raise self._mistake(
                f"{{{text}: has words and a delay; only a moment {{cue@ms}} has one"
            )
        self._open.append((self._line, mark))

    def _end(self, _: str) -> None:
        if not self._open or not isinstance(mark := self._open.pop()[1], Mark):
            raise self._mistake("} closes no label")
        mark.last = len(self._here.words)
        if mark.first == mark.last:
            raise self._mistake(f"the label {mark.cue} holds no words")
        self._here.marks.append(mark)

    def _point(self, text: str) -> None:
        self._here.marks.append(self._label(text))

    def _stage(self, name: str) -> None:
        found: Stage | None = next((s for s in get_args(Stage) if s == name), None)
        if found is None:
            raise self._mistake(f"there is no stage {name!r}, only {', '.join(get_args(Stage))}")
        self._here.stages.append((len(self._here.words), found))

    def _turn_aside(self, _: str) -> None:
        if self._here is not self._whole:
            raise self._mistake("an aside cannot hold another")
        self._here = Stretch()
        self._open.append((self._line, self._here))

    def _turn_back(self, _: str) -> None:
        if not self._open or self._open.pop()[1] is not self._here:
            raise self._mistake("] closes no aside")
        if not self._here.words:
            raise self._mistake("the aside holds no words")
        aside, self._here = self._here, self._whole
        self._here.asides.append((len(self._here.words), aside))
