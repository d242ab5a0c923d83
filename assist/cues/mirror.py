"""`mirror_missing`, `mirroring_done`: the agent sums up what the customer told, or does not."""

from collections.abc import Iterator
from typing import ClassVar

from assist.core.acts import Act
from assist.core.clauses import Clause
from assist.core.detector import Scene
from assist.core.mirroring import facts, mirrors
from assist.core.owing import Debt, Obligation
from assist.core.solving import FirstSolution, left_standing
from assist.core.spotting import Spot, Spotting
from assist.core.waiting import same_place
from assist.events import Channel, CueDetected, Event, NumberEvidence

FACTS = 40
"""Words of the customer that are worth a summary; `mirror_missing.words` in a playbook."""
LONG = 3500
"""A summary that is still going on counts after so many milliseconds."""
PRAISED_FOR = 4000
"""The praise is over after so many milliseconds, or when the customer answers."""


class MirrorMissing(Obligation):
    """A solution after many words of facts, and nobody summed them up."""

    cue = "mirror_missing"

    def __init__(self) -> None:
        super().__init__()
        self._first = FirstSolution()
        self._told = 0
        self._mirrored = False

    def opens(self, event: Event, scene: Scene) -> Iterator[Debt]:
        """Count the facts; the first solution after enough of them opens the debt."""
        talk = scene.conversation
        self._told += facts([c for c in talk.closed if c.channel == "customer"], talk)
        self._told -= facts([c for c in talk.dropped if c.channel == "customer"], talk)
        self._mirrored |= any(mirrors(clause, talk) for clause in talk.closed)
        complete = self._first.again(talk)
        for debt in (*self._debts, *(debt for _, debt in self._standing)):
            debt.clause = complete or debt.clause
        least = int(talk.lexicon.playbook.threshold("mirror_missing.words", FACTS))
        for act in self._first.look(talk):
            unfinished = talk.sides["customer"].open_clause
            told = self._told + (facts([unfinished], talk) if unfinished is not None else 0)
            if told >= least and not self._mirrored and not talk.on_hold:
                count = NumberEvidence(name="told", value=told, threshold=least)
                yield Debt(
                    act.clause.start,
                    act.clause.spoken[act.end - 1].end,
                    (count, *act.evidence()),
                    clause=act.clause,
                    rule=act.rule,
                )

    def pays(self, clause: Clause, debt: Debt, scene: Scene) -> bool:
        """Tell whether the agent sums up after all."""
        return mirrors(clause, scene.conversation) is not None

    def due(self, debt: Debt, scene: Scene) -> bool:
        """Tell whether the solution was left to stand."""
        return left_standing(debt.clause, debt.end, scene.conversation)


class MirroringDone(Spotting):
    """Praise for a summary in the customer's own words, or for having it checked."""

    cue = "mirroring_done"
    lasts: ClassVar[int] = PRAISED_FOR

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Let the complete clause take the place of one that was praised while it went on."""
        for standing in self._standing:
            for clause in scene.conversation.closed:
                if same_place(clause, standing.clause):
                    standing.clause = clause
        yield from super().__call__(event, scene)

    def spot(self, clause: Clause, scene: Scene) -> Spot | None:
        """Return the summary in the clause."""
        act = mirrors(clause, scene.conversation)
        return self.because(act) if act is not None else None

    def look(self, event: Event, scene: Scene) -> Iterator[Spot]:
        """Yield a summary that goes on for long."""
        talk = scene.conversation
        clause = talk.sides["agent"].open_clause
        if clause is None or talk.speaker != "agent" or clause.end - clause.start < LONG:
            return
        if any(same_place(clause, known) for known in self._done):
            return
        act: Act | None = mirrors(clause, talk)
        if act is not None:
            yield self.because(act)

    def over(self, cue: CueDetected, event: Event, scene: Scene) -> Channel | None:
        """Tell whether the customer answers."""
        return "customer" if scene.conversation.speaker == "customer" else None
