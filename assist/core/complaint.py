"""The venting score: complaint wording and floor-holding of the customer, each with its evidence.

Features, points and the half-life are the start values of docs/cues.md.
Words and turn timing only: loudness and pitch are never read.
"""

from collections import deque
from typing import NamedTuple

from assist.core.conversation import Conversation, Heard
from assist.events import Channel, Event, Evidence, NumberEvidence, Tick, WordsEvidence

HALF_LIFE = 10_000
"""Points from one hit of words halve in so many milliseconds."""
WINDOW = 30_000
"""The stretch over which hits are counted."""
RELIEF = 2.0
"""Points off for two thanks, or for an answer without strong words to an open question."""
REPEATED_AFTER = 20_000
"""Three content words said again so much later are a literal repetition."""
_SETS = ("strong", "recurrence", "blame", "absolutist", "complaint", "thanks")
_POINTS = {"strong": 2.0, "recurrence": 1.0, "blame": 1.0, "repetition": 1.0}
"""Hits that count one by one and fade with the half-life."""
_LONGEST = 6
"""Words of the longest phrase in these sets: so far back new words may complete one."""


class Hit(NamedTuple):
    """One piece of wording."""

    name: str
    evidence: WordsEvidence


class Complaint:
    """The score, updated with the customer's words and with every tick."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._hits: list[Hit] = []
        self._sets: dict[str, tuple[str, ...]] = {}
        """Which sets hold a phrase that may begin with a word; filled as words come."""
        self._trigrams: dict[tuple[str, str, str], int] = {}
        self._content: deque[Heard] = deque(maxlen=3)
        self._answering: tuple[int, bool] = (-1, False)
        self.words = 0.0
        """Points from words."""
        self.score = 0.0

    def apply(self, event: Event) -> None:
        """Take the newest state of the conversation."""
        talk = self._conversation
        if talk.speaker == "customer" and talk.new_words:
            self._listen(talk.new_words)
        elif not isinstance(event, Tick):
            return
        self._add_up()

    def evidence(self) -> tuple[Evidence, ...]:
        """Return the score, the floor time and the last words that count at present."""
        words = [hit.evidence for hit in self._hits if hit.name != "thanks"]
        return (
            NumberEvidence(name="score", value=round(self.score, 1), threshold=4),
            NumberEvidence(
                name="floor_ms", value=self._conversation.floor.held("customer"), threshold=8000
            ),
            *words[-4:],
        )

    def _listen(self, new: tuple[Heard, ...]) -> None:
        """Look for complaint wording that the newest words complete."""
        talk, lexicon = self._conversation, self._conversation.lexicon
        heard = talk.sides["customer"].heard
        count = min(len(heard), len(new) + _LONGEST)
        window = [heard[i] for i in range(len(heard) - count, len(heard))]
        folded = [h.folded for h in window]
        begun = {name for word in folded for name in self._begins(word)}
        for name in (name for name in _SETS if name in begun):
            for span in lexicon[name].spans(folded):
                self._add(name, "customer", window[span.start : span.end])
        for word in new:
            if lexicon.is_content(word.folded):
                self._repeated(word)

    def _begins(self, word: str) -> tuple[str, ...]:
        if word not in self._sets:
            lexicon = self._conversation.lexicon
            self._sets[word] = tuple(name for name in _SETS if lexicon[name].may_start(word))
        return self._sets[word]

    def _repeated(self, word: Heard) -> None:
        """Note three content words in a row; say so when they were said long before."""
        self._content.append(word)
        if len(self._content) < 3:
            return
        a, b, c = self._content
        first = self._trigrams.setdefault((a.folded, b.folded, c.folded), a.word.start)
        if a.word.start - first >= REPEATED_AFTER and c.word.start - a.word.start < 4000:
            self._add("repetition", "customer", [a, b, c])

    def _add(self, name: str, channel: Channel, words: list[Heard]) -> None:
        start, end = words[0].word.start, words[-1].word.end
        if any(hit.name == name and hit.evidence.end > start for hit in self._hits):
            return
        text = " ".join(h.word.text for h in words)
        self._hits.append(
            Hit(name, WordsEvidence(channel=channel, start=start, end=end, text=text))
        )

    def _add_up(self) -> None:
        now = self._conversation.now
        self._hits = [hit for hit in self._hits if now - hit.evidence.end < WINDOW]
        counts = dict.fromkeys(_SETS, 0)
        self.words = 0.0
        for name, evidence in self._hits:
            if name in _POINTS:
                self.words += _POINTS[name] * 0.5 ** (max(0, now - evidence.end) / HALF_LIFE)
            if name in counts:
                counts[name] += 1
        self.words += counts["absolutist"] >= 2
        self.words += self._density(counts["complaint"])
        calm = not counts["strong"] and self._answers_a_question()
        relief = RELIEF if counts["thanks"] >= 2 or calm else 0.0
        self.score = self.words + self._floor_points() - relief

    def _density(self, complaints: int) -> float:
        """Return points for complaint words per 100 words, counted over at least 20 words."""
        if complaints == 0:
            return 0.0
        talk = self._conversation
        words = len(talk.heard_since("customer", talk.now - WINDOW))
        rate = 100 * complaints / max(words, 20)
        return 2.0 if rate >= 8 else 1.0 if rate >= 4 else 0.0

    def _floor_points(self) -> float:
        floor = self._conversation.floor
        held = floor.held("customer")
        if held < 12_000:
            return 0.0
        window = min(WINDOW, held)
        if (
            held >= 20_000
            and floor.spoken("customer", floor.now - window, floor.now) >= 0.8 * window
        ):
            return 2.0
        return 1.0

    def _answers_a_question(self) -> bool:
        """Tell whether the customer's turn answers an open question: that is no venting."""
        talk = self._conversation
        turn = talk.floor.sides["customer"].turn
        if turn is None:
            return False
        if self._answering[0] != turn.start or talk.now - turn.start < 3000:
            asked = any(
                clause.end <= turn.start + 500 and talk.lexicon["open_question"].find(clause.words)
                for clause in talk.clauses_since("agent", turn.start - 4000)
            )
            self._answering = (turn.start, asked)
        return self._answering[1]
