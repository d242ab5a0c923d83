"""What the taggers learn from: who | acts | text, a line each (models/tagger/README.md)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from assist.playbooks.schema import Place

HERE = Path(__file__).parent
LANGUAGES = ("en", "de")
WRITINGS = ("a", "b", "c", "d")
"""What is trained on; `sealed` is opened only for the final test."""
HANDS = ("b", "c", "d", "e", "f", "g", "h", "s")
"""Writers of the calls."""
ACTS = (
    "greeting thanks request demand reason apology acceptance rejection clarifying_question check_question tangent"
    " refusal_explicit refusal_implicit can_do empathy_cognitive empathy_attentive empathy_affective contradiction"
    " customer_wrong defence blame_shift calm_down doubt promise_owned promise_unowned overpromise hold_announced"
    " hold_reason hold_duration summary goal_question proposal steps follow_up help_offer closing rude complaint"
    " recurrence blame absolutist threat abuse let_me_finish issue_statement goal_statement confirms corrects"
    " empathy refusal offer"
).split()
IN_CALLS = (
    "solution diagnosis data_question other_question harmless_no acknowledgement admission hold_return wait_thanks"
    " own_story let_go question answer weak_acceptance wait_mention relief"
).split()
"""Acts that only the calls are labelled with."""
GROUPS = {
    "empathy": {"empathy_cognitive", "empathy_attentive", "empathy_affective"},
    "refusal": {"refusal_explicit", "refusal_implicit"},
    "offer": {"can_do", "proposal"},
}
"""What any of these acts is, too: the kinds are easily taken for one another."""
ONLY_WRITTEN = ("quotation", "mandatory", "jargon", "backchannel", "impatience")
"""Acts of the writings that nobody learns: phrases find them."""
_KNOWN = {*ACTS, *IN_CALLS, *ONLY_WRITTEN}


@dataclass(frozen=True)
class Line:
    """One clause."""

    channel: str
    acts: frozenset[str]
    looks_like: frozenset[str]
    """Acts that it could be mistaken for: hard negatives."""
    text: str
    at: str
    """File and line, for messages."""
    place: Place | None = None
    """Where in its call it stands; nothing in the writings, whose clauses stand alone."""


def read(language: str, writing: str) -> list[Line]:
    """Read a writing.

    Raises:
        ValueError: a line has not the form; the sentence names it.
    """
    path = HERE / language / f"{writing}.txt"
    return list(_lines(path))


def read_calls(language: str, hand: str) -> list[Line]:
    """Read the calls of a writer; each clause knows what it answers.

    Raises:
        ValueError: a line has not the form; the sentence names it.
    """
    found: list[Line] = []
    call: list[Line] = []
    for line in _lines(HERE / language / "calls" / f"{hand}.txt", begins="#"):
        if line is None:
            call = []
            continue
        call.append(replace(line, place=_place(line, call)))
        found.append(call[-1])
    return found


def _place(line: Line, before: list[Line]) -> Place:
    """Return where a clause stands, as `Acts.place` does in a live call."""
    other = [each for each in reversed(before) if each.channel != line.channel]
    own = takewhile(lambda each: each.channel == line.channel, reversed(before))
    answers = next((each.acts for each in other[:3] if each.acts), frozenset())
    return Place(answers=tuple(sorted(answers)), before=sum(1 for _ in own), heard=len(other[:6]))


def _with_groups(acts: set[str]) -> frozenset[str]:
    return frozenset(acts | {group for group, kinds in GROUPS.items() if acts & kinds})


def _lines(path: Path, begins: str = "") -> Iterator[Line | None]:
    """Yield the lines; where a mark begins a call, nothing in its place."""
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        at = f"{path.parent.name}/{path.name}:{number}"
        if begins and raw.startswith(begins):
            yield None
        if not raw.strip() or raw.startswith("#"):
            continue
        parts = [part.strip() for part in raw.split("|", 2)]
        if len(parts) != 3 or parts[0] not in ("a", "c") or not parts[2]:
            raise ValueError(f"{at}: a line is `a or c | acts | text`")
        names = [] if parts[1] == "-" else parts[1].split()
        unknown = [name for name in names if name.lstrip("!") not in _KNOWN]
        if unknown or not parts[1]:
            raise ValueError(f"{at}: unknown act {' '.join(unknown) or '(none)'}")
        yield Line(
            "agent" if parts[0] == "a" else "customer",
            _with_groups({name for name in names if name[0] != "!"}),
            frozenset(name[1:] for name in names if name[0] == "!"),
            parts[2],
            at,
        )
