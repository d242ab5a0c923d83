"""`refusal_spoken`, the "no", and `alternative_offered`, the praise it becomes (cues.md §5.3).

Guards go first, then the rules; every refusal waits for the agent to say what IS possible.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.detector import Scene, cleared, detected, withdrawn
from assist.events import CueDetected, CueSuppressed, Event

CUE, PRAISE = "refusal_spoken", "alternative_offered"
WAIT = 2500
"""The agent has so long after the clause, in milliseconds, to say what is possible."""
LONGER = 1500
"""More time, in milliseconds, while the agent is speaking on and the words are not known yet."""
OFFERED_WITHIN = 30_000
"""An alternative is praised so long after a refusal, in milliseconds."""
REQUEST_WITHIN = 20_000
"""How far back a request may lie for a bare "no" to refuse it, in milliseconds."""
RULES: tuple[tuple[str, float], ...] = (
    ("POLICY", 0.85),
    ("YOU_CANT", 0.85),
    ("UNABLE", 0.85),
    ("NOT_POSSIBLE", 0.85),
    ("LEIDER", 0.85),
    ("CANT", 0.85),
    ("NO_WORD", 0.8),
    ("IMPLICIT", 0.65),
)
"""Rule and its confidence, in the order in which they are tried; their phrases: `refusal_<rule>`."""
_ON_REQUEST = {"NO_WORD", "IMPLICIT"}
"""Rules that count only when the customer asked for something."""


@dataclass(slots=True)
class Candidate:
    """A refusing clause that waits for its correction."""

    clause: Clause
    rule: str
    confidence: float
    span: tuple[int, int]
    due: int


class Refusal:
    """Hold each refusal back until it stands; withdraw it when the agent offers something."""

    def __init__(self) -> None:
        self._waiting: list[Candidate] = []
        self._on: CueDetected | None = None

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Take new clauses, then let the waiting ones fall due."""
        talk = scene.conversation
        for clause in talk.dropped:
            self._waiting = [c for c in self._waiting if c.clause is not clause]
        for clause in talk.closed:
            if clause.channel == "agent":
                yield from self._hear(clause, scene)
        for candidate in list(self._waiting):
            if self._stands(candidate, talk):
                self._waiting.remove(candidate)
                yield from self._detect(candidate, scene)

    def _hear(self, clause: Clause, scene: Scene) -> Iterator[Event]:
        talk = scene.conversation
        if offers(clause, talk):
            for candidate in self._waiting:
                yield withdrawn(
                    CUE,
                    candidate.rule,
                    at=talk.now,
                    channel="agent",
                    start=candidate.clause.start,
                    evidence=(candidate.clause.evidence(*candidate.span), clause.evidence()),
                )
            self._waiting = []
            if self._on is not None:
                yield cleared(self._on, talk.now, by="agent", evidence=(clause.evidence(),))
                self._on = None
            return
        found = refuses(clause, talk)
        if found is not None:
            rule, confidence, span = found
            self._waiting.append(Candidate(clause, rule, confidence, span, clause.end + WAIT))

    def _stands(self, candidate: Candidate, talk: Conversation) -> bool:
        """Tell whether the wait is over: time, or the turn handed over."""
        end = candidate.clause.end
        if talk.ended:
            return False
        rival = talk.floor.sides["customer"].turn
        handed = rival is not None and rival.start >= end - 200 and talk.floor.turn_length("customer") > 0
        if handed and rival is not None and not talk.only_listening("customer", rival.start):
            own = talk.floor.spoken("agent", end + 100, talk.now)
            if own < 300 and talk.words_since("customer", rival.start - 150, unstable=True):
                return True
        if talk.now < candidate.due:
            return False
        spoken_on = talk.floor.spoken("agent", end + 200, talk.now) >= 200
        unheard = not talk.heard_since("agent", end + 200)
        return talk.now >= candidate.due + LONGER or not (spoken_on and unheard)

    def _detect(self, candidate: Candidate, scene: Scene) -> Iterator[Event]:
        clause = candidate.clause
        evidence = clause.evidence(*candidate.span)
        cue = detected(
            CUE,
            candidate.rule,
            scene=scene,
            channel="agent",
            start=clause.start,
            end=clause.end,
            confidence=candidate.confidence,
            evidence=(evidence,),
        )
        self._on = cue
        yield cue


