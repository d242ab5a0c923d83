"""`agent_interrupted`: the agent cut in. What counts as cutting in: core/onset.py and docs/cues.md.

A backchannel ("mhm"), a cooperative remark ("oh no") and an ordinary change of turn are no
interruption; what tells them apart is that the other goes on, or is made to stop.
"""

from collections.abc import Iterator

from assist.core.conversation import Conversation
from assist.core.detector import Scene, cleared, detected, withdrawn
from assist.core.onset import (
    FLOOR,
    OVERLAP_WORDS,
    RULES,
    TURN_GAP,
    excuse,
    judge,
    protests,
    unfounded,
)
from assist.core.spoken import Heard
from assist.events import (
    CueDetected,
    Event,
    Evidence,
    Fault,
    NumberEvidence,
    SpeechStarted,
    WordsEvidence,
)

CUE = "agent_interrupted"
OWN_SILENCE = 300
"""Silence of the agent before an onset, in milliseconds, so that it is one (docs/cues.md)."""
EXCUSES = ("sorry_go_on", "may_interrupt")
"""Words of these sets, said in time, keep an interruption off the screen."""
LASTS = 20_000
"""The cue ends by itself after so many milliseconds."""


class Interruption:
    """Judge each onset of the agent once enough is known."""

    def __init__(self) -> None:
        self._onset: int | None = None
        """Start of the onset that is still open."""
        self._last = 0
        """Start of the agent's newest onset."""
        self._told: int | None = None
        """Start of the newest onset when an interruption was last reported: one report each."""
        self._on: CueDetected | None = None
        self._many_voices = False

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Open an onset, judge the open one, watch whether the agent gives way."""
        talk = scene.conversation
        if isinstance(event, Fault) and event.code == "many_voices":
            self._many_voices, self._onset = event.active, None
        if not talk.both_channels or self._many_voices:
            return
        if isinstance(event, SpeechStarted) and event.channel == "agent":
            self._open(event.start, talk)
        if self._on is not None:
            yield from self._watch(self._on, talk)
        if self._onset is not None:
            verdict = judge(self._onset, talk)
            if verdict in RULES:
                yield from self._tell(verdict, self._onset, scene)
            elif verdict is not None:
                self._onset = None
        fresh = self._on is None and self._last != self._told
        if talk.speaker == "customer" and fresh and protests(talk, self._last):
            yield from self._tell("LET_ME_FINISH", self._last, scene)

    def _open(self, start: int, talk: Conversation) -> None:
        own = talk.floor.sides["agent"].stretches
        before = own[-2].end if len(own) > 1 else None
        if before is None or start - before >= OWN_SILENCE:
            self._last = start
            if self._onset is None or before is None or start - before >= TURN_GAP:
                self._onset = start

    def _tell(self, rule: str, start: int, scene: Scene) -> Iterator[Event]:
        """Report it; what the agent has already taken back is counted, but not to be shown."""
        talk = scene.conversation
        self._onset, self._told = None, self._last
        cue = detected(
            CUE,
            rule,
            scene=scene,
            channel="agent",
            start=start,
            end=talk.now,
            confidence=0.85,
            evidence=_evidence(start, talk),
        )
        if self._on is not None:
            yield cleared(self._on, talk.now, "timed_out")
        words = excuse(start, talk, *EXCUSES)
        if words:
            yield withdrawn(
                CUE, rule, at=talk.now, channel="agent", start=start, evidence=(_quote(words),)
            )
        yield cue
        self._on = None if words else cue
        if words:
            yield cleared(cue, talk.now, by="agent")

    def _watch(self, cue: CueDetected, talk: Conversation) -> Iterator[Event]:
        """Clear the cue when the agent takes it back or gives way, or when it is old."""
        floor = talk.floor
        gives_way = (
            floor.silence("agent") >= 800
            and floor.spoken("customer", floor.now - 1500, floor.now) >= 1400
        )
        rule = cue.rule.removeprefix(f"{CUE}.")
        words = excuse(cue.start, talk, *EXCUSES) if talk.speaker == "agent" else []
        late = talk.correction is not None and talk.correction.channel == "agent"
        if unfounded(rule, cue.start, cue.end, talk) or (
            late and excuse(cue.start, talk, *EXCUSES)
        ):
            yield cleared(cue, talk.now, talk.taken_back_as)
            self._on = None
            return
        if words:
            yield withdrawn(
                CUE, rule, at=talk.now, channel="agent", start=cue.start, evidence=(_quote(words),)
            )
        if words or gives_way:
            yield cleared(cue, talk.now, by="agent")
            self._on = None
        elif talk.now - cue.at >= LASTS:
            yield cleared(cue, talk.now, "timed_out")
            self._on = None


def _evidence(start: int, talk: Conversation) -> tuple[Evidence, ...]:
    floor = talk.floor
    heard = [h for h in talk.heard_since("agent", start - 150) if h.folded][:12]
    numbers: tuple[Evidence, ...] = (
        NumberEvidence(
            name="overlap_ms", value=floor.overlapped(start, floor.now), threshold=OVERLAP_WORDS
        ),
        NumberEvidence(name="floor_ms", value=floor.held("customer"), threshold=FLOOR),
    )
    return (*numbers, _quote(heard)) if heard else numbers


def _quote(heard: list[Heard]) -> WordsEvidence:
    return WordsEvidence(
        channel="agent",
        start=heard[0].word.start,
        end=heard[-1].word.end,
        text=" ".join(h.word.text for h in heard),
    )
