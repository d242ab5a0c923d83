"""`off_track`: the customer's talk left the issue. Armed by words, shown at a breath."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.detector import Scene, cleared, detected
from assist.core.phrases import fold
from assist.core.spoken import Heard
from assist.core.vocabulary import Vocabulary
from assist.events import CueDetected, Event, Evidence, NumberEvidence, StageChanged, WordsEvidence

CUE = "off_track"
RELEVANCE = 0.12
"""Below this share of issue words a window is off the issue (at 0.08 one chance hit among seven
words would hide a tangent)."""
WINDOW, WINDOW_WORDS = 12_000, 40
"""A window: the last so many milliseconds, at most so many content words (a list of things has
three a second)."""
REACH, WORDS = 7200, 7
"""A window counts once its content words span so many milliseconds and are so many: free talk has
about seven in ten seconds."""
AGAIN = 1000
"""Windows must stay off the issue for so long, in milliseconds: two windows running."""
LONG, BREATH, TAKEN = 10_800, 500, 100
"""It is told once the window spans the first, in milliseconds, or at a pause as long as the second:
sooner nobody could bridge."""
MARKED = 2
"""A tangent marker ("that reminds me") divides reach, words and wait by so much, and as much more
may be of the issue: what follows is a tale, in whatever words."""
ANSWER, ANSWER_WORDS = 8000, 10
"""What follows a question of the agent so soon, in milliseconds, and so many content words of it,
is an answer: on the issue, and new words of it."""
STAGES = ("problem_solving", "agreement")
"""Where a tangent counts. A proposal may just have moved the talk on to agreement; long free talk
after it takes it back."""
LEARN_FOR = 60_000
"""Before problem_solving, the words of the first so many milliseconds make the issue."""
KNOWN = 3
"""With fewer words of the issue nobody can say what is off it."""
WANTS = ("request", "demand", "just_do_it", "threat")
"""Who asks for something is on the issue, whatever words it takes."""
SCORE = 3.0
"""At this venting score or above the customer lets off steam, and nobody bridges."""
BACK, BACK_WORDS = 2.5, 8
"""So much weight of issue words among so many last words: the talk is back."""
LASTS = 60_000
"""The cue ends by itself after so many milliseconds."""


class Said(NamedTuple):
    """A content word of the customer, and how much it belongs to the issue."""

    heard: Heard
    weight: float


class OffTrack:
    """Learn the issue's words, then watch how many of them the customer still uses."""

    def __init__(self) -> None:
        self._issue: Vocabulary | None = None
        self._said: deque[Said] = deque(maxlen=WINDOW_WORDS)
        """The customer's content words since the last question of the agent."""
        self._ticket: tuple[str, ...] = ()
        self._asked = False
        """The agent asked something since the cue was detected."""
        self._asked_at = -ANSWER
        self._answered = 0
        self._marker_at: int | None = None
        self._low_since: int | None = None
        self._on: CueDetected | None = None
        self._armed: list[Said] = []
        """The window that the cue rests on."""

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Take new words and questions, then decide."""
        talk = scene.conversation
        idle = talk.speaker is None and talk.revised is None
        waits = self._on is not None or self._low_since is not None
        if idle and not isinstance(event, StageChanged) and not waits:
            return
        issue = self._vocabulary(talk)
        if talk.revised is not None:
            yield from self._revise(issue, talk)
        for clause in talk.closed:
            self._hear(clause, issue, talk)
        heard = talk.speaker == "customer" and bool(talk.new_words)
        if heard:
            self._mark(talk.sides["customer"].open_clause, talk)
            self._listen(issue, talk)
        if self._on is not None:
            yield from self._watch(self._on, talk)
        elif (heard or self._low_since is not None) and self._off(issue, scene):
            yield self._arm(issue, scene)

    def _vocabulary(self, talk: Conversation) -> Vocabulary:
        """Return the issue's words; those of the ticket are known from the start."""
        if self._issue is None:
            book = talk.lexicon.playbook
            self._issue = Vocabulary(talk.lexicon.topic_words, book.meaning)
            for word in book.domain_words:
                self._issue.learn(fold(word))
        if self._ticket != talk.issue:
            self._ticket = talk.issue
            for word in talk.issue:
                self._issue.learn(fold(word))
        return self._issue

    def _hear(self, clause: Clause, issue: Vocabulary, talk: Conversation) -> None:
        """Learn from the agent, and note questions and markers."""
        if clause.channel == "customer":
            self._mark(clause, talk)
            return
        if clause.question or talk.lexicon["open_question"].find(clause.words) is not None:
            self._asked, self._asked_at, self._answered = True, clause.end, 0
            self._forget()
        _learn(clause, issue, talk)

    def _mark(self, clause: Clause | None, talk: Conversation) -> None:
        """Note where a marker was said; many a tale is one long clause: it counts at once."""
        if clause is not None and self._marker_at is None:
            said = talk.lexicon["tangent"].find(clause.words)
            if said is not None and clause.spoken[said.start].start > self._asked_at:
                self._marker_at = clause.spoken[said.start].start

    def _listen(self, issue: Vocabulary, talk: Conversation) -> None:
        """Weigh the customer's new content words; the issue statement and answers are learned."""
        stating = talk.stage not in STAGES and talk.now < LEARN_FOR
        for heard in talk.new_words:
            if not talk.lexicon.is_content(heard.folded):
                continue
            answer = heard.word.start - self._asked_at < ANSWER and self._answered < ANSWER_WORDS
            if stating or (answer and self._marker_at is None):
                issue.learn(heard.folded, _quote([heard]), inside=True)
            self._answered += 1
            self._said.append(_said(heard, issue))

    def _revise(self, issue: Vocabulary, talk: Conversation) -> Iterator[Event]:
        """Learn and weigh anew what this event says otherwise."""
        late = talk.correction.clauses if talk.correction is not None else ()
        if talk.revised == "agent":
            for clause in talk.dropped:
                for i, folded in enumerate(clause.words):
                    issue.forget(folded, clause.evidence(i, i + 1))
            for clause in late:
                _learn(clause, issue, talk)
            return
        at = self._marker_at
        if at is not None and any(c.start <= at < c.end for c in talk.dropped):
            self._marker_at = None
        for clause in late:
            recent = talk.now - clause.start < WINDOW
            if recent and talk.lexicon["tangent"].find(clause.words) is not None:
                self._marker_at = clause.start
        new = self._weigh_again(issue, talk)
        self._said = deque(_rewritten(self._said, talk.fallen, new), maxlen=WINDOW_WORDS)
        self._armed = _rewritten(self._armed, talk.fallen, new)
        if self._on is not None and not self._founded(self._on):
            yield cleared(self._on, talk.now, talk.taken_back_as)
            self._on = self._low_since = None

    def _weigh_again(self, issue: Vocabulary, talk: Conversation) -> list[Said]:
        """Return the content words of a correction; they are learned where those before were."""
        learned = [issue.forget(heard.folded, _quote([heard])) for heard in talk.fallen]
        late = talk.correction.words if talk.correction is not None else ()
        words = [heard for heard in late if talk.lexicon.is_content(heard.folded)]
        if any(learned):
            for heard in words:
                issue.learn(heard.folded, _quote([heard]), inside=True)
        return [_said(heard, issue) for heard in words]

    def _founded(self, cue: CueDetected) -> bool:
        """Tell whether the window that armed the cue is off the issue still."""
        marked = cue.rule.endswith("MARKED") and self._marker_at is not None
        window, share = self._armed, MARKED if marked else 1
        return _is_full(window, share) and _relevance(window) < RELEVANCE * share

    def _window(self) -> list[Said]:
        """Return the content words of the present window, oldest first."""
        if not self._said:
            return []
        first = self._said[-1].heard.word.end - WINDOW
        if self._marker_at is not None:
            first = max(first, self._marker_at)
        return [said for said in self._said if said.heard.word.start >= first]

    def _off(self, issue: Vocabulary, scene: Scene) -> bool:
        """Tell whether two windows running are off the issue."""
        talk = scene.conversation
        if talk.stage not in STAGES or talk.on_hold or len(issue) < KNOWN:
            return False
        window = self._window()
        share = MARKED if self._marker_at is not None else 1
        if not _is_full(window, share) or scene.complaint.score >= SCORE:
            return False
        now = window[-1].heard.word.end
        if _relevance(window) >= RELEVANCE * share:
            self._low_since = None
            return False
        if self._low_since is None:
            self._low_since = now
        if now - self._low_since < AGAIN / share:
            return False
        if _wants(window[0].heard.word.start, talk):
            return False
        breath = BREATH if not talk.floor.speaking("agent") else TAKEN
        quiet = talk.floor.silence("customer")
        tale = window if self._marker_at is not None else _drift(window)
        return _span(tale) >= LONG or quiet >= breath

    def _arm(self, issue: Vocabulary, scene: Scene) -> CueDetected:
        talk, window = scene.conversation, self._window()
        self._armed = window
        limit = RELEVANCE * (MARKED if self._marker_at is not None else 1)
        off = [said.heard for said in window if not said.weight]
        topic = issue.topic()
        self._asked = False
        evidence: tuple[Evidence, ...] = (
            NumberEvidence(name="relevance", value=round(_relevance(window), 2), threshold=limit),
            NumberEvidence(name="off_words", value=len(off), threshold=WORDS),
            *([topic] if topic is not None else []),
            _quote(off[-4:]),
        )
        self._on = detected(
            CUE,
            "MARKED" if self._marker_at is not None else "RELEVANCE",
            scene=scene,
            channel="customer",
            start=window[0].heard.word.start,
            end=talk.now,
            confidence=0.8,
            evidence=evidence,
        )
        return self._on

    def _watch(self, cue: CueDetected, talk: Conversation) -> Iterator[Event]:
        """Clear the cue when the agent bridged, the customer is back, or it is old."""
        last = [said.weight for said in self._said][-BACK_WORDS:]
        if self._asked or sum(last) >= BACK or talk.stage not in STAGES or talk.on_hold:
            yield cleared(cue, talk.now, by="agent" if self._asked else None)
        elif talk.now - cue.at >= LASTS:
            yield cleared(cue, talk.now, "timed_out")
        else:
            return
        self._on = None
        self._forget()

    def _forget(self) -> None:
        """Begin a new window: the talk has a new start."""
        self._said.clear()
        self._marker_at = self._low_since = None


