"""`off_track`: the customer's talk left the issue. Armed by words, pulsed at the breath (cues.md §5.4)."""

from collections import Counter
from collections.abc import Iterator

from assist.core.conversation import Conversation, Heard
from assist.core.detector import Scene, cleared, detected
from assist.core.phrases import fold
from assist.events import CueDetected, Event, Evidence, NumberEvidence, Tick, WordsEvidence

CUE = "off_track"
RELEVANCE = 0.08
"""Below this share of issue words the talk is off the issue."""
OFF_FOR, OFF_WORDS = 10_000, 25
"""So long, in milliseconds, and so many content words off the issue arm the cue."""
WINDOW_WORDS = 25
"""Content words over which relevance is measured."""
ANSWER = 15_000
"""Answers to a question of the agent that is no older, in milliseconds, are on the issue."""
LEARN_FOR = 60_000
"""The customer's words of the first so many milliseconds make the issue's vocabulary …"""
STEM = 5
"""Words that share so many letters at the beginning, or hold the other, are one word here."""


class OffTrack:
    """Learn the issue's words, then watch how many of them the customer still uses."""

    def __init__(self) -> None:
        self._issue: Counter[str] = Counter()
        self._stems: set[str] = set()
        self._recent: list[tuple[Heard, bool]] = []
        """The customer's content words since the last question, and whether each is on the issue."""
        self._asked_at = -ANSWER
        self._marker_at: int | None = None
        self._on: CueDetected | None = None
        self._seeded = False

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Take new words and questions, then decide."""
        talk = scene.conversation
        if not self._seeded:
            self._seeded = True
            for word in talk.issue:
                self._learn(fold(word), 3)
        self._listen(talk)
        if not isinstance(event, Tick) and talk.speaker != "customer":
            return
        if self._on is None:
            if self._off(scene):
                yield from self._arm(scene)
        elif self._back(talk):
            yield cleared(self._on, talk.now, by="agent" if self._bridged(talk) else None)
            self._on = None
            self._recent, self._marker_at = [], None

    def _listen(self, talk: Conversation) -> None:
        for clause in talk.closed:
            if clause.channel == "agent":
                self._hear_agent(clause.words, question=clause.question, at=clause.end, talk=talk)
            elif talk.lexicon["tangent"].find(clause.words) is not None:
                self._marker_at = clause.start
        if talk.speaker != "customer":
            return
        learning = talk.stage in (None, "opening", "venting") and talk.now < LEARN_FOR
        answering = talk.now - self._asked_at < ANSWER and self._marker_at is None
        for heard in talk.new_words:
            if not talk.lexicon.is_content(heard.folded):
                continue
            if learning or answering:
                self._learn(heard.folded)
            on = self._relevant(heard.folded, talk)
            self._recent.append((heard, on))
        self._recent = self._recent[-80:]

    def _hear_agent(self, words: tuple[str, ...], *, question: bool, at: int, talk: Conversation) -> None:
        if question or talk.lexicon["open_question"].find(words) is not None:
            self._asked_at = at
            self._recent, self._marker_at = [], None
        for word in words:
            if talk.lexicon.is_content(word):
                self._learn(word)

    def _learn(self, word: str, times: int = 1) -> None:
        self._issue[word] += times
        if len(word) >= STEM:
            self._stems.add(word[:STEM])

    def _relevant(self, word: str, talk: Conversation) -> bool:
        if word in self._issue or word in talk.lexicon.topic_words or word[:STEM] in self._stems:
            return True
        return len(word) > STEM + 3 and any(len(w) >= STEM and w in word for w in self._issue)

    def _off(self, scene: Scene) -> bool:
        talk = scene.conversation
        if talk.stage != "problem_solving" or talk.on_hold or scene.complaint.score >= 3:
            return False
        if talk.now - self._asked_at < ANSWER and self._marker_at is None:
            return False
        halves = 2 if self._marker_at is not None else 1
        span = self._span()
        if not span:
            return False
        length = span[-1].word.end - span[0].word.start
        return len(span) >= OFF_WORDS // halves and length >= OFF_FOR // halves

    def _span(self) -> list[Heard]:
        """Return the content words of the longest stretch up to now that is off the issue."""
        span: list[Heard] = []
        hits = 0
        for heard, on in reversed(self._recent):
            hits += on
            if hits > max(1, RELEVANCE * (len(span) + 1)):
                break
            span.append(heard)
        span.reverse()
        if self._marker_at is not None:
            span = [h for h in span if h.word.start >= self._marker_at] or span
        return span

    def _arm(self, scene: Scene) -> Iterator[Event]:
        talk, span = scene.conversation, self._span()
        off = sum(not on for _, on in self._recent[-WINDOW_WORDS:])
        share = 1 - off / max(1, len(self._recent[-WINDOW_WORDS:]))
        words = span[-8:]
        evidence: tuple[Evidence, ...] = (
            NumberEvidence(name="relevance", value=round(share, 2), threshold=RELEVANCE),
            NumberEvidence(name="off_words", value=len(span), threshold=OFF_WORDS),
            WordsEvidence(
                channel="customer",
                start=words[0].word.start,
                end=words[-1].word.end,
                text=" … ".join(h.word.text.strip(",.!?") for h in words[-4:]),
            ),
        )
        self._on = detected(
            CUE,
            "MARKED" if self._marker_at is not None else "RELEVANCE",
            scene=scene,
            channel="customer",
            start=span[0].word.start,
            end=talk.now,
            confidence=0.8,
            evidence=evidence,
        )
        yield self._on

    def _bridged(self, talk: Conversation) -> bool:
        return self._on is not None and self._asked_at > self._on.at

    def _back(self, talk: Conversation) -> bool:
        last = [on for _, on in self._recent[-8:]]
        return self._bridged(talk) or sum(last) >= 3 or talk.stage != "problem_solving"
