"""Spotting: a cue that words of one side set off, clause by clause. Most cues are one of these.

A subclass names the acts that set it off, what corrects it while it waits and what ends it; the
rest happens here: waiting, withdrawing, taking back when the recogniser changes its mind.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from assist.core.acts import Act
from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.detector import Scene, cleared, detected, withdrawn
from assist.core.waiting import STILL, same_place, same_time, stands
from assist.events import Channel, CueDetected, Event, Evidence, WordsEvidence

TELLING = 3
"""Words after a phrase that tell what it becomes: "sorry" and "sorry, go ahead" begin alike."""
CHAIN = 4000
"""The same said again within so many milliseconds is the same event."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A clause that sets the cue off, and why."""

    clause: Clause
    rule: str
    evidence: tuple[Evidence, ...]
    confidence: float
    counted: bool = False
    """More than this clause decided: that it closes or is written otherwise takes nothing back."""


@dataclass(slots=True)
class _Standing:
    cue: CueDetected
    clause: Clause
    counted: bool


class Spotting:
    """A detector for one cue; subclass it."""

    cue: ClassVar[str]
    acts: ClassVar[tuple[str, ...]] = ()
    """Sets of the playbook, any of which sets it off."""
    who: ClassVar[Channel] = "agent"
    """Whose words are looked at."""
    waits: ClassVar[bool] = False
    """Whether it waits for its correction (core/waiting.py)."""
    corrects: ClassVar[tuple[str, ...]] = ()
    """Acts of the agent that withdraw it while it waits."""
    ends: ClassVar[tuple[str, ...]] = ()
    """Acts of the agent that end it."""
    lasts: ClassVar[int] = 20_000
    """It is over after so many milliseconds in any case."""
    on_hold: ClassVar[bool] = False
    """Whether it is also noticed while the customer is on hold."""
    early: ClassVar[bool] = False
    """Whether it is noticed in a clause that still goes on, `TELLING` words after the phrase."""
    lingers: ClassVar[int] = 0
    """The clause that still goes on must do so for so many milliseconds after the phrase."""
    confidence: ClassVar[float] = 0.85
    """How far a phrase of the playbook is to be trusted: its precision; a start value."""

    def __init__(self) -> None:
        self._only_clauses = not self.early and type(self).look is Spotting.look
        self._waiting: list[Spot] = []
        self._standing: list[_Standing] = []
        self._done: deque[Clause] = deque(maxlen=16)
        """Clauses that were judged: written otherwise they are no new event."""

    # --- what a subclass says otherwise -----------------------------------------------------

    def spot(self, clause: Clause, scene: Scene) -> Spot | None:
        """Return why the closed clause sets the cue off, or nothing."""
        act = scene.conversation.says(clause, *self.acts)
        return self.because(act) if act is not None and self.fits(act, scene) else None

    def fits(self, act: Act, scene: Scene) -> bool:
        """Tell whether the act counts here, where the words alone do not decide."""
        return True

    def corrected(self, clause: Clause, scene: Scene) -> Act | None:
        """Return what in a later clause of the agent withdraws a spot that waits."""
        return scene.conversation.says(clause, *self.corrects)

    def over(self, cue: CueDetected, event: Event, scene: Scene) -> Channel | None:
        """Return who ended a standing cue with this event, or nothing."""
        talk = scene.conversation
        said = any(c.channel == "agent" and talk.says(c, *self.ends) for c in talk.closed)
        return "agent" if self.ends and said else None

    def look(self, event: Event, scene: Scene) -> Iterator[Spot]:
        """Yield what sets the cue off without being a clause of its own, such as a count."""
        yield from ()

    # --- what all have in common -------------------------------------------------------------

    def because(self, act: Act, rule: str = "", *more: Evidence) -> Spot:
        """Make a spot of an act."""
        sure = self.confidence if act.likely is None else act.likely
        return Spot(act.clause, rule or act.rule, (*more, *act.evidence()), sure)

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Take words back, take new ones, let what waits fall due, and end what is over."""
        talk = scene.conversation
        if self._only_clauses and not (
            talk.closed or talk.dropped or talk.correction or self._standing or self._waiting
        ):
            return  # nearly always: nothing was said that it may look at
        if talk.dropped or talk.correction is not None:
            yield from self._take_back(scene)
        if self._standing:
            yield from self._end(event, scene)
        if not talk.on_hold or self.on_hold:
            for clause in (*talk.closed, *self._reheard(talk)):
                yield from self._hear(clause, scene)
            if self.early and talk.speaker == self.who:
                yield from self._hear_early(scene)
            for spot in self.look(event, scene):
                yield from self._take(spot, scene)
        if self._waiting:
            yield from self._settle(scene)

    def _hear_early(self, scene: Scene) -> Iterator[Event]:
        """Look at the clause that goes on; compare what was detected early with what is closed."""
        talk = scene.conversation
        for standing in [s for s in self._standing if not s.clause.closed]:
            closed = [c for c in talk.closed if same_place(c, standing.clause)]
            if closed and self._holds(standing, closed[0], scene):
                standing.clause = closed[0]
            elif closed:
                self._standing.remove(standing)
                yield cleared(standing.cue, talk.now, talk.taken_back_as)
        clause = talk.sides[self.who].open_clause
        if clause is None or any(same_place(clause, c) for c in self._done):
            return
        spot = self.spot(clause, scene)
        if spot is None:
            return
        said = max(e.end for e in spot.evidence if isinstance(e, WordsEvidence))
        told = sum(word.start >= said for word in clause.spoken)
        if told >= TELLING and clause.end - said >= self.lingers:
            yield from self._take(spot, scene)

    def _holds(self, standing: _Standing, clause: Clause, scene: Scene) -> bool:
        """Tell whether the clause, as it is now, still sets the cue off."""
        return standing.counted or self.spot(clause, scene) is not None

    def _reheard(self, talk: Conversation) -> Iterator[Clause]:
        """Yield what a late correction brought that may still count."""
        if talk.correction is not None:
            yield from (c for c in talk.correction.clauses if talk.now - c.end < STILL)

    def _hear(self, clause: Clause, scene: Scene) -> Iterator[Event]:
        if clause.channel == "agent" and self._waiting:
            yield from self._correct(clause, scene)
        if clause.channel == self.who and not any(same_place(clause, c) for c in self._done):
            spot = self.spot(clause, scene)
            if spot is not None:
                yield from self._take(spot, scene)

    def _take(self, spot: Spot, scene: Scene) -> Iterator[Event]:
        known = [s.clause for s in self._standing] + [w.clause for w in self._waiting]
        self._done.append(spot.clause)
        if any(0 <= spot.clause.start - clause.end < CHAIN for clause in known):
            return
        if self.waits:
            self._waiting.append(spot)
            own = self.corrected(spot.clause, scene)
            if own is not None and own.start >= len(spot.clause.words) // 2:
                yield from self._withdraw(spot, own, scene)
        else:
            yield from self._detect(spot, scene)

    def _correct(self, clause: Clause, scene: Scene) -> Iterator[Event]:
        act = self.corrected(clause, scene)
        if act is not None:
            for spot in [w for w in self._waiting if w.clause.end <= clause.start + 150]:
                yield from self._withdraw(spot, act, scene)

    def _withdraw(self, spot: Spot, act: Act, scene: Scene) -> Iterator[Event]:
        self._waiting.remove(spot)
        yield withdrawn(
            self.cue,
            spot.rule,
            at=scene.conversation.now,
            channel=self.who,
            start=spot.clause.start,
            evidence=(*spot.evidence, *act.evidence()),
        )

    def _settle(self, scene: Scene) -> Iterator[Event]:
        talk = scene.conversation
        for spot in list(self._waiting):
            if stands(spot.clause.end, talk, ("can_do_begun", *self.corrects)):
                self._waiting.remove(spot)
                yield from self._detect(spot, scene)

    def _detect(self, spot: Spot, scene: Scene) -> Iterator[Event]:
        cue = detected(
            self.cue,
            spot.rule,
            scene=scene,
            channel=self.who,
            start=spot.clause.start,
            end=spot.clause.end,
            confidence=spot.confidence,
            evidence=spot.evidence,
        )
        self._standing.append(_Standing(cue, spot.clause, spot.counted))
        yield cue

    def _end(self, event: Event, scene: Scene) -> Iterator[Event]:
        talk = scene.conversation
        for standing in list(self._standing):
            by = self.over(standing.cue, event, scene)
            late = talk.now - standing.cue.at >= self.lasts
            if by is not None or late:
                self._standing.remove(standing)
                yield cleared(standing.cue, talk.now, "cleared" if by else "timed_out", by=by)

    def _take_back(self, scene: Scene) -> Iterator[Event]:
        """Forget what was not said after all; keep what is only written otherwise."""
        talk = scene.conversation
        self._waiting = [w for w in self._waiting if w.clause not in talk.dropped]
        for standing in list(self._standing):
            if standing.clause not in talk.dropped:
                continue
            again = self._instead(standing, scene)
            if again is not None:
                standing.clause = again
            else:
                self._standing.remove(standing)
                yield cleared(standing.cue, talk.now, talk.taken_back_as)
        self._done = deque((c for c in self._done if c not in talk.dropped), maxlen=16)
        self._done.extend(standing.clause for standing in self._standing)

    def _instead(self, standing: _Standing, scene: Scene) -> Clause | None:
        """Return the clause that sets the cue off in the place of one that fell."""
        talk, gone = scene.conversation, standing.clause
        if talk.correction is None:
            rivals = [c for c in talk.closed if same_place(c, gone)]
        else:
            rivals = [c for c in talk.correction.clauses if same_time(c, gone)]
        return next((c for c in rivals if self._holds(standing, c, scene)), None)
