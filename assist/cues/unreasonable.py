"""`request_unreasonable`: the customer asks for what is not both reasonable and possible."""

from typing import ClassVar

from assist.core.acts import Act
from assist.core.clauses import Clause
from assist.core.detector import Scene
from assist.core.refusing import offers
from assist.core.spotting import Spot, Spotting
from assist.events import Channel, CueDetected, Event


class RequestUnreasonable(Spotting):
    """Look for "just do it", and for the entries of the playbook's matrix."""

    cue: ClassVar[str] = "request_unreasonable"
    acts: ClassVar[tuple[str, ...]] = ("just_do_it",)
    who: ClassVar[Channel] = "customer"
    early: ClassVar[bool] = True
    lingers: ClassVar[int] = 1500
    lasts: ClassVar[int] = 30_000

    def spot(self, clause: Clause, scene: Scene) -> Spot | None:
        """Return "just do it", or a demand that the matrix knows."""
        talk = scene.conversation
        spot = super().spot(clause, scene)
        if spot is not None or talk.says(clause, "request", "demand") is None:
            return spot
        for entry, phrases in talk.lexicon.matrix:
            span = phrases.find(clause.words)
            if span is not None and not (entry.reasonable and entry.possible):
                rule = "POSSIBLE" if entry.possible else "REASONABLE" if entry.reasonable else ""
                act = Act("matrix", clause, span.start, span.end)
                return self.because(act, f"ONLY_{rule}" if rule else "NEITHER")
        return None

    def over(self, cue: CueDetected, event: Event, scene: Scene) -> Channel | None:
        """Tell whether the agent asks something open, or offers an alternative."""
        talk = scene.conversation
        for clause in talk.closed:
            if clause.channel == "agent" and (
                talk.says(clause, "open_question", "curiosity", "goal_question") is not None
                or offers(clause, talk) is not None
            ):
                return "agent"
        return None
