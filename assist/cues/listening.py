"""`silent_listener` and `good_listening`: is the listener heard while the customer speaks?

Both look at who speaks when; words only tell a "mhm" from a turn (docs/cues.md).
"""

from collections.abc import Iterator

from assist.core.beat import FLOOR, UNHEARD
from assist.core.conversation import Conversation
from assist.core.detector import Scene, cleared, detected
from assist.events import (
    CueCleared,
    CueDetected,
    Event,
    NumberEvidence,
    SpeechStarted,
)

SILENT, GOOD = "silent_listener", "good_listening"
SOUND = 150
"""A sound of the agent of so many milliseconds counts."""
PAUSE = 700
"""After so much silence of the customer, in milliseconds, nobody waits for a "mhm" any more."""
TURNED_TO = 3500
"""So long after it began, in milliseconds, a sentence of empathy is more than a "dear me"."""
PRAISED = 5000
"""Praise is past after so many milliseconds."""
SHORT = 1000
"""Speech of the agent without known words is listening up to so many milliseconds."""


class SilentListener:
    """Fire once for each silence of the agent in a long turn of the customer."""

    def __init__(self) -> None:
        self._on: CueDetected | None = None

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Measure the silence; any sound of the agent ends it, and so does the turn's end."""
        talk = scene.conversation
        last = _last_sound(talk)
        if self._on is not None:
            if last is not None and last > self._on.at:
                yield cleared(self._on, talk.now, by="agent")
                self._on = None
            elif talk.floor.holder != "customer":
                yield cleared(self._on, talk.now, "timed_out")
                self._on = None
            return
        if last is None or not talk.both_channels or talk.on_hold or talk.ended:
            return  # the agent has not joined yet: a queue's announcement needs no listener
        held = talk.floor.held("customer")
        unheard = talk.now - last
        pausing = talk.floor.silence("customer") >= PAUSE
        if held >= FLOOR and unheard >= UNHEARD and not pausing:
            self._on = detected(
                SILENT,
                "SILENT",
                scene=scene,
                channel="customer",
                start=max(talk.floor.since, last),
                end=talk.now,
                confidence=0.85,
                evidence=(
                    NumberEvidence(name="floor_ms", value=held, threshold=FLOOR),
                    NumberEvidence(name="silence_ms", value=unheard, threshold=UNHEARD),
                ),
            )
            yield self._on


class GoodListening:
    """Praise once when venting is over in which the agent listened and did not cut in."""

    def __init__(self) -> None:
        self._since: int | None = None
        """When the customer took the floor to let off steam."""
        self._cut_in = False
        self._on: CueDetected | None = None

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Follow `venting` from its beginning to its end."""
        talk = scene.conversation
        if self._on is not None:
            spoke = isinstance(event, SpeechStarted) and event.channel == "agent"
            if spoke or talk.now - self._on.at >= PRAISED:
                yield cleared(self._on, talk.now, by="agent" if spoke else None)
                self._on = None
        if isinstance(event, CueDetected) and event.cue == "venting":
            self._since, self._cut_in = event.start, "agent_interrupted" in talk.active
        elif isinstance(event, CueDetected) and event.cue == "agent_interrupted":
            self._cut_in = True
        elif self._since is not None and _over(event, talk):
            since, self._since = self._since, None
            heard = _listened(since, talk)
            fell = isinstance(event, CueCleared) and event.reason in ("retracted", "corrected")
            if heard and not (fell or self._cut_in):
                self._on = self._praise(since, heard, scene)
                yield self._on

    def _praise(self, since: int, heard: int, scene: Scene) -> CueDetected:
        return detected(
            GOOD,
            "LISTENED",
            scene=scene,
            channel="agent",
            start=since,
            end=scene.conversation.now,
            confidence=0.85,
            evidence=(NumberEvidence(name="backchannels", value=heard, threshold=1),),
        )


def _over(event: Event, talk: Conversation) -> bool:
    """Tell whether the venting is over: the cue is, or the agent begins to show empathy."""
    if isinstance(event, CueCleared) and event.cue == "venting":
        return True
    begun = talk.sides["agent"].open_clause
    if begun is None or talk.now - begun.start < TURNED_TO:
        return False
    return not talk.only_listening("agent", begun.start) and talk.says(begun, "empathy") is not None


def _last_sound(talk: Conversation) -> int | None:
    """Return when something was last heard of the agent; none before the first time."""
    for stretch in reversed(talk.floor.sides["agent"].stretches):
        if stretch.until(talk.now) - stretch.start >= SOUND:
            return stretch.until(talk.now)
    return None


def _listened(since: int, talk: Conversation) -> int:
    """Count the agent's sounds of listening since a moment: "mhm", "I see", or a short one."""
    count = 0
    for stretch in talk.floor.sides["agent"].stretches:
        if stretch.start < since or stretch.end is None or stretch.end - stretch.start < SOUND:
            continue
        words = [
            heard.folded
            for heard in talk.heard_since("agent", stretch.start - 150)
            if heard.word.start < stretch.end and heard.folded
        ]
        if words:
            count += talk.lexicon["backchannel"].covers(words)
        else:
            count += stretch.end - stretch.start <= SHORT
    return count
