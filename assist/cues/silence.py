"""`long_silence`: nobody speaks, and no wait was announced; or an announced wait runs long."""

from collections.abc import Iterator

from assist.core.detector import Scene, cleared, detected
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
SILENCE = 5000
"""Silence of both sides, in milliseconds, that is long; `silence.detected` tells of it."""
HOLD = 45_000
"""A wait of so many milliseconds wants a word in between."""


class LongSilence:
    """Fire once for each silence, and once for each wait that runs long."""

    def __init__(self) -> None:
        self._on: CueDetected | None = None
        self._hold_since: int | None = None

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Look for the silence, the wait, and the agent's next word."""
        now = scene.conversation.now
        if isinstance(event, HoldStarted):
            self._hold_since = event.start
        elif isinstance(event, HoldEnded):
            self._hold_since = None
        if isinstance(event, SpeechStarted) and event.channel == "agent" and self._on is not None:
            yield cleared(self._on, now, by="agent")
            self._on = None
        elif isinstance(event, SilenceDetected) and scene.conversation.stage is not None:
            yield from self._detect("SILENCE", event.start, SILENCE, scene)
        elif self._hold_since is not None and now - self._hold_since >= HOLD:
            start, self._hold_since = self._hold_since, None
            yield from self._detect("HOLD", start, HOLD, scene)

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
