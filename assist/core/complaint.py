"""The venting score: complaint wording and floor-holding of the customer, each with its evidence.

Features, points and the half-life are the start values of docs/cues.md.
Words and turn timing only: loudness and pitch are never read.
"""

from collections import Counter, deque
from collections.abc import Sequence
from typing import NamedTuple

from assist.core.conversation import Conversation
from assist.core.spoken import Heard
from assist.events import Event, Evidence, NumberEvidence, Tick, WordsEvidence

FRESH = 6000
"""A hit of words counts in full for so many milliseconds: one complaint takes a breath or two."""
HALF_LIFE = 10_000
"""After that its points halve in so many milliseconds."""
WINDOW = 30_000
"""The stretch over which hits are counted."""
RELIEF = 2.0
"""Points off for two thanks, or for an answer without strong words to an open question."""
REPEATED_AFTER = 20_000
"""Three content words said again so much later are a literal repetition."""
SAME_TURN, SAME_WORDS = 0.6, 5
"""A turn of at least so many content words, of which so large a share was said in a turn that
ended `REPEATED_AFTER` earlier, repeats it."""
BURST = (500, 2500)
"""Shortest and longest wordless sound, in milliseconds, that may be laughter."""
BURST_READ = 1500
"""Words of a sound would be known so many milliseconds after it."""
_SETS = ("strong", "recurrence", "blame", "absolutist", "complaint", "thanks")
_POINTS = {"strong": 2.0, "recurrence": 1.0, "blame": 1.0, "repetition": 1.0, "retold": 1.0}
"""Hits that count one by one and fade with the half-life."""
_LONGEST = 9
"""Words of the longest phrase in these sets: so far back new words may complete one."""
_TOGETHER = 4000
"""Three content words in a row lie within so many milliseconds."""


class Hit(NamedTuple):
    """One piece of wording."""

    name: str
    evidence: WordsEvidence
    words: tuple[Heard, ...]


