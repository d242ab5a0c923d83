"""Where the conversation stands: a table of soft moves, each with its evidence.

Six stages, one active; a hold lies over them (core/holding.py), and ticks tell what was heard in
them (core/ticks.py). The rows are explained in docs/cues.md; the first row that applies wins. A
row's test returns the evidence, or nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from assist.core.acts import Act
from assist.core.complaint import Complaint
from assist.core.conversation import Conversation
from assist.core.holding import Holding
from assist.core.ticks import Ticks
from assist.events import (
    OUTPUTS,
    Channel,
    CueDetected,
    Event,
    Evidence,
    NumberEvidence,
    SpeechStarted,
    Stage,
    StageChanged,
)

ISSUE_WORDS = 8
"""Content words that make an issue statement."""
TAKEN_UP_WORDS = 3
"""Content words that suffice once the agent asks back or answers at length."""
CALM = 2.0
"""Below this venting score the customer is not letting off steam."""
YIELDED = 1500
"""Silence of the customer, in milliseconds, that ends the venting."""
TAKEN = 600
"""Speech of the agent, in milliseconds, with a word in it, that takes the turn."""
QUIET_FOR = 10_000
"""So long below `CALM`, in milliseconds, after empathy was shown."""

Proof = tuple[Evidence, ...] | None


@dataclass(slots=True)
class Scenery:
    """What the rows remember beside the conversation."""

    talk: Conversation
    complaint: Complaint
    issue_words: int = 0
    help_asked: bool = False
    empathy: tuple[Evidence, ...] = ()
    agent_turns: int = 0
    agent_asked: bool = False
    anything_else: bool = False
    calm_since: int = 0
    another: bool = False
    """The customer said that there is something else."""
    said: dict[str, Act] = field(default_factory=dict)
    """Acts of this very event."""

    def heard(self, name: str, channel: Channel) -> Proof:
        """Return the words of this event in which `channel` did something."""
        act = self.said.get(f"{channel} {name}")
        return (act.clause.evidence(),) if act is not None else None


Test = Callable[[Scenery, Event], Proof]


@dataclass(frozen=True, slots=True)
class Row:
    """From one stage to another, and the test that says so."""

    origin: frozenset[Stage | None]
    target: Stage
    rule: str
    test: Test


def _first_speech(s: Scenery, event: Event) -> Proof:
    return () if isinstance(event, SpeechStarted) or s.talk.new_words else None


def _venting(s: Scenery, event: Event) -> Proof:
    if not isinstance(event, CueDetected) or event.cue != "venting":
        return None
    late = s.talk.stage in ("agreement", "close")
    return event.evidence if not late or s.complaint.score >= 5 else None


def _issue_stated(s: Scenery, event: Event) -> Proof:
    needed = TAKEN_UP_WORDS if s.help_asked else ISSUE_WORDS
    if s.issue_words < needed or s.complaint.score >= CALM or not _yielded(s.talk):
        return None
    return (NumberEvidence(name="issue_words", value=s.issue_words, threshold=needed),)


def _yielded(talk: Conversation) -> bool:
    """Tell whether the customer has finished: a pause for breath is no end."""
    if talk.floor.speaking("customer"):
        return False
    quiet = talk.floor.silence("customer") >= YIELDED
    return quiet or (talk.floor.turn_length("agent") >= TAKEN and talk.speaker == "agent")


def _taken_up(s: Scenery, event: Event) -> Proof:
    if s.issue_words < TAKEN_UP_WORDS or not (s.agent_asked or s.agent_turns):
        return None
    if s.complaint.score >= CALM or s.talk.floor.speaking("customer"):
        return None
    return (NumberEvidence(name="issue_words", value=s.issue_words, threshold=TAKEN_UP_WORDS),)


def _steam_is_out(s: Scenery, event: Event) -> Proof:
    talk = s.talk
    quiet = talk.floor.silence("customer")
    if quiet >= YIELDED:
        return (NumberEvidence(name="customer_silent_ms", value=quiet, threshold=YIELDED),)
    if talk.substantive("agent") and s.complaint.score < 3:
        return (NumberEvidence(name="score", value=round(s.complaint.score, 1), threshold=3),)
    return None


def _understood(s: Scenery, event: Event) -> Proof:
    calm = s.talk.now - s.calm_since
    if s.empathy and (s.agent_asked or calm >= QUIET_FOR):
        return s.empathy
    if s.agent_turns >= 2 and s.complaint.score < 4:
        return (NumberEvidence(name="agent_turns", value=s.agent_turns, threshold=2),)
    return None


def _proposal(s: Scenery, event: Event) -> Proof:
    return s.heard("proposal", "agent")


def _rejection(s: Scenery, event: Event) -> Proof:
    return s.heard("rejection", "customer")


def _closing(s: Scenery, event: Event) -> Proof:
    return s.heard("closing", "agent") or s.heard("closing", "customer")


def _new_issue(s: Scenery, event: Event) -> Proof:
    needed = ISSUE_WORDS if s.anything_else or s.another else 2 * ISSUE_WORDS
    if s.issue_words < needed:
        return None
    return (NumberEvidence(name="issue_words", value=s.issue_words, threshold=needed),)


def _from(*stages: Stage | None) -> frozenset[Stage | None]:
    return frozenset(stages)


ROWS: tuple[Row, ...] = (
    Row(_from(None), "opening", "first_speech", _first_speech),
    Row(
        _from("opening", "empathy", "problem_solving", "agreement", "close"),
        "venting",
        "venting_heard",
        _venting,
    ),
    Row(_from("opening"), "problem_solving", "issue_stated", _issue_stated),
    Row(_from("opening"), "problem_solving", "taken_up", _taken_up),
    Row(_from("venting"), "empathy", "steam_is_out", _steam_is_out),
    Row(_from("empathy"), "problem_solving", "understood", _understood),
    Row(_from("problem_solving"), "agreement", "proposal", _proposal),
    Row(_from("agreement"), "problem_solving", "rejection", _rejection),
    Row(_from("problem_solving", "agreement"), "close", "closing", _closing),
    Row(_from("close"), "problem_solving", "new_issue", _new_issue),
)

_ACTS: dict[Channel, tuple[str, ...]] = {
    "agent": (
        "help_offer",
        "empathy",
        "proposal",
        "closing",
        "anything_else",
    ),
    "customer": ("rejection", "closing", "new_issue"),
}
"""What the rows look for, by the side that does it."""


class Stages:
    """Walk the table with every event; yield the moves and the holds."""

    def __init__(self, talk: Conversation, complaint: Complaint) -> None:
        self._memory = Scenery(talk, complaint)
        self._holding = Holding(talk)
        self._ticks = Ticks(talk)
        self._turn_seen = -1

    def observe(self, event: Event) -> Iterator[Event]:
        """Look at one event after the conversation took it."""
        yield from self._ticks.observe(event)
        if isinstance(event, OUTPUTS) and not isinstance(event, CueDetected):
            return  # it was told of at the same moment as a move that is not yet applied
        memory = self._memory
        self._remember()
        yield from self._holding.observe(event)
        for row in ROWS:
            if memory.talk.stage in row.origin and (proof := row.test(memory, event)) is not None:
                yield self._move(row, proof)
                return

    def _move(self, row: Row, proof: tuple[Evidence, ...]) -> StageChanged:
        memory = self._memory
        previous = memory.talk.stage
        memory.empathy, memory.agent_turns, memory.agent_asked = (), 0, False
        if row.target == "close":
            memory.issue_words, memory.another = 0, False
            memory.anything_else = bool(memory.heard("anything_else", "agent"))
        return StageChanged(
            at=memory.talk.now, stage=row.target, previous=previous, rule=row.rule, evidence=proof
        )

    def _remember(self) -> None:
        memory, talk = self._memory, self._memory.talk
        memory.said = {}
        if memory.complaint.score >= CALM:
            memory.calm_since = talk.now
        for clause in talk.closed:
            for name in _ACTS[clause.channel]:
                act = talk.says(clause, name)
                if act is not None:
                    memory.said[f"{clause.channel} {name}"] = act
            if clause.channel == "customer":
                memory.issue_words += sum(map(talk.lexicon.is_content, clause.words))
            else:
                memory.agent_asked |= memory.issue_words >= TAKEN_UP_WORDS and clause.question
        memory.help_asked |= "agent help_offer" in memory.said
        memory.anything_else |= "agent anything_else" in memory.said
        memory.another |= "customer new_issue" in memory.said
        memory.empathy = memory.heard("empathy", "agent") or memory.empathy
        self._count_turns()

    def _count_turns(self) -> None:
        memory, talk = self._memory, self._memory.talk
        turn = talk.floor.sides["agent"].turn
        if turn is None or turn.start == self._turn_seen or not talk.substantive("agent"):
            return
        self._turn_seen = turn.start
        greeting = talk.stage in (None, "opening") and memory.issue_words < TAKEN_UP_WORDS
        memory.agent_turns += not greeting
