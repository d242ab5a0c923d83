"""Does a clause refuse, and does it say what is possible? The language of "no" (docs/cues.md).

First everything is hidden that only looks like a refusal: questions, quotes, set phrases, good
news in the negative and reports of a status. Then the rules look at what is left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.lexicon import Lexicon
from assist.core.phrases import Span

REQUEST_WITHIN = 20_000
"""How far back a request may lie for a rule that needs one, in milliseconds."""
TURN = 8000
"""Clauses of the customer that ended so shortly before the last one belong to one request."""
SURE = 0.6
"""A refusal of one word needs this probability of the recogniser."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to refuse; its phrases are the playbook's set `refusal_<name>` in lower case."""

    name: str
    confidence: float
    """Start value until it is measured: its precision."""
    on_request: bool = False
    """It counts only when the customer has just asked for something."""


RULES: tuple[Rule, ...] = (
    Rule("POLICY", 0.85),
    Rule("NOT_ENTITLED", 0.85),
    Rule("UNABLE", 0.85),
    Rule("NOT_POSSIBLE", 0.85),
    Rule("LEIDER", 0.85),
    Rule("CANT", 0.85),
    Rule("FAILED", 0.8),
    Rule("NO_WORD", 0.8, on_request=True),
    Rule("YOU_CANT", 0.8, on_request=True),
    Rule("DONT", 0.8, on_request=True),
    Rule("IMPLICIT", 0.65, on_request=True),
)
"""In the order in which they are tried."""
_GUARDS = ("refusal_guard", "refusal_benefit", "refusal_status")
"""Words that these sets cover refuse nothing."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Where in a clause a refusal stands."""

    rule: Rule
    start: int
    end: int


def refuses(clause: Clause, talk: Conversation) -> Refused | None:
    """Return the refusal in the clause, or nothing."""
    words = _claimed(clause, talk.lexicon)
    asked: bool | None = None
    for rule, span in _hits(words, talk.lexicon):
        if span.end - span.start == 1 and clause.spoken[span.start].probability < SURE:
            continue
        if rule.on_request:
            asked = requested(clause, talk, bare=rule.name == "NO_WORD") if asked is None else asked
            if not asked:
                continue
        return Refused(rule, span.start, span.end)
    return None


def offers(clause: Clause, talk: Conversation) -> Span | None:
    """Return where the clause says what is possible, or nothing."""
    lexicon = talk.lexicon
    words = _hide(clause.words, lexicon["can_do_guard"].spans(clause.words))
    words = _hide(words, (span for _, span in _hits(words, lexicon)))
    return lexicon["can_do"].find(words)


def requested(clause: Clause, talk: Conversation, *, bare: bool = False) -> bool:
    """Tell whether the customer's last words before the clause asked for something.

    Args:
        clause: what the agent said.
        talk: the conversation.
        bare: the answer is nothing but "no": then a question of fact may be what it answers.
    """
    lexicon = talk.lexicon
    turn = _last_turn(clause.start, talk)
    if not turn or lexicon["tag_question"].find(turn[-1].words):
        return False
    if len(turn[-1].words) <= 3 and any(
        lexicon["anything_else"].find(c.words)
        for c in talk.clauses_since("agent", clause.start - REQUEST_WITHIN)
        if c.end <= clause.start
    ):
        return False
    wishes = [c for c in turn if lexicon["request"].find(c.words)]
    facts = bare and any(c.question and c not in wishes for c in turn)
    return bool(wishes) and not facts


def _last_turn(before: int, talk: Conversation) -> list[Clause]:
    """Return the customer's clauses that make up what was said last before a moment."""
    said = talk.clauses_since("customer", before - REQUEST_WITHIN)
    unfinished = talk.sides["customer"].open_clause
    if unfinished is not None:
        said.append(unfinished)
    said = [c for c in said if c.start < before]
    return [c for c in said if c.end > said[-1].end - TURN]


def _hits(words: Sequence[str], lexicon: Lexicon) -> Iterator[tuple[Rule, Span]]:
    for rule in RULES:
        for span in lexicon[f"refusal_{rule.name.lower()}"].spans(words):
            yield rule, span


def _claimed(clause: Clause, lexicon: Lexicon) -> list[str]:
    """Return the words with everything blank that claims no refusal."""
    words = clause.words
    if lexicon["mandatory"].find(words) is not None:
        return []
    claimed = list(words)
    for name in _GUARDS:
        claimed = _hide(claimed, lexicon[name].spans(words))
    quote = lexicon["quote"].find(words)
    if quote is not None:
        claimed[quote.start :] = [""] * (len(words) - quote.start)
    return _hide(claimed, _questions(clause, lexicon))


def _questions(clause: Clause, lexicon: Lexicon) -> Iterator[Span]:
    """Yield the parts between commas that ask; of a question only what begins with "I" states."""
    words, begin = clause.words, 0
    for i, word in enumerate(clause.spoken):
        last = i + 1 == len(words)
        if not last and not word.text.endswith(","):
            continue
        part = words[begin : i + 1]
        asks = clause.question and last and not lexicon["own_statement"].starts(part)
        if asks or lexicon["question"].starts(part):
            yield Span(begin, i + 1, "")
        begin = i + 1


def _hide(words: Sequence[str], spans: Iterator[Span]) -> list[str]:
    """Return the words with the spans blank."""
    left = list(words)
    for span in spans:
        left[span.start : span.end] = [""] * (span.end - span.start)
    return left
