"""`agent_interrupted`: the agent cut in. Decided by placement and words, never by loudness (cues.md §5.2).

A backchannel ("mhm"), a cooperative remark ("oh no") and an ordinary change of turn are no
interruption; what tells them apart is that the other goes on, or is made to stop.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assist.core.conversation import Conversation
from assist.core.detector import Scene, cleared, detected, withdrawn
from assist.events import (
    CueDetected,
    Event,
    Evidence,
    NumberEvidence,
    SpeechEnded,
    SpeechStarted,
    WordsEvidence,
)

CUE = "agent_interrupted"
OWN_SILENCE = 300
"""Silence of the agent before an onset, in milliseconds, so that it is one."""
FLOOR = 1000
"""The customer must have spoken so much of the last `FLOOR_WINDOW` milliseconds."""
FLOOR_WINDOW = 2200
BREATH = 350
"""A pause of the customer shorter than this, in milliseconds, lies within the turn."""
TERMINAL = 300
"""A customer who stops so soon after the onset had finished: an ordinary change of turn."""
OVERLAP_WORDS, WORDS = 800, 2
"""Rule (a): so much overlap, in milliseconds, and so many words that are no backchannel."""
KEEPS_ON = 1000
"""Rule (b): the customer gave way and the agent goes on for so long, in milliseconds."""
OVERLAP_ALONE = 1200
"""Rule (c): so much overlap, in milliseconds, while no words are known."""
SORRY_WITHIN = 2000
"""Taking it back within so many milliseconds keeps it off the screen."""
GIVE_UP = 4000
"""An onset that is undecided after so many milliseconds was nothing."""

Outcome = Literal["terminal", "simultaneous", "backchannel", "brief", "nothing"]


@dataclass(slots=True)
class Onset:
    """The agent began to speak on the customer's floor."""

    start: int
    resumed: bool = False
    """It began in a breath, and the customer went on."""


class Interruption:
    """Judge each onset of the agent once enough is known."""

    def __init__(self) -> None:
        self._onset: Onset | None = None
        self._on: CueDetected | None = None

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Open an onset, judge the open one, watch whether the agent gives way."""
        talk = scene.conversation
        if not talk.both_channels:
            return
        if isinstance(event, SpeechStarted) and event.channel == "agent":
            self._open(event.start, talk)
        if self._onset is not None:
            yield from self._judge(self._onset, scene)
        if self._on is not None and self._given_way(talk):
            yield cleared(self._on, talk.now, by="agent")
            self._on = None

    def _open(self, start: int, talk: Conversation) -> None:
        own = talk.floor.sides["agent"].stretches
        before = own[-2].end if len(own) > 1 else None
        if before is not None and start - before < OWN_SILENCE:
            return
        self._onset = Onset(start)

    def _judge(self, onset: Onset, scene: Scene) -> Iterator[Event]:
        verdict = judge(onset.start, scene.conversation)
        if verdict is None:
            return
        self._onset = None
        if isinstance(verdict, str):
            return
        rule, evidence = verdict
        talk = scene.conversation
        cue = detected(
            CUE,
            rule,
            scene=scene,
            channel="agent",
            start=onset.start,
            end=talk.now,
            confidence=0.85,
            evidence=evidence,
        )
        self._on = cue
        yield cue

    def _given_way(self, talk: Conversation) -> bool:
        floor = talk.floor
        return floor.silence("agent") >= 800 and floor.spoken(
            "customer", floor.now - 1500, floor.now
        ) >= 1400


def judge(start: int, talk: Conversation) -> Outcome | tuple[str, tuple[Evidence, ...]] | None:
    """Judge the agent's onset at `start`, in milliseconds, by what is known now.

    Returns:
        The rule and its evidence for an interruption, the name of a harmless outcome, or None
        while it is open.
    """
    floor, now = talk.floor, talk.floor.now
    customer = floor.sides["customer"].stretches
    before = [s for s in customer if s.start < start]
    held = floor.spoken("customer", start - FLOOR_WINDOW, start)
    if not before or held < FLOOR:
        return "simultaneous"
    last = before[-1]
    if start - last.until(now) >= BREATH:
        return "nothing"
    talked = floor.spoken("agent", start, now)
    overlap = floor.overlapped(start, now)
    stop = last.until(now)
    resumed = next((s for s in customer if s.start >= stop and s.start - stop < 700), None)
    if last.end is not None and stop - start <= TERMINAL and resumed is None:
        return "terminal" if now - stop >= 700 else None
    words = talk.words_since("agent", start - 150, unstable=True)
    real = _real_words(words, talk)
    numbers = _numbers(start, overlap, talk)
    if overlap >= OVERLAP_WORDS and real >= WORDS:
        return "TALKED_OVER", numbers
    if last.end is not None and resumed is None and stop - start > TERMINAL:
        yielded = now - stop >= 300
        if yielded and talked >= KEEPS_ON and not (words and real == 0):
            return "TOOK_THE_FLOOR", numbers
    if overlap >= OVERLAP_ALONE and (real > 0 or not words):
        return "OVERLAP", numbers
    if not floor.speaking("agent") and floor.silence("agent") >= 500:
        return "backchannel" if words and real == 0 else "brief"
    return "nothing" if now - start >= GIVE_UP else None


def _real_words(words: list[str], talk: Conversation) -> int:
    """Count the words that are no backchannel and no assessment."""
    covered = [False] * len(words)
    for name in ("backchannel", "assessment"):
        for span in talk.lexicon[name].spans(words):
            covered[span.start : span.end] = [True] * (span.end - span.start)
    return covered.count(False)


def _numbers(start: int, overlap: int, talk: Conversation) -> tuple[Evidence, ...]:
    heard = [h for h in talk.heard_since("agent", start - 150) if h.folded][:12]
    numbers: tuple[Evidence, ...] = (
        NumberEvidence(name="overlap_ms", value=overlap, threshold=OVERLAP_WORDS),
        NumberEvidence(name="floor_ms", value=talk.floor.held("customer"), threshold=FLOOR),
    )
    if not heard:
        return numbers
    return (
        *numbers,
        WordsEvidence(
            channel="agent",
            start=heard[0].word.start,
            end=heard[-1].word.end,
            text=" ".join(h.word.text for h in heard),
        ),
    )


_ = (SpeechEnded, withdrawn, SORRY_WITHIN)
