"""Does a clause refuse, and does it say what is possible? The language of "no" (docs/cues.md).

First everything is hidden that only looks like a refusal: questions, quotes, set phrases, good
news in the negative and reports of a status. Then the rules look at what is left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
ALONE = 0.85
"""So sure must the tagger be of a refusal that nobody asked for."""
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
LIKELY = (Rule("EXPLICIT_LIKELY", 0.8), Rule("IMPLICIT_LIKELY", 0.65))
"""What the tagger holds for a refusal where no phrase and no guard was found."""
KINDS, DOUBT = ("refusal_explicit", "refusal_implicit", "refusal"), 0.1
"""A phrase is not believed where the tagger holds each kind of refusal for less likely."""
HARMLESS = ("harmless_no", "can_do", "offer")
"""None of these may be likelier where the tagger alone finds a refusal."""
SURE_OF = ("UNABLE", "FAILED")
"""Rules whose words say no by themselves: the tagger, which has met few systems that fail ("I was
unable to book it"), does not overrule them."""
OFFERS = ("can_do", "proposal", "solution", "check_question")
"""So an option may be put; a phrase is not believed where the tagger doubts all of them."""
WISHES = 0.5
"""So likely a request, however politely it is put, wants something to be answered with."""
EXPLICIT = 0.75
"""Rules of less confidence are implicit refusals: what only says something near to a "no"."""
EXCUSES = ("FAILED", "DONT", "EXPLICIT")
"""Rules that a defence looks like: "I didn't set the prices" refuses nothing."""
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
    found = None
    if talk.lexicon["preamble"].find(clause.words) is None and not _sums_up(clause, talk):
        main = _main(clause, talk)
        found = (_refuses(main, talk) if main is not clause else None) or _refuses(clause, talk)
    if found is None:
        return _likely(clause, talk)
    doubted = found.rule.name not in SURE_OF and _unlikely(clause, talk, KINDS)
    return None if doubted else found


def _unlikely(clause: Clause, talk: Conversation, acts: Sequence[str]) -> bool:
    """Tell whether the tagger does not believe a phrase: it holds all these acts for unlikely."""
    likely = talk.probability(clause, *acts)
    return likely is not None and likely < DOUBT


def _sums_up(clause: Clause, talk: Conversation) -> bool:
    """Tell whether the agent only says again what the customer told: "so the roof's gone"."""
    told = mirrors(clause, talk)
    return told is not None and told.name != "check_question"


def _refuses(clause: Clause, talk: Conversation) -> Refused | None:
    """Return what a phrase holds for a refusal."""
    words = _claimed(clause, talk.lexicon)
    for rule, span in _hits(words, talk.lexicon):
        if span.end - span.start == 1 and clause.spoken[span.start].probability < SURE:
            continue
        if _counts(rule, clause, talk):
            return Refused(rule, span.start, span.end)
    return None


def _main(clause: Clause, talk: Conversation) -> Clause:
    """Return the clause without the reason that ends it ("we can't, because …")."""
    why = talk.lexicon["reason_after"].find(clause.words)
    if why is None or why.start < MAIN:
        return clause
    return clause.before(why.start)


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
    """Return what the tagger holds for a refusal, and for nothing harmless rather."""
    if talk.asks(clause) or tuple(_claimed(clause, talk.lexicon)) != clause.words:
        return None
    if len(clause.spoken) == 1 and clause.spoken[0].probability < SURE:
        return None
    act = next((act for name in KINDS if (act := talk.likely(clause, name))), None)
    sure = talk.probability(clause, *KINDS) or 0.0
    if act is None or sure < (talk.probability(clause, *HARMLESS) or 0.0):
        return None
    if sure < ALONE and not requested(clause, talk):
        return None
    explicit, implicit = (talk.probability(clause, name) or 0.0 for name in KINDS[:2])
    return Refused(LIKELY[implicit > explicit], act.start, act.end)


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
        said = None if act is None else Span(act.start, act.end, act.rule)
    return None if said is None or _unlikely(clause, talk, OFFERS) else said


def demands(clause: Clause, talk: Conversation) -> bool:
    """Tell whether the customer insists: demands, rejects an option, wants it "just done"."""
    if clause.channel != "customer":
        return False
    if (talk.probability(clause, "request", "demand") or 0.0) >= WISHES:
        return True
    said = talk.says(clause, "demand", "just_do_it", "rejection")
    return said is not None and not talk.asks(clause)


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
