"""Does a clause refuse, and does it say what is possible? The language of "no" (docs/cues.md).

First everything is hidden that only looks like a refusal: questions, quotes, set phrases, good
news in the negative and reports of a status. Then the rules look at what is left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assist.core.acts import Act, hide
from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.detector import Scene
from assist.core.lexicon import Lexicon
from assist.core.mirroring import mirrors
from assist.core.owing import Debt
from assist.core.phrases import Span
from assist.core.steam import EMPATHY
from assist.events import CueDetected, Event

REQUEST_WITHIN = 30_000
"""How far back a request may lie for a rule that needs one, in milliseconds."""
TURN = 10_000
"""Clauses of the customer that ended so shortly before the last one belong to one request."""
ANSWERED = 4000
"""A "no" answers what was asked so shortly before the end of the customer's turn."""
SURE = 0.6
"""A refusal of one word needs this probability of the recogniser."""
BARE = 3
"""So few words say hardly more than "no"."""
ALONE = 0.7
"""So sure must the tagger be of a refusal that nobody asked for."""
ANSWER = 0.35
"""So sure that the first thing said after a request is one, if it is nothing more likely."""
MAIN = 3
"""Words of a statement that has its reason behind it: what is before "because" counts alone."""


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
    Rule("EXPLICIT", 0.8, on_request=True),
    Rule("IMPLICIT", 0.65, on_request=True),
)
"""In the order in which they are tried."""
LIKELY = (
    ("refusal_explicit", Rule("EXPLICIT_LIKELY", 0.8)),
    ("refusal_implicit", Rule("IMPLICIT_LIKELY", 0.65, on_request=True)),
)
"""Sets whose act the tagger knows: it decides where no phrase and no guard was found."""
JUSTIFIED = Rule("JUSTIFIED", 0.65, on_request=True)
"""The first thing said after a request has a reason: nobody explains a yes."""
EXPLICIT = 0.75
"""Rules of less confidence are implicit refusals: what only says something near to a "no"."""
EXCUSES = ("FAILED", "DONT", "EXPLICIT")
"""Rules that a defence looks like: "I didn't set the prices" refuses nothing."""
_ACTING = (
    "assent",
    "acceptance",
    "acknowledgement",
    "proposal",
    "can_do",
    "remedy",
    "fix",
    "hold",
    "looking",
    "solution_talk",
    "follow_up",
    "steps",
    "summary",
    "clarifying_question",
    "goal_question",
    "apology",
    "mistake_admitted",
    "diagnosis",
    *EMPATHY,
    "defence",
    "blame_shift",
    "customer_wrong",
    "doubt",
)
"""What an answer may do instead of refusing."""
_GUARDS = ("refusal_guard", "refusal_benefit", "refusal_status")
"""Words that these sets cover refuse nothing."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Where in a clause a refusal stands."""

    rule: Rule
    start: int
    end: int


def refuses(clause: Clause, talk: Conversation) -> Refused | None:
    """Return the refusal in the clause, or nothing; what stands before "because" alone first."""
    if talk.lexicon["preamble"].find(clause.words) is not None or _sums_up(clause, talk):
        return None
    main = _main(clause, talk)
    said = _refuses(main, talk) if main is not clause else None
    if said is None:
        said = _refuses(clause, talk)
    return said or _answers(main, talk, justified=main is not clause)


def _sums_up(clause: Clause, talk: Conversation) -> bool:
    """Tell whether the agent only says again what the customer told: "so the roof's gone"."""
    told = mirrors(clause, talk)
    return told is not None and told.name != "check_question"


def _refuses(clause: Clause, talk: Conversation) -> Refused | None:
    """Return what a phrase, or the tagger, holds for a refusal."""
    words = _claimed(clause, talk.lexicon)
    for rule, span in _hits(words, talk.lexicon):
        if span.end - span.start == 1 and clause.spoken[span.start].probability < SURE:
            continue
        if _counts(rule, clause, talk):
            return Refused(rule, span.start, span.end)
    return _likely(clause, talk) if tuple(words) == clause.words else None


def _main(clause: Clause, talk: Conversation) -> Clause:
    """Return the clause without the reason that ends it ("we can't, because …")."""
    why = talk.lexicon["reason_after"].find(clause.words)
    if why is None or why.start < MAIN:
        return clause
    return replace(clause, spoken=clause.spoken[: why.start], memo={})


def _answers(clause: Clause, talk: Conversation, *, justified: bool) -> Refused | None:
    """Return a refusal by its place: the first thing said after a request, and nothing else.

    Args:
        clause: what the agent said, without its reason.
        talk: the conversation.
        justified: a reason was given with it.
    """
    if len(clause.words) <= BARE or not clause.closed or talk.asks(clause):
        return None
    if not requested(clause, talk) or not _first(clause, talk) or talk.says(clause, *_ACTING):
        return None
    if tuple(_claimed(clause, talk.lexicon)) != clause.words:
        return None
    if justified:
        return Refused(JUSTIFIED, 0, len(clause.words))
    tags = talk.tags(clause)
    if tags and tags[0].name == "refusal_implicit" and tags[0].probability >= ANSWER:
        return Refused(LIKELY[1][1], 0, len(clause.words))
    return None


def _first(clause: Clause, talk: Conversation) -> bool:
    """Tell whether the agent has said nothing of weight since the customer's last words.

    What only leads to the answer, or says the customer's words again, has no weight.
    """
    turn = _last_turn(clause.start, talk)
    since, asked = turn[-1].end, {word for c in turn for word in c.words}
    said = [c for c in talk.clauses_since("agent", since) if since <= c.start < clause.start]
    return all(
        len(c.words) < MAIN
        or talk.lexicon["preamble"].find(c.words) is not None
        or asked.issuperset(word for word in c.words if talk.lexicon.is_content(word))
        for c in said
    )


