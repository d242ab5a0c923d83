"""Each cue that a label may name: whose cue it is, and from which moment its delay counts.

Those of the table all stand here; times are milliseconds. What a reference moment is:
docs/scenarios.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assist.cues import TABLE
from assist.evaluate.calls import LabelledWord
from assist.events import Channel

LONG_PHRASE, LONG_SUMMARY = 2500, 4000
"""A phrase is taken to be plain so long after its start, a summary somewhat later."""
TURN_GOES_ON = 1000
"""So much later it is due while the agent may still correct it in the same turn."""
COMPLAINT, DRIFT = 8000, 10_000
"""The floor that venting takes, and the time off the issue."""
_OPENERS = frozenset({"but", "however", "aber", "jedoch", "sondern"})
_ENDS = (".", "!", "?", ";", "…")
_MARKS = "”“\"')’».,!?;:…"


@dataclass(frozen=True, slots=True)
class Marked:
    """The words that a label marks: from `first` to before `last`."""

    words: Sequence[LabelledWord]
    """All words that the side says in this go."""
    first: int
    last: int
    floor: int
    """When the side's turn began."""
    goes_on: bool
    """Whether the side has the next go, too."""

    @property
    def start(self) -> int:
        """Return when the marked words begin."""
        return self.words[self.first].start

    @property
    def end(self) -> int:
        """Return when they end."""
        return self.words[self.last - 1].end


def _start(marked: Marked) -> int:
    return marked.start


def _end(marked: Marked) -> int:
    return marked.end


def _phrase(marked: Marked) -> int:
    return min(marked.end, marked.start + LONG_PHRASE)


def _summary(marked: Marked) -> int:
    return min(marked.end, marked.start + LONG_SUMMARY)


def _clause(marked: Marked) -> int:
    """The end of the clause in which the words end, later while the turn goes on."""
    words, at = marked.words, marked.last - 1
    while at + 1 < len(words) and not _closes(words[at].text, words[at + 1].text):
        at += 1
    goes_on = marked.goes_on or at + 1 < len(words)
    return words[at].end + (TURN_GOES_ON if goes_on else 0)


def _closes(word: str, following: str) -> bool:
    """Tell whether a clause ends between two words."""
    ended = word.rstrip("”“\"')’»").endswith(_ENDS)
    return ended or following.strip(_MARKS + "„‚(«").casefold() in _OPENERS


def _complaint(marked: Marked) -> int:
    return max(marked.end, marked.floor + COMPLAINT)


def _drift(marked: Marked) -> int:
    return marked.start + DRIFT


@dataclass(frozen=True, slots=True)
class Cue:
    """What a label needs to know of a cue."""

    channel: Channel
    reference: Callable[[Marked], int]


def _cues(channel: Channel, reference: Callable[[Marked], int], names: str) -> dict[str, Cue]:
    return {name: Cue(channel, reference) for name in names.split()}


CUES: dict[str, Cue] = {
    **{spec.id: Cue(spec.who, _phrase) for spec in TABLE},
    **_cues("agent", _start, "agent_interrupted"),
    **_cues(
        "agent",
        _clause,
        "refusal_spoken early_no customer_told_wrong defensive_reply sceptical_reply",
    ),
    **_cues("agent", _summary, "mirroring_done"),
    **_cues(
        "agent",
        _end,
        "empathy_missing no_clarifying_question mirror_missing why_missing alternative_missing "
        "argue_loop explanation_too_long goal_unasked hold_unexplained long_silence "
        "solution_not_confirmed steps_unexplained stuck_no_solution followup_missing "
        "mistake_structure",
    ),
    **_cues("customer", _complaint, "venting"),
    **_cues("customer", _drift, "off_track"),
    **_cues("customer", _end, "customer_escalates silent_listener long_wait_ack"),
}
"""A cue of words needs no line of its own. What is missing (`_end`) is mostly marked as a moment,
which needs no reckoning."""
