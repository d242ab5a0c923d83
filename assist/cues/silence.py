"""`long_silence`: nobody speaks, and no wait was announced; or an announced wait runs long."""

from collections.abc import Iterator
from typing import ClassVar

from assist.core.conversation import Conversation
from assist.core.detector import Scene, cleared, detected
from assist.core.lengths import longest
from assist.core.watch import SILENCE
from assist.events import (
    CueDetected,
    Event,
    HoldEnded,
    HoldStarted,
    NumberEvidence,
    SilenceDetected,
    SpeechStarted,
)

CUE = "long_silence"
HOLD = 45_000
"""A wait of so many milliseconds wants a word in between, where no length was promised."""
OVERRUN = 1.2
"""A promised length may run over by this factor."""
MUTED = 8000
"""After an own mistake was admitted the agent may be silent for so many milliseconds."""
PROMISED_NEAR = 15_000
"""A length belongs to a wait that begins so many milliseconds later at most."""


class LongSilence:
    """Fire once for each silence, and once for each wait that runs long."""

    admits: ClassVar[str] = "mistake_admitted"

    def __init__(self) -> None:
        self._on: CueDetected | None = None
        self._quiet_since: int | None = None
        self._hold_since: int | None = None
        self._hold_due = HOLD
        self._admitted = -MUTED

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Look for the silence, the wait, and the next word."""
        talk = scene.conversation
        self._note(event, talk)
        if isinstance(event, SpeechStarted):
            self._quiet_since = None
            if event.channel == "agent" and self._on is not None:
                yield cleared(self._on, talk.now, by="agent")
                self._on = None
        if self._quiet_since is not None and talk.now - self._admitted >= MUTED:
            start, self._quiet_since = self._quiet_since, None
            yield from self._detect("SILENCE", start, SILENCE, scene)
        elif self._hold_since is not None and talk.now - self._hold_since >= self._hold_due:
            start, self._hold_since = self._hold_since, None
            if not music(start, talk):
                yield from self._detect("HOLD", start, self._hold_due, scene)

    def _note(self, event: Event, talk: Conversation) -> None:
        for clause in talk.closed:
            if clause.channel == "agent" and talk.says(clause, self.admits) is not None:
                self._admitted = clause.end
        if isinstance(event, SilenceDetected) and talk.stage is not None:
            self._quiet_since = event.start
        elif isinstance(event, HoldStarted):
            self._hold_since, self._quiet_since = event.start, None
            self._hold_due = promised(event.start, talk)
        elif isinstance(event, HoldEnded):
            self._hold_since = None

    def _detect(self, rule: str, start: int, threshold: int, scene: Scene) -> Iterator[Event]:
        now = scene.conversation.now
        if self._on is not None:
            yield cleared(self._on, now, "timed_out")
        self._on = detected(
            CUE,
            rule,
            scene=scene,
            channel="agent",
            start=start,
            end=now,
            confidence=0.85,
            evidence=(NumberEvidence(name="silence_ms", value=now - start, threshold=threshold),),
        )
        yield self._on


def promised(start: int, talk: Conversation) -> int:
    """Return after how many milliseconds a wait since `start` runs long."""
    said = talk.clauses_since("agent", start - PROMISED_NEAR)
    told = [c for c in said if talk.says(c, "hold_duration") is not None]
    length = longest(told[-1].words, talk.lexicon) if told else None
    return HOLD if length is None else round(length * OVERRUN)


def music(start: int, talk: Conversation) -> bool:
    """Tell whether the wait is filled: sound of the agent's side without a word in it."""
    sounds = talk.floor.spoken("agent", start, talk.now) > 0
    return sounds and talk.has_words and not talk.words_since("agent", start, unstable=True)
