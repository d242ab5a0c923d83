"""`refusal_spoken`: the agent said no, and not what is possible instead (docs/cues.md).

Every refusal waits for the agent to correct it; only one that stands is detected.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.detector import Scene, cleared, detected, withdrawn
from assist.core.refusing import Refused, Rule, offers, refuses, with_reason
from assist.core.spoken import Correction
from assist.core.waiting import STILL, same_place, same_time, stands
from assist.events import CueDetected, Event, WordsEvidence

CUE = "refusal_spoken"
CHAIN = 5000
"""Refusals that follow each other within so many milliseconds are one."""
MEANT = 2
"""Words after an offer that is not complete: then it will not turn into something else."""
TIMED_OUT = 60_000
"""A refusal is past after so many milliseconds."""


class Part(NamedTuple):
    """A clause that refuses, and where in it."""

    clause: Clause
    refused: Refused


@dataclass(slots=True)
class Candidate:
    """Refusals in a row, in the order in which they were heard, that wait for their correction."""

    parts: tuple[Part, ...]

    @property
    def best(self) -> Part:
        """Return the first of the surest."""
        return max(self.parts, key=lambda part: part.refused.rule.confidence)

    @property
    def start(self) -> int:
        """Return when the first clause began."""
        return min(part.clause.start for part in self.parts)

    @property
    def end(self) -> int:
        """Return when the last clause ended."""
        return max(part.clause.end for part in self.parts)

    @property
    def rule(self) -> Rule:
        """Return the rule of the surest part."""
        return self.best.refused.rule

    def evidence(self) -> WordsEvidence:
        """Return the refusing words of the surest part."""
        clause, refused = self.best
        return clause.evidence(refused.start, refused.end)

    def holds(self, clause: Clause) -> bool:
        """Tell whether the clause is one of its parts."""
        return any(clause == part.clause for part in self.parts)


@dataclass(slots=True)
class Standing:
    """A refusal that was detected and is not over."""

    cue: CueDetected
    clause: Clause


class Refusal:
    """Hold each refusal back until it stands; withdraw it when the agent offers something."""

    def __init__(self) -> None:
        self._waiting: Candidate | None = None
        self._standing: list[Standing] = []
        self._judged: deque[Clause] = deque(maxlen=16)
        """Clauses that were detected or withdrawn: written otherwise they are no new refusal."""
        self._offered: Clause | None = None

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Take words back, take new ones, then let what waits fall due."""
        talk = scene.conversation
        if talk.dropped or talk.correction:
            yield from self._take_back(talk)
        if talk.correction:
            yield from self._rehear(talk.correction, scene)
        for clause in talk.closed:
            if clause.channel == "agent":
                yield from self._hear(clause, scene)
        if talk.speaker == "agent" or talk.correction:
            yield from self._foresee(talk)
        yield from self._settle(scene)

    def _take_back(self, talk: Conversation) -> Iterator[Event]:
        """Forget what was not said after all; keep what was only written otherwise."""
        if self._waiting is not None:
            left = tuple(part for part in self._waiting.parts if still(part.clause, talk))
            self._waiting = Candidate(left) if left else None
        if self._offered in talk.dropped:
            self._offered = None
        for standing in [s for s in self._standing if not still(s.clause, talk)]:
            clause = instead(standing.clause, talk)
            if clause is not None:
                standing.clause = clause
            else:
                self._standing.remove(standing)
                self._judged = deque(
                    (c for c in self._judged if not same_place(c, standing.clause)), maxlen=16
                )
                yield cleared(standing.cue, talk.now, talk.taken_back_as)
        if talk.correction:
            now_said = (c if c not in talk.dropped else instead(c, talk) for c in self._judged)
            self._judged = deque((c for c in now_said if c is not None), maxlen=16)

    def _rehear(self, correction: Correction, scene: Scene) -> Iterator[Event]:
        """Judge anew what a refusal may still be shown for, and every offer that came to light."""
        talk = scene.conversation
        fresh = talk.clauses_since("agent", talk.now - STILL)
        self._offered = None
        for clause in correction.clauses:
            offer = offers(clause, talk) if clause.channel == "agent" else None
            if offer is not None and clause not in fresh:
                yield from self._correct(clause.evidence(offer.start), talk.now)
        for clause in fresh:
            yield from self._hear(clause, scene)

    def _hear(self, clause: Clause, scene: Scene) -> Iterator[Event]:
        """Take a complete clause of the agent."""
        talk = scene.conversation
        refused, offer = refuses(clause, talk), offers(clause, talk)
        if refused is not None and not self._known(clause):
            yield from self._hold(Candidate((Part(clause, refused),)), scene)
        if offer is not None:
            yield from self._correct(clause.evidence(offer.start), talk.now)
            self._offered = clause
        elif refused is not None and self._offered is not None:
            waits = self._waiting is not None and self._waiting.holds(clause)
            if waits and follows(clause, self._offered, talk):
                yield from self._withdraw(self._offered.evidence(), talk.now)
            self._offered = None

    def _known(self, clause: Clause) -> bool:
        """Tell whether the clause waits, or was judged before, perhaps in other words."""
        if self._waiting is not None and self._waiting.holds(clause):
            return True
        return any(same_place(clause, judged) for judged in self._judged)

    def _hold(self, new: Candidate, scene: Scene) -> Iterator[Event]:
        """Let a refusal wait; one that follows another at once joins it, a later one ends it."""
        old = self._waiting
        if old is not None and new.end - old.start < CHAIN:
            new = Candidate((*old.parts, *new.parts))
        elif old is not None:
            yield self._detect(old, scene)
        self._waiting = new

    def _foresee(self, talk: Conversation) -> Iterator[Event]:
        """See a correction before its clause is complete."""
        unfinished = talk.sides["agent"].open_clause
        waiting = self._waiting
        if waiting is not None and unfinished is not None and unfinished.start >= waiting.end:
            offer = offers(unfinished, talk)
            if offer is not None and len(unfinished.words) - offer.end >= MEANT:
                yield from self._correct(unfinished.evidence(offer.start), talk.now)

    def _correct(self, offer: WordsEvidence, at: int) -> Iterator[Event]:
        """The agent said what is possible: nothing waits, nothing stands that came before it."""
        if self._waiting is not None and self._waiting.start < offer.end:
            yield from self._withdraw(offer, at)
        for standing in [s for s in self._standing if s.cue.start < offer.end]:
            self._standing.remove(standing)
            yield cleared(standing.cue, at, by="agent", evidence=(offer,))

    def _withdraw(self, offer: WordsEvidence, at: int) -> Iterator[Event]:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._judged.extend(part.clause for part in waiting.parts)
            yield withdrawn(
                CUE,
                waiting.rule.name,
                at=at,
                channel="agent",
                start=waiting.start,
                evidence=(waiting.evidence(), offer),
            )

    def _settle(self, scene: Scene) -> Iterator[Event]:
        """Detect what has waited long enough; let go of what is long past."""
        talk, waiting = scene.conversation, self._waiting
        if waiting is not None and stands(waiting.end, talk):
            self._waiting = None
            yield self._detect(waiting, scene)
        while self._standing and talk.now - self._standing[0].cue.at >= TIMED_OUT:
            yield cleared(self._standing.pop(0).cue, talk.now, "timed_out")

    def _detect(self, stood: Candidate, scene: Scene) -> CueDetected:
        cue = detected(
            CUE,
            with_reason(stood.rule.name, stood.start, scene.conversation),
            scene=scene,
            channel="agent",
            start=stood.start,
            end=stood.end,
            confidence=stood.rule.confidence,
            evidence=(stood.evidence(),),
        )
        self._standing.append(Standing(cue, stood.best.clause))
        self._judged.extend(part.clause for part in stood.parts)
        return cue


def still(clause: Clause, talk: Conversation) -> bool:
    """Tell whether a refusal is what it was before this event took words back."""
    if clause in talk.dropped:
        return False
    return talk.correction is None or refuses(clause, talk) is not None


def instead(gone: Clause, talk: Conversation) -> Clause | None:
    """Return the clause that refuses in the place of one that fell, if there is one."""
    if gone not in talk.dropped:
        return None
    if talk.correction is None:
        rivals = (c for c in talk.closed if same_place(c, gone))
    else:
        rivals = (c for c in talk.correction.clauses if same_time(c, gone))
    return next((clause for clause in rivals if refuses(clause, talk)), None)


def follows(clause: Clause, offer: Clause, talk: Conversation) -> bool:
    """Tell whether a refusal only limits the offer before it: "we can do this, but not that"."""
    joined = offer.utterance == clause.utterance and offer.first + len(offer.spoken) == clause.first
    return joined and talk.lexicon["clause_break"].starts(clause.words)
