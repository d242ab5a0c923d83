"""The cues that an operator wrote in the playbook (`[[cues]]`): one detector for each form."""

from collections import deque
from collections.abc import Iterator

from assist.core.acts import Act
from assist.core.circumstances import ended, fits, ms, names, says, was
from assist.core.clauses import Clause
from assist.core.detector import CueSpec, Detector, Scene, Table
from assist.core.owing import Debt, Obligation
from assist.core.spotting import Spot, Spotting
from assist.core.timed import Timed
from assist.core.waiting import turn_over
from assist.errors import PlaybookError
from assist.events import (
    Channel,
    CueDetected,
    Event,
    NumberEvidence,
    StageChanged,
)
from assist.playbooks import Playbook
from assist.playbooks.own import Missing, Near, OwnCue, Words


def own_cues(playbook: Playbook, table: Table) -> Table:
    """Return the lines that the playbook adds to the table.

    Raises:
        PlaybookError: a cue has the id of another.
    """
    taken = {spec.id for spec in table}
    for cue in playbook.cues:
        if cue.id in taken:
            raise PlaybookError(f"{playbook.reference}, cues.{cue.id}: there is such a cue already")
    return tuple(map(_spec, playbook.cues))


def _spec(own: OwnCue) -> CueSpec:
    """Return the line of one cue; a timing needs no words, unless words say where it counts."""
    form = own.form or "said"
    return CueSpec(
        id=own.id,
        kind=own.kind,
        stages=own.stages,
        who=own.who,
        priority=own.priority,
        cooldown_ms=ms(own.cooldown_s),
        ttl_ms=ms(own.show_s),
        tolerance_ms={"missing": 8000, "said": 6000 if own.corrected_by else 3000}.get(form, 3000),
        detector=lambda: _make(own),
        core=False,
        needs_words=form != "timing" or any(part.match or part.sets for _, part in own.words()),
        needs_both=form == "timing" and own.timing is not None and own.timing.kind != "turn_s",
        per_call=own.per_call,
    )


class Said(Spotting):
    """Words that are said, once or too often."""

    def __init__(self, own: OwnCue) -> None:
        super().__init__()
        self._own = own
        self._key = "count" if own.count else "said"
        self._told: deque[int] = deque(maxlen=16)
        """Ends of clauses that completed a count: the next begins anew after them."""

    def spot(self, clause: Clause, scene: Scene) -> Spot | None:
        """Return why the clause counts: it says the words, or it says them once too often."""
        act = says(self._own, self._key, clause, scene.conversation)
        if act is None or not fits(self._own, clause.start, scene.conversation):
            return None
        return self._counted(act, scene) if self._own.count else self.because(act, "SAID")

    def _counted(self, act: Act, scene: Scene) -> Spot | None:
        counted, clause, talk = self._own.count, act.clause, scene.conversation
        if counted is None:
            return None
        told = [end for end in self._told if end <= clause.start]
        earlier = [
            c
            for c in talk.clauses_since(
                clause.channel, max(clause.end - ms(counted.within_s), *told, 0)
            )
            if c.end <= clause.start and says(self._own, self._key, c, talk) is not None
        ]
        count = len(earlier) + 1
        if count < counted.times:
            return None
        self._told.append(clause.end)
        number = NumberEvidence(name="count", value=count, threshold=counted.times)
        return self.because(act, "COUNT", number)

    def corrected(self, clause: Clause, scene: Scene) -> Act | None:
        """Return what withdraws it."""
        return says(self._own, "corrected_by", clause, scene.conversation)

    def over(self, cue: CueDetected, event: Event, scene: Scene) -> Channel | None:
        """Return who said what ends it."""
        return ended(self._own, scene.conversation)


class Lacking(Obligation):
    """Words that are missing after something."""

    def __init__(self, own: OwnCue, owed: Missing, after: Near) -> None:
        super().__init__()
        self._own, self._owed, self._after = own, owed, after

    def opens(self, event: Event, scene: Scene) -> Iterator[Debt]:
        """Open with what it is due after, unless it has been said already."""
        own, talk = self._own, scene.conversation
        if own.stages and talk.stage not in own.stages:
            return
        for debt in self._openings(event, scene):
            since = debt.start - ms(self._owed.before_s)
            near = (c for side in own.sides(self._owed) for c in talk.clauses_since(side, since))
            said = any(says(own, "missing", clause, talk) is not None for clause in near)
            not_here = own.unless is not None and was(own, "unless", own.unless, debt.start, talk)
            if not (said or not_here):
                yield debt

    def _openings(self, event: Event, scene: Scene) -> Iterator[Debt]:
        talk, after = scene.conversation, self._after
        for clause in talk.closed:
            if (act := says(self._own, "after", clause, talk)) is not None:
                yield Debt(clause.start, clause.end, act.evidence(), clause)
        if isinstance(event, StageChanged) and event.stage == after.stage:
            limit = ms(self._owed.within_s)
            number = NumberEvidence(name="within_ms", value=limit, threshold=limit)
            yield Debt(event.at, event.at, event.evidence or (number,))
        elif isinstance(event, CueDetected) and after.cue and event.cue == after.cue:
            yield Debt(event.start, event.end, event.evidence, cue_id=event.id)

    def pays(self, clause: Clause, debt: Debt, scene: Scene) -> bool:
        """Tell whether the clause says what is owed."""
        late = clause.end > debt.start
        return late and says(self._own, "missing", clause, scene.conversation) is not None

    def due(self, debt: Debt, scene: Scene) -> bool:
        """Wait for the time, or for the end of the turn; what has begun may still be said."""
        talk, side = scene.conversation, self._own.side(self._owed)
        unfinished = talk.sides[side].open_clause
        if unfinished is not None and self.pays(unfinished, debt, scene):
            return False
        if talk.now - debt.end >= ms(self._owed.within_s):
            return True
        return self._owed.by_turn_end and turn_over(side, debt.end, talk)

    def drops(self, debt: Debt, event: Event, scene: Scene) -> bool:
        """Tell whether something was said after which it is not due."""
        talk = scene.conversation
        return any(says(self._own, "unless", clause, talk) is not None for clause in talk.closed)

    def over(self, debt: Debt, event: Event, scene: Scene) -> bool:
        """Tell whether somebody said what ends it."""
        return ended(self._own, scene.conversation) is not None


def _make(own: OwnCue) -> Detector:
    """Return the detector of a cue; its form's class is made its own, for classes have the name."""
    if own.timing is not None:
        return Timed(own, own.timing)
    told: dict[str, object] = {"cue": own.id, "who": own.who, "lasts": ms(own.lasts_s)}
    if own.missing is not None and own.after is not None:
        made: Detector = type("Lacking", (Lacking,), told)(own, own.missing, own.after)
        return made
    words = own.count or own.said or Words()
    told |= {"who": own.side(words), "waits": own.corrected_by is not None}
    said: Detector = type("Said", (Said,), told | {"corrects": names(own, "corrected_by")})(own)
    return said