def _counts(rule: Rule, clause: Clause, talk: Conversation) -> bool:
    """Tell whether a rule's words refuse here: was there a request, are they no excuse?"""
    if rule.on_request and not requested(clause, talk, bare=rule.name == "NO_WORD"):
        return False
    guessed = rule.confidence < EXPLICIT
    if guessed and (clause.question or talk.says(clause, "summary", "empathy")):
        return False
    if rule.name in EXCUSES and talk.says(clause, *EMPATHY[:2]):  # "sorry" goes with a no
        return False
    likely = talk.says(clause, "refusal_explicit")
    sounds = likely is not None and likely.likely is not None
    if rule.name == "NO_WORD":
        return (len(clause.words) <= BARE or sounds) and not _good_news(clause, talk)
    excuse = guessed or rule.name in EXCUSES
    return sounds or not (excuse and talk.says(clause, "defence", "blame_shift"))


def _good_news(clause: Clause, talk: Conversation) -> bool:
    """Tell whether a "no" spares the customer something: "no, you need not pay"."""
    good = ("refusal_benefit", "refusal_status")
    return talk.lexicon.find(clause.words, *good) is not None


def _likely(clause: Clause, talk: Conversation) -> Refused | None:
    """Return what the tagger holds for a refusal; without a request it must be surer."""
    if talk.says(clause, "summary", *EMPATHY) is not None:
        return None
    doubted = len(clause.spoken) == 1 and clause.spoken[0].probability < SURE
    negates = not talk.lexicon.negations.isdisjoint(clause.words)
    asked = requested(clause, talk, bare=len(clause.words) <= BARE)
    for name, rule in LIKELY:
        act = talk.says(clause, name)
        if act is None or act.likely is None or doubted or talk.asks(clause):
            continue
        if not (negates or rule.confidence < EXPLICIT):
            continue
        if rule.confidence < EXPLICIT and talk.says(clause, *_ACTING) is not None:
            continue
        if asked or (act.likely >= ALONE and not rule.on_request and len(clause.words) > BARE):
            return Refused(rule, act.start, act.end)
    return None


def offers(clause: Clause, talk: Conversation) -> Span | None:
    """Return where the clause says what is possible; to ask for the wish is no offer."""
    if talk.says(clause, "goal_question", "check_question") is not None:
        return None
    lexicon = talk.lexicon
    words = hide(clause.words, lexicon["can_do_guard"].spans(clause.words))
    words = hide(words, (span for _, span in _hits(words, lexicon)))
    said = lexicon["can_do"].find(words)
    if said is None and tuple(words) == clause.words:
        act: Act | None = talk.says(clause, "can_do")
        return None if act is None else Span(act.start, act.end, act.rule)
    return said


def demands(clause: Clause, talk: Conversation) -> bool:
    """Tell whether the customer insists: demands, rejects an option, wants it "just done"."""
    said = talk.says(clause, "demand", "just_do_it", "rejection")
    return clause.channel == "customer" and said is not None and not talk.asks(clause)


def opened(event: Event, scene: Scene) -> Iterator[Debt]:
    """Yield what a refusal that stands makes due: a reason, an option."""
    if isinstance(event, CueDetected) and event.cue == "refusal_spoken":
        yield Debt(
            event.start,
            event.end,
            event.evidence,
            cue_id=event.id,
            rule=".".join(["MISSING", *event.rule.split(".")[2:]]),
            confidence=min(event.confidence, 0.8),
        )


def with_reason(rule: str, start: int, talk: Conversation) -> str:
    """Add the reason of a refusal to its rule's name, where the playbook knows one.

    Args:
        rule: name of the rule.
        start: when the refusal began, in milliseconds.
        talk: the conversation.
    """
    phrases, said = talk.lexicon.say_instead, talk.clauses_since("agent", start)
    for name, instead in talk.lexicon.playbook.say_instead.items():
        if any(phrases[name].find(clause.words) for clause in said) or rule in instead.rules:
            return f"{rule}.{name.upper()}"
    return rule


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
    wishes = [c for c in turn if talk.says(c, "request", "demand", "just_do_it")]
    if not wishes and _wish_asked(turn[0].start, talk):
        wishes = turn[:1]
    facts = [c for c in turn if c not in wishes and talk.asks(c)]
    if not bare:
        return bool(wishes)
    return bool(wishes) and not facts and wishes[-1].end > turn[-1].end - ANSWERED


def _wish_asked(before: int, talk: Conversation) -> bool:
    """Tell whether the agent has just asked for the goal: the answer is a wish, however it is put.

    Args:
        before: when the answer began, in milliseconds.
        talk: the conversation.
    """
    asked = [c for c in talk.clauses_since("agent", before - ANSWERED) if c.end <= before]
    return bool(asked) and talk.says(asked[-1], "goal_question") is not None


def _last_turn(before: int, talk: Conversation) -> list[Clause]:
    """Return the customer's clauses that were said last before a moment, listening left out."""
    said = talk.clauses_since("customer", before - REQUEST_WITHIN)
    unfinished = talk.sides["customer"].open_clause
    if unfinished is not None:
        said.append(unfinished)
    covers = talk.lexicon["backchannel"].covers
    said = [c for c in said if c.start < before and not covers(c.words)]
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
    claimed = hide(words, lexicon.read_out.spans(words))
    for name in _GUARDS:
        claimed = hide(claimed, lexicon[name].spans(words))
    quote = lexicon["quote"].find(words)
    if quote is not None:
        claimed[quote.start :] = [""] * (len(words) - quote.start)
    return hide(claimed, _questions(clause, lexicon))


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
