"""`venting`: the customer lets off steam. Complaint wording and floor-holding (docs/cues.md)."""

from collections.abc import Iterator

from assist.core.complaint import WINDOW
from assist.core.detector import Scene, cleared, detected
from assist.events import CueDetected, Event, Tick

ON, OFF = 4.0, 2.0
"""Score at which it begins; below which it may end."""
FLOOR = 8000
"""The customer must have held the floor so long, in milliseconds."""
SETTLES = 1500
"""The score must have been reached so long ago, in milliseconds, and must not have dropped by
`DROPS` since: one outburst that is over at once is no venting."""
GOES_ON = 1200
"""A complaint goes on when its last words ended less than so many milliseconds ago,"""
LONGEST = 3000
"""and is waited for no longer than so many milliseconds since the score was reached."""
DROPS = 1.0
FROM_WORDS = 2.5
"""Points that must come from words: one strong word in a long story is no venting."""
YIELDED = 1500
"""Silence of the customer, in milliseconds, that lets it end."""


class Venting:
    """A state: detected once, until it is cleared."""

    def __init__(self) -> None:
        self._on: CueDetected | None = None
        self._began = (0.0, 0.0)
        """The score with which it began, and its share from words."""
        self._reached: int | None = None
        """Since when the score has been high enough."""
        self._ended = 0
        """When the last one was over: the floor counts anew from there."""

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Look at the score on every tick and every word of the customer."""
        talk = scene.conversation
        if self._on is not None and talk.revised == "customer" and self._unfounded(self._on, scene):
            yield cleared(self._on, talk.now, talk.taken_back_as)
            self._on = None
        if not isinstance(event, Tick) and talk.speaker is None:
            return
        if self._on is None:
            yield from self._begin(scene)
        elif self._over(scene):
            yield cleared(self._on, talk.now, by="agent" if talk.substantive("agent") else None)
            self._on, self._ended = None, talk.now

    def _begin(self, scene: Scene) -> Iterator[Event]:
        talk, score = scene.conversation, scene.complaint
        book = talk.lexicon.playbook
        start = max(talk.floor.since, self._ended)
        if score.score < _on(scene) - DROPS:
            self._reached = None
        elif score.score >= _on(scene) and self._reached is None:
            self._reached = talk.now
        if (
            talk.both_channels
            and self._reached is not None
            and self._settled(talk.now - self._reached, talk.now - score.newest())
            and score.words >= _from_words(scene)
            and talk.floor.holder == "customer"
            and talk.now - start >= book.threshold("venting.floor_ms", FLOOR)
        ):
            self._on = detected(
                "venting",
                "SCORE",
                scene=scene,
                channel="customer",
                start=start,
                end=talk.now,
                confidence=0.85,
                evidence=score.evidence(),
            )
            self._began, self._reached = (score.score, score.words), None
            yield self._on

    def _settled(self, reached: int, newest: int) -> bool:
        """Tell whether the complaint is plain: it rests, or has gone on for long enough."""
        return reached >= LONGEST or (reached >= SETTLES and newest >= GOES_ON)

    def _unfounded(self, cue: CueDetected, scene: Scene) -> bool:
        """Tell whether it would not have begun without the words that fell.

        After 30 s nobody counts the past any more: then the present score alone ends it.
        """
        if scene.conversation.now - cue.at >= WINDOW:
            return False
        score, counted = self._began
        words = scene.complaint.words_at(cue.at)
        return words < _from_words(scene) or score - counted + words < _on(scene)

    def _over(self, scene: Scene) -> bool:
        talk, score = scene.conversation, scene.complaint
        if any(
            clause.channel == "agent"
            and not talk.lexicon["backchannel"].covers(clause.words)
            and talk.says(clause, "empathy")
            for clause in talk.closed
        ):
            return True
        off = talk.lexicon.playbook.threshold("venting.off", OFF)
        yielded = talk.floor.silence("customer") >= YIELDED or talk.substantive("agent")
        return score.score < off and yielded


def _from_words(scene: Scene) -> float:
    return scene.conversation.lexicon.playbook.threshold("venting.words", FROM_WORDS)


def _on(scene: Scene) -> float:
    return scene.conversation.lexicon.playbook.threshold("venting.on", ON)