class Complaint:
    """The score, updated with the customer's words and with every tick."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._hits: list[Hit] = []
        """Kept for two windows: a correction counts the past anew."""
        self._counted: list[Hit] = []
        """Those of the present window."""
        self._sets: dict[str, tuple[str, ...]] = {}
        """Which sets hold a phrase that may begin with a word; filled as words come."""
        self._trigrams: dict[tuple[str, str, str], int] = {}
        self._content: deque[Heard] = deque(maxlen=3)
        self._turns: dict[int, dict[str, Heard]] = {}
        """Content words of the customer's turns, by the turns' starts."""
        self._answering: tuple[int, bool] = (-1, False)
        self.words = 0.0
        """Points from words."""
        self.score = 0.0

    def apply(self, event: Event) -> None:
        """Take the newest state of the conversation."""
        talk = self._conversation
        if talk.revised == "agent":
            self._answering = (-1, False)
        if talk.revised == "customer":
            self._listen_again()
        elif talk.speaker == "customer" and talk.new_words:
            self._listen(talk.new_words)
        elif not isinstance(event, Tick):
            return
        self._add_up()

    def evidence(self) -> tuple[Evidence, ...]:
        """Return the score, the floor time and the last words that count at present."""
        words = [hit.evidence for hit in self._counted if hit.name != "thanks"]
        return (
            NumberEvidence(name="score", value=round(self.score, 1), threshold=4),
            NumberEvidence(
                name="floor_ms", value=self._conversation.floor.held("customer"), threshold=8000
            ),
            *words[-4:],
        )

    def newest(self) -> int:
        """Return when the last words ended that count at present."""
        ends = (hit.evidence.end for hit in self._counted if hit.name != "thanks")
        return max(ends, default=0)

    def words_at(self, moment: int) -> float:
        """Return the points from words at a moment of the last 30 s, as they are known now."""
        return self._points([hit for hit in self._hits if hit.evidence.end <= moment], moment)

    def _listen_again(self) -> None:
        """Let go of what rests on words that fell; look anew where others stand now."""
        talk = self._conversation
        late = talk.correction.words if talk.correction is not None else ()
        changed = (*talk.fallen, *late)
        first = min(heard.word.start for heard in changed) - _TOGETHER
        last = max(heard.word.start for heard in changed)
        self._trigrams = {
            words: start for words, start in self._trigrams.items() if start < first or start > last
        }
        fallen = set(talk.fallen)
        self._hits = [hit for hit in self._hits if self._rests(hit, fallen)]
        for words in self._turns.values():
            for gone in [name for name, heard in words.items() if heard in fallen]:
                del words[gone]
        self._content.clear()
        self._listen(talk.heard_since("customer", first))
        self._hits.sort(key=lambda hit: hit.evidence.end)

    def _rests(self, hit: Hit, fallen: set[Heard]) -> bool:
        """Tell whether all that a hit rests on is still said."""
        if hit.name == "repetition" and tuple(h.folded for h in hit.words) not in self._trigrams:
            return False
        return fallen.isdisjoint(hit.words)

    def _listen(self, new: Sequence[Heard]) -> None:
        """Look for complaint wording that the newest words complete."""
        talk, lexicon = self._conversation, self._conversation.lexicon
        heard = talk.sides["customer"].heard
        count = min(len(heard), len(new) + _LONGEST)
        window = [heard[i] for i in range(len(heard) - count, len(heard))]
        folded = [h.folded for h in window]
        begun = {name for word in folded for name in self._begins(word)}
        for name in (name for name in _SETS if name in begun):
            for span in lexicon[name].spans(folded):
                self._add(name, window[span.start : span.end])
        for word in new:
            if lexicon.is_content(word.folded):
                self._repeated(word)
                self._told_before(word)

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
        if a.word.start - first >= REPEATED_AFTER and c.word.start - a.word.start < _TOGETHER:
            self._add("repetition", [a, b, c])

    def _told_before(self, word: Heard) -> None:
        """Say so when most of a turn was said in a turn long before."""
        starts = [t.start for t in self._conversation.floor.turns["customer"]]
        start = next((s for s in reversed(starts) if s - 150 <= word.word.start), None)
        if start is None:
            return
        self._turns = {s: words for s, words in self._turns.items() if s in starts}
        now = self._turns.setdefault(start, {})
        now[word.folded] = word
        if len(now) < SAME_WORDS:
            return
        for words in [w for s, w in self._turns.items() if s < start]:
            ended = max((heard.word.end for heard in words.values()), default=start)
            same = [heard for folded, heard in now.items() if folded in words]
            if start - ended >= REPEATED_AFTER and len(same) >= SAME_TURN * len(now):
                self._add("retold", sorted(same, key=lambda heard: heard.word.start)[-3:])
                return

    def _add(self, name: str, words: list[Heard]) -> None:
        start, end = words[0].word.start, words[-1].word.end
        for hit in self._hits:
            if hit.name == name and hit.evidence.end > start and hit.evidence.start < end:
                return
        text = " ".join(h.word.text for h in words)
        evidence = WordsEvidence(channel="customer", start=start, end=end, text=text)
        self._hits.append(Hit(name, evidence, tuple(words)))

    def _add_up(self) -> None:
        now = self._conversation.now
        self._hits = [hit for hit in self._hits if now - hit.evidence.end < 2 * WINDOW]
        self._counted = _within(self._hits, now)
        self.words = self._points(self._counted, now)
        names = Counter(hit.name for hit in self._counted)
        calm = not names["strong"] and self._answers_a_question()
        relief = RELIEF if names["thanks"] >= 2 or calm or self._laughed() else 0.0
        self.score = self.words + self._floor_points() - relief

    def _points(self, hits: list[Hit], now: int) -> float:
        """Return the points for wording in the window that ends now."""
        counted = _within(hits, now)
        names = Counter(hit.name for hit in counted)
        points: float = sum(
            _POINTS[name] * 0.5 ** (max(0, now - evidence.end - FRESH) / HALF_LIFE)
            for name, evidence, _ in counted
            if name in _POINTS
        )
        return points + (names["absolutist"] >= 2) + self._density(names["complaint"], now)

    def _density(self, complaints: int, now: int) -> float:
        """Return points for complaint words per 100 words, counted over at least 20 words."""
        if complaints == 0:
            return 0.0
        heard = self._conversation.heard_since("customer", now - WINDOW)
        words = sum(each.word.end <= now for each in heard)
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

    def _laughed(self) -> bool:
        """Tell whether both made a sound without words at once, of late: shared laughter."""
        talk, floor = self._conversation, self._conversation.floor
        if not talk.has_words:
            return False
        for mine in floor.sides["agent"].stretches:
            end = mine.until(floor.now)
            recent = floor.now - WINDOW <= mine.start and end <= floor.now - BURST_READ
            if not recent or not BURST[0] <= end - mine.start < BURST[1]:
                continue
            if floor.spoken("customer", mine.start, end) < BURST[0]:
                continue
            said = (
                *talk.heard_since("agent", mine.start),
                *talk.heard_since("customer", mine.start),
            )
            if not any(heard.word.start < end for heard in said):
                return True
        return False

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


def _within(hits: list[Hit], now: int) -> list[Hit]:
    """Return the hits of the window that ends now."""
    return [hit for hit in hits if now - hit.evidence.end < WINDOW]
