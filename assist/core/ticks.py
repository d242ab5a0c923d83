"""Ticks: what was heard from the agent that a good call has, each once."""

from collections.abc import Iterator

from assist.core.accord import Accord
from assist.core.conversation import Conversation
from assist.core.following import follows_up
from assist.events import CueDetected, Event, Evidence, StageChanged, StageTicked, Tickable

CUES: dict[str, Tickable] = {"empathy_given": "empathy", "mirroring_done": "mirror"}
"""Praise that is a tick, too."""


class Ticks:
    """Tell of each tick once; a new issue begins a new list."""

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk
        self._accord = Accord()
        self._told: set[Tickable] = set()

    def observe(self, event: Event) -> Iterator[Event]:
        """Look at one event after the conversation took it."""
        if isinstance(event, StageChanged) and event.rule == "new_issue":
            self._told.clear()
        if isinstance(event, CueDetected) and event.cue in CUES:
            yield from self._tick(CUES[event.cue], event.evidence)
        talk = self._talk
        for clause in talk.closed:
            yes = self._accord.hear(clause, talk)
            if yes is not None:
                yield from self._tick("agreed", yes.evidence())
            goal = talk.says(clause, "goal_question") if clause.channel == "agent" else None
            if goal is not None:
                yield from self._tick("goal", goal.evidence())
            promise = follows_up(clause, talk)
            if promise is not None:
                yield from self._tick("follow_up", promise.evidence())

    def _tick(self, name: Tickable, evidence: tuple[Evidence, ...]) -> Iterator[Event]:
        if name not in self._told:
            self._told.add(name)
            yield StageTicked(at=self._talk.now, name=name, evidence=evidence)
