"""Where the conversation stands: a table of soft moves, each with its evidence.

Six stages, one active; `hold` lies over them. The rows are explained in
docs/cues.md; the first row that applies wins. A row's test returns the evidence, or nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from assist.core.clauses import Clause
from assist.core.complaint import Complaint
from assist.core.conversation import Conversation
from assist.events import (
    OUTPUTS,
    Channel,
    CueDetected,
    Event,
    Evidence,
    HoldEnded,
    HoldStarted,
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
QUIET_FOR = 10_000
"""So long below `CALM`, in milliseconds, after empathy was shown."""
HOLD_SILENCE = 3000
"""Silence of the agent, in milliseconds, that turns an announced wait into a hold."""

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
    proposed: bool = False
    agreed: tuple[Evidence, ...] = ()
    anything_else: bool = False
    calm_since: int = 0
    hold_said: Clause | None = None
    said: dict[str, Clause] = field(default_factory=dict)
    """Phrase sets that this very event matched, with the clause."""

    def heard(self, name: str, channel: Channel) -> Proof:
        """Return the clause of this event in which `channel` said something of a set."""
        clause = self.said.get(name)
        return (clause.evidence(),) if clause is not None and clause.channel == channel else None


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
    if s.issue_words < needed or s.complaint.score >= CALM or s.talk.floor.speaking("customer"):
        return None
    return (NumberEvidence(name="issue_words", value=s.issue_words, threshold=needed),)


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
    words = s.heard("closing", "agent") or s.heard("closing", "customer")
    return words or (s.heard("steps", "agent") if s.agreed else None)


def _new_issue(s: Scenery, event: Event) -> Proof:
    needed = ISSUE_WORDS if s.anything_else else 2 * ISSUE_WORDS
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

_SETS = (
    "help_offer",
    "empathy",
    "proposal",
    "acceptance",
    "rejection",
    "closing",
    "steps",
    "anything_else",
    "hold",
)


class Stages:
    """Walk the table with every event; yield the moves and the holds."""

    def __init__(self, talk: Conversation, complaint: Complaint) -> None:
        self._memory = Scenery(talk, complaint)
        self._turn_seen = -1
        self._hold_start = 0

    def observe(self, event: Event) -> Iterator[Event]:
        """Look at one event after the conversation took it."""
        if isinstance(event, OUTPUTS) and not isinstance(event, CueDetected):
            return  # it was told of at the same moment as a move that is not yet applied
        memory = self._memory
        self._remember()
        yield from self._hold()
        for row in ROWS:
            if memory.talk.stage in row.origin and (proof := row.test(memory, event)) is not None:
                yield self._move(row, proof)
                return

    def _move(self, row: Row, proof: tuple[Evidence, ...]) -> StageChanged:
        memory = self._memory
        previous = memory.talk.stage
        memory.empathy, memory.agent_turns, memory.agent_asked = (), 0, False
        if row.target == "close":
            memory.issue_words, memory.anything_else = (
                0,
                bool(memory.heard("anything_else", "agent")),
            )
        if row.target == "problem_solving":
            memory.proposed, memory.agreed = False, ()
        if row.target == "agreement":
            memory.proposed = True
        return StageChanged(
            at=memory.talk.now, stage=row.target, previous=previous, rule=row.rule, evidence=proof
        )

    def _remember(self) -> None:
        memory, talk = self._memory, self._memory.talk
        memory.said = {}
        if memory.hold_said in talk.dropped:
            rewritten = talk.correction.clauses if talk.correction else ()
            holds = (c for c in rewritten if talk.lexicon["hold"].find(c.words) is not None)
            memory.hold_said = next(holds, None)
        if memory.complaint.score >= CALM:
            memory.calm_since = talk.now
        for clause in talk.closed:
            for name in _SETS:
                if talk.lexicon[name].find(clause.words) is not None:
                    memory.said[name] = clause
            if clause.channel == "customer":
                memory.issue_words += sum(map(talk.lexicon.is_content, clause.words))
                if "acceptance" in memory.said and memory.proposed:
                    memory.agreed = (memory.said["acceptance"].evidence(),)
            else:
                memory.help_asked |= "help_offer" in memory.said
                memory.agent_asked |= memory.issue_words >= TAKEN_UP_WORDS and clause.question
                memory.anything_else |= "anything_else" in memory.said
                if "empathy" in memory.said:
                    memory.empathy = (memory.said["empathy"].evidence(),)
                memory.hold_said = memory.said.get("hold", memory.hold_said)
        self._count_turns()

    def _count_turns(self) -> None:
        memory, talk = self._memory, self._memory.talk
        turn = talk.floor.sides["agent"].turn
        if turn is None or turn.start == self._turn_seen or not talk.substantive("agent"):
            return
        self._turn_seen = turn.start
        greeting = talk.stage in (None, "opening") and memory.issue_words < TAKEN_UP_WORDS
        memory.agent_turns += not greeting

    def _hold(self) -> Iterator[Event]:
        memory, talk = self._memory, self._memory.talk
        if talk.on_hold:
            if talk.floor.speaking("agent") and talk.floor.turn_length("agent") >= 500:
                memory.hold_said = None
                turn = talk.floor.sides["agent"].turn
                end = turn.start if turn is not None else talk.now
                yield HoldEnded(at=talk.now, start=self._hold_start, end=end)
            return
        said = memory.hold_said
        if said is None or talk.floor.speaking("agent"):
            return
        if talk.floor.silence("agent") >= HOLD_SILENCE:
            self._hold_start = talk.now - talk.floor.silence("agent")
            if self._hold_start - said.end > 6000:
                memory.hold_said = None
                return
            yield HoldStarted(at=talk.now, start=self._hold_start, evidence=(said.evidence(),))
