"""The written clauses: who | acts | text, a line each (models/tagger/README.md)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
LANGUAGES = ("en", "de")
WRITINGS = ("a", "b", "c", "d")
"""What is trained on; `sealed` is opened only for the final test."""
ACTS = (
    "greeting thanks request demand reason apology acceptance rejection clarifying_question check_question quotation"
    " tangent backchannel refusal_explicit refusal_implicit can_do empathy_cognitive empathy_attentive empathy_affective"
    " contradiction customer_wrong defence blame_shift calm_down doubt promise_owned promise_unowned overpromise"
    " hold_announced hold_reason hold_duration summary goal_question proposal steps follow_up help_offer closing mandatory"
    " rude jargon complaint recurrence blame absolutist threat abuse let_me_finish impatience issue_statement"
    " goal_statement confirms corrects"
).split()


@dataclass(frozen=True)
class Line:
    """One clause."""

    channel: str
    acts: frozenset[str]
    looks_like: frozenset[str]
    """Acts that it could be mistaken for: hard negatives."""
    text: str
    place: str
    """File and line, for messages."""


def read(language: str, writing: str) -> list[Line]:
    """Read a writing.

    Raises:
        ValueError: a line has not the form; the sentence names it.
    """
    path = HERE / language / f"{writing}.txt"
    return list(_lines(path))


def _lines(path: Path) -> Iterator[Line]:
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        place = f"{path.parent.name}/{path.name}:{number}"
        if not raw.strip() or raw.startswith("#"):
            continue
        parts = [part.strip() for part in raw.split("|", 2)]
        if len(parts) != 3 or parts[0] not in ("a", "c") or not parts[2]:
            raise ValueError(f"{place}: a line is `a or c | acts | text`")
        names = [] if parts[1] == "-" else parts[1].split()
        unknown = [name for name in names if name.lstrip("!") not in ACTS]
        if unknown or not parts[1]:
            raise ValueError(f"{place}: unknown act {' '.join(unknown) or '(none)'}")
        yield Line(
            "agent" if parts[0] == "a" else "customer",
            frozenset(name for name in names if name[0] != "!"),
            frozenset(name[1:] for name in names if name[0] == "!"),
            parts[2],
            place,
        )