class AlternativeOffered:
    """Praise the agent who says what is possible soon after a refusal, spoken or withdrawn."""

    def __init__(self) -> None:
        self._refused_at = -OFFERED_WITHIN
        self._on: CueDetected | None = None

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Remember refusals; look for an offer in each new clause of the agent."""
        talk = scene.conversation
        if isinstance(event, (CueDetected, CueSuppressed)) and event.cue == CUE:
            if isinstance(event, CueDetected) or event.reason == "self_corrected":
                self._refused_at = event.at
            if isinstance(event, CueSuppressed) and event.reason == "self_corrected":
                yield from self._praise(event, scene)
        for clause in talk.closed:
            near = talk.now - self._refused_at < OFFERED_WITHIN
            if clause.channel == "agent" and near and self._on is None and offers(clause, talk):
                yield from self._say(clause.start, clause.end, (clause.evidence(),), scene)
        if self._on is not None and talk.now - self._on.at >= 4000:
            yield cleared(self._on, talk.now, "timed_out")
            self._on = None

    def _praise(self, event: CueSuppressed, scene: Scene) -> Iterator[Event]:
        offer = event.evidence[-1:]
        start = min((e.start for e in offer if hasattr(e, "start")), default=event.at)
        if self._on is None:
            yield from self._say(start, event.at, offer, scene)

    def _say(self, start: int, end: int, evidence: tuple, scene: Scene) -> Iterator[Event]:  # type: ignore[type-arg]
        self._refused_at = -OFFERED_WITHIN
        self._on = detected(
            PRAISE,
            "CAN_DO",
            scene=scene,
            channel="agent",
            start=start,
            end=end,
            confidence=0.85,
            evidence=evidence,
        )
        yield self._on


def offers(clause: Clause, talk: Conversation) -> bool:
    """Tell whether the clause says what is possible."""
    words = clause.words
    if talk.lexicon["can_do_guard"].find(words) is not None:
        return False
    return talk.lexicon["can_do"].find(words) is not None


def refuses(clause: Clause, talk: Conversation) -> tuple[str, float, tuple[int, int]] | None:
    """Return rule, confidence and place of a refusal in the clause, or nothing.

    Guards blank out the words they cover, longest first, before any rule is tried.
    """
    lexicon = talk.lexicon
    if clause.question and lexicon["refusal_question"].find(clause.words) is None:
        return None
    words = list(clause.words)
    guards = sorted(lexicon["refusal_guard"].spans(words), key=lambda s: s.start - s.end)
    for span in guards:
        words[span.start : span.end] = [""] * (span.end - span.start)
    if lexicon["quote"].find(words) is not None:
        return None
    for rule, confidence in RULES:
        for span in lexicon[f"refusal_{rule.lower()}"].spans(words):
            if rule in _ON_REQUEST and not requested(clause, talk):
                continue
            if span.end - span.start == 1 and clause.spoken[span.start].probability < 0.6:
                continue
            return rule, confidence, (span.start, span.end)
    return None


def requested(clause: Clause, talk: Conversation) -> bool:
    """Tell whether the customer's last words before the clause asked for something."""
    last = [c for c in talk.clauses_since("customer", clause.start - REQUEST_WITHIN) if c.start < clause.start]
    if not last:
        return False
    anything_else = any(
        talk.lexicon["anything_else"].find(c.words)
        for c in talk.clauses_since("agent", clause.start - REQUEST_WITHIN)
        if c.end <= clause.start
    )
    if anything_else and len(last[-1].words) <= 3:
        return False
    turn = [c for c in last if c.end > last[-1].end - 8000]
    if any(talk.lexicon["tag_question"].find(c.words) for c in turn[-1:]):
        return False
    return any(talk.lexicon["request"].find(c.words) for c in turn)