def _wants(since: int, talk: Conversation) -> bool:
    """Tell whether the customer has asked for something since a moment, or is about to."""
    said = talk.clauses_since("customer", since)
    unfinished = talk.sides["customer"].open_clause
    if unfinished is not None:
        said.append(unfinished)
    return any(talk.says(clause, *WANTS) is not None for clause in said)


def _learn(clause: Clause, issue: Vocabulary, talk: Conversation) -> None:
    """What the agent says belongs to the issue."""
    for i, folded in enumerate(clause.words):
        if talk.lexicon.is_content(folded):
            issue.learn(folded, clause.evidence(i, i + 1), inside=i > 0)


def _rewritten(said: Iterable[Said], fallen: Sequence[Heard], new: list[Said]) -> list[Said]:
    """Return the words without those that fell, and with the new ones of the same stretch."""
    old = list(said)
    if not old:
        return []
    first, last = old[0].heard.word.start, old[-1].heard.word.end
    kept = [each for each in old if each.heard not in fallen]
    put = [each for each in new if each.heard.word.end > first and each.heard.word.start < last]
    return sorted([*kept, *put], key=lambda each: each.heard.word.start)


def _is_full(window: list[Said], share: int) -> bool:
    """Tell whether a window holds enough words over enough time to be judged."""
    if len(window) < WORDS / share:
        return False
    return _span(window) >= REACH / share


def _drift(window: list[Said]) -> list[Said]:
    """Return the window without its beginning, where that was on the issue still."""
    early = window[: len(window) // 2]
    return window[max((i + 1 for i, said in enumerate(early) if said.weight), default=0) :]


def _span(window: list[Said]) -> int:
    """Return from the beginning of the first to the end of the last word, in milliseconds."""
    return window[-1].heard.word.end - window[0].heard.word.start


def _said(heard: Heard, issue: Vocabulary) -> Said:
    """Weigh a word; one that the recogniser is unsure of says as little about the issue."""
    return Said(heard, issue.weight(heard.folded) * heard.word.probability)


def _relevance(window: list[Said]) -> float:
    return sum(said.weight for said in window) / len(window)


def _quote(heard: list[Heard]) -> WordsEvidence:
    return WordsEvidence(
        channel="customer",
        start=heard[0].word.start,
        end=heard[-1].word.end,
        text=" … ".join(h.word.text.strip(",.!?;:") for h in heard),
    )
