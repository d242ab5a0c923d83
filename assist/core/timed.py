"""An operator's cue that is timing alone: silence, overlap, a long turn, a share of the talk."""

from collections.abc import Iterator

from assist.core.circumstances import ended, fits, ms
from assist.core.conversation import Conversation
from assist.core.detector import Scene, cleared, detected
from assist.events import Channel, CueDetected, Event, NumberEvidence, other
from assist.playbooks.own import OwnCue, Timing

CONFIDENCE = 0.85
"""Start value: timing."""


class Timed:
    """The detector of a timing: once when it begins to hold, over when it no longer does."""

    def __init__(self, own: OwnCue, timing: Timing) -> None:
        self._own, self._timing = own, timing
        self._on: CueDetected | None = None
        self._holds = False

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Measure with every event."""
        talk, own = scene.conversation, self._own
        measured, threshold, start = _measure(self._timing, own.who, talk)
        held, self._holds = self._holds, measured >= threshold and not talk.on_hold
        if self._on is not None:
            by, late = ended(own, talk), talk.now - self._on.at >= ms(own.lasts_s)
            if by is not None or late or not self._holds:
                yield cleared(self._on, talk.now, "timed_out" if late else "cleared", by=by)
                self._on = None
        if held or not self._holds or talk.stage is None or talk.ended:
            return
        if not fits(own, talk.now, talk):
            self._holds = False  # it may still come to fit while it goes on
            return
        number = NumberEvidence(
            name=self._timing.kind.removesuffix("_s") + ("_ms" if threshold > 1 else ""),
            value=measured,
            threshold=threshold,
        )
        self._on = detected(
            own.id,
            "TIMING",
            scene=scene,
            channel=own.who,
            start=start,
            end=talk.now,
            confidence=CONFIDENCE,
            evidence=(number,),
        )
        yield self._on


def _measure(timing: Timing, who: Channel, talk: Conversation) -> tuple[float, float, int]:
    """Return what it comes to, what it has to reach, and since when it counts."""
    floor, now = talk.floor, talk.now
    if timing.silence_s is not None:
        silent = min(floor.silence("agent"), floor.silence("customer"))
        return silent, ms(timing.silence_s), now - silent
    if timing.overlap_s is not None:
        sides = [side for side in floor.sides.values() if side.speaking]
        both = now - max(s.stretches[-1].start for s in sides) if len(sides) == 2 else 0
        return both, ms(timing.overlap_s), now - both
    if timing.turn_s is not None:
        length = floor.turn_length(who)
        return length, ms(timing.turn_s), now - length
    over = ms(timing.over_s)
    mine, theirs = (floor.spoken(c, now - over, now) for c in (who, other(who)))
    enough = now >= over and mine + theirs >= over // 2
    return mine / (mine + theirs) if enough else 0.0, timing.talk_share or 1.0, now - over
