"""`explanation_too_long`: the agent explains for long, or in the words of a contract."""

from collections.abc import Iterator

from assist.core.conversation import Conversation
from assist.core.detector import Scene, cleared, detected
from assist.core.refusing import refuses
from assist.events import CueDetected, Event, Evidence, NumberEvidence

CUE = "explanation_too_long"
LONG = 35_000
"""So many milliseconds on the floor without a question are too long;
`explanation_too_long.floor_ms` in a playbook."""
REASON = 20_000
"""So many when a mistake or a refusal is explained; `explanation_too_long.reason_ms`."""
LEGAL, LEGAL_WORDS = 3, 50
"""So many legal terms in so many words."""
PAUSE = 3000
"""A silence of the agent of so many milliseconds ends the explanation."""
ANSWER = 1000
"""The customer has answered after so many milliseconds of speech."""
SURE = 0.75
"""A refusal is plain from this confidence on."""
BEFORE = 15_000
"""A refusal that was detected so many milliseconds before is what is explained."""


class ExplanationTooLong:
    """Count the agent's time on the floor since the last answer or question."""

    def __init__(self) -> None:
        self._since: int | None = None
        self._after = 0
        """When the last explanation ended."""
        self._limit = LONG
        self._told = False
        """This explanation was reported."""
        self._mandatory = False
        self._on: CueDetected | None = None

    def __call__(self, event: Event, scene: Scene) -> Iterator[Event]:
        """Follow the explanation; report it once, by its length or by its words."""
        talk = scene.conversation
        over = self._over(talk)
        if over:
            if self._on is not None:
                yield cleared(self._on, talk.now, by="customer" if over == "customer" else "agent")
                self._on = None
            self._since, self._told, self._after = None, False, talk.now
        self._begin(talk)
        if self._since is None or self._told or talk.on_hold:
            return
        found = self._length(talk) or self._terms(talk)
        if found is not None:
            self._told = True
            rule, evidence = found
            self._on = detected(
                CUE,
                rule,
                scene=scene,
                channel="agent",
                start=self._since,
                end=talk.now,
                confidence=0.85,
                evidence=evidence,
            )
            yield self._on

    def _begin(self, talk: Conversation) -> None:
        """Note where an explanation begins, and what it explains."""
        book = talk.lexicon.playbook
        if self._since is None:
            if talk.floor.holder != "agent" or not talk.floor.speaking("agent"):
                return
            self._since, self._mandatory = max(talk.floor.since, self._after), False
            self._limit = int(book.threshold(f"{CUE}.floor_ms", LONG))
            before = talk.active.get("refusal_spoken")
            if before is not None and self._since - before.at < BEFORE:
                self._limit = int(book.threshold(f"{CUE}.reason_ms", REASON))
        for clause in talk.closed:
            if clause.channel == "agent" and clause.end > self._since:
                self._mandatory |= talk.lexicon["mandatory"].find(clause.words) is not None
                refused = refuses(clause, talk)
                surely = refused is not None and refused.rule.confidence >= SURE
                if surely or talk.says(clause, "mistake_admitted") is not None:
                    self._limit = int(book.threshold(f"{CUE}.reason_ms", REASON))

    def _over(self, talk: Conversation) -> str:
        """Return who ended the explanation: the customer's answer, the agent's question."""
        if self._since is None:
            return ""
        floor = talk.floor
        if floor.turn_length("customer") >= ANSWER and floor.sides["customer"].turn is not None:
            start = floor.sides["customer"].turn.start
            if start > self._since and not talk.only_listening("customer", start):
                return "customer"
        asked = any(c.channel == "agent" and talk.asks(c) for c in talk.closed)
        return "agent" if asked or floor.silence("agent") >= PAUSE or talk.ended else ""

    def _length(self, talk: Conversation) -> tuple[str, tuple[Evidence, ...]] | None:
        length = talk.now - (self._since or 0)
        if self._mandatory or not talk.floor.speaking("agent") or length < self._limit:
            return None
        return "LENGTH", (NumberEvidence(name="floor_ms", value=length, threshold=self._limit),)

    def _terms(self, talk: Conversation) -> tuple[str, tuple[Evidence, ...]] | None:
        """Count the legal terms among the last words; what must be read out is none."""
        if talk.speaker != "agent" or self._mandatory or self._since is None:
            return None
        words = talk.words_since("agent", max(self._since, talk.now - 60_000))[-LEGAL_WORDS:]
        count, reached = 0, 0
        for span in talk.lexicon["legal_terms"].spans(words):
            if span.start >= reached:
                count, reached = count + 1, span.end
        if count < LEGAL:
            return None
        return "LEGAL", (
            NumberEvidence(name="legal_terms", value=count, threshold=LEGAL),
            NumberEvidence(name="floor_ms", value=talk.now - self._since, threshold=0),
        )
