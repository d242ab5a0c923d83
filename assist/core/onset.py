"""Judge an onset of the agent over the customer's speech: interruption, or nothing of the kind.

Placement and words decide, never loudness. Rules (a) to (d) and their start values stand in
docs/cues.md; all times are milliseconds.
"""

from dataclasses import dataclass
from typing import Literal

from assist.core.conversation import Conversation
from assist.core.phrases import fold
from assist.core.spoken import Heard
from assist.events import Word

FLOOR, FLOOR_WINDOW = 1000, 2200
"""The customer alone must have spoken so much of so many milliseconds before the onset."""
TOGETHER = 250
"""Both began within so many milliseconds, after a gap that ends turns: nobody held the floor
(nobody answers another in less than 200)."""
BREATH, RESUMES = 350, 500
"""A pause shorter than the first lies within the turn if the customer goes on so soon."""
TERMINAL, TERMINAL_FINISHED = 300, 600
"""A customer who stops so soon after the onset, in milliseconds, had come to an end; the
second holds when the last word closes a sentence."""
TERMINAL_READ = 2500
"""So long, in milliseconds, the words may yet show that the sentence was cut short."""
GAVE_WAY = 300
"""Silence, in milliseconds, after which the customer has given way (rule b)."""
OVERLAP_WORDS, WORDS = 800, 2
"""Rule (a): so much overlap, in milliseconds, and so many words that are no listening."""
KEEPS_ON, KEEPS_ON_UNSURE = 1000, 1200
"""Rule (b): the agent goes on for so long, in milliseconds; the second while a recogniser listens
and has not yet told of two words (1000 takes half as many backchannels
again for turns, on the calls of development)."""
OVERLAP_ALONE, OVERLAP_UNSURE = 1400, 2000
"""Rule (c): so much overlap, in milliseconds: 1200, and what the gate needs to tell that speech has
ended; the second while a recogniser listens and has not yet told of two words: shared laughter and
cooperative remarks last up to 2000."""
SHORT_REPLY, YIELDED = 3, 700
"""So many words are a turn when the customer stays silent for so long, in milliseconds."""
BACK_OFF = 500
"""Silence of the agent, in milliseconds, that ends an onset while the customer goes on."""
TURN_GAP = 700
"""Silence, in milliseconds, that ends a turn, and so an onset whatever the customer does."""
QUESTION = 2000
"""A question that ended so shortly before the onset, in milliseconds, may be answered."""
WORDS_LATE = 3000
"""Beyond this lag, in milliseconds, words are not waited for: timing alone decides."""
EXCUSE_WITHIN = 2000
"""Words said so soon after the onset, in milliseconds, can excuse it."""
GIVE_UP = 4000
"""An onset that is undecided after so many milliseconds was nothing."""

Harmless = Literal[
    "terminal", "simultaneous", "backchannel", "brief", "answer", "allowed", "nothing"
]
Rule = Literal["TALKED_OVER", "TOOK_THE_FLOOR", "OVERLAP", "CUT_SHORT", "LET_ME_FINISH"]
RULES: frozenset[str] = frozenset(
    ("TALKED_OVER", "TOOK_THE_FLOOR", "OVERLAP", "CUT_SHORT", "LET_ME_FINISH")
)


@dataclass(frozen=True, slots=True)
class Scales:
    """What speaks for and against an interruption at one moment; all times in milliseconds."""

    overlap: int
    """Both spoke at once."""
    talked: int
    """The agent spoke since the onset."""
    quiet: int
    """The agent has been silent."""
    after: int
    """How long the customer went on after the onset."""
    silent: int
    """The customer has been silent."""
    words: int
    """Words of the agent seen so far."""
    real: int
    """… of them no backchannel and no assessment."""
    reading: bool
    """A recogniser listens and keeps up."""

    @property
    def known(self) -> bool:
        """Tell whether enough is known: two words of a turn, or nothing but timing to go by."""
        return self.real >= WORDS or not self.reading


def judge(start: int, talk: Conversation) -> Rule | Harmless | None:
    """Judge the agent's onset at `start`, in milliseconds, by what is known now.

    Returns:
        The rule for an interruption, the name of a harmless outcome, or None while it is open.
    """
    if (early := _no_floor(start, talk)) is not None:
        return early
    scales = _weigh(start, talk)
    rule = _taken(scales, start, talk)
    if rule is None:
        return _harmless(scales, start, talk)
    if _answers(start, talk):
        return "answer"
    return rule if not excuse(start, talk, "may_interrupt") else "allowed"


def _no_floor(start: int, talk: Conversation) -> Harmless | None:
    """Tell why there was no floor to take: nobody held it, or the turn was over."""
    floor = talk.floor
    customer = floor.sides["customer"].stretches
    before = next((s for s in reversed(customer) if s.start < start), None)
    window = start - FLOOR_WINDOW
    alone = floor.spoken("customer", window, start) - floor.overlapped(window, start)
    if before is None or alone < FLOOR:
        return "simultaneous"
    fresh = not floor.spoken("customer", before.start - TURN_GAP, before.start)
    if fresh and start - before.start < TOGETHER:
        return "simultaneous"
    pause = start - before.until(floor.now)
    if pause < 0:
        return None
    resumed = next((s.start for s in customer if s.start >= start), floor.now)
    return "nothing" if pause >= BREATH or resumed - start > RESUMES else None


def _weigh(start: int, talk: Conversation) -> Scales:
    floor, now = talk.floor, talk.floor.now
    words = talk.words_since("agent", start - 150, unstable=True)
    silent = floor.silence("customer")
    return Scales(
        overlap=floor.overlapped(start, now),
        talked=floor.spoken("agent", start, now),
        quiet=floor.silence("agent"),
        after=now - silent - start,
        silent=silent,
        words=len(words),
        real=_real_words(words, talk),
        reading=talk.has_words and talk.behind <= WORDS_LATE,
    )


def _taken(s: Scales, start: int, talk: Conversation) -> Rule | None:
    """Apply the rules (a), (b) and (c), and the sentence that was cut short."""
    if s.words and not s.real:
        return None
    if s.overlap >= OVERLAP_WORDS and s.real >= WORDS:
        return "TALKED_OVER"
    if s.silent >= GAVE_WAY and s.after > 0 and _keeps_on(s):
        if s.after > TERMINAL_FINISHED:
            return "TOOK_THE_FLOOR"
        end = _ending(start + s.after, talk) if s.reading else "open"
        if s.after > TERMINAL and end != "finished":
            return "TOOK_THE_FLOOR"
        if end == "broken off" and s.real >= WORDS:
            return "CUT_SHORT"
    if s.overlap >= (OVERLAP_ALONE if s.known else OVERLAP_UNSURE):
        return "OVERLAP"
    return None


def _keeps_on(s: Scales) -> bool:
    """Tell whether the agent's talk is a turn, not a sound."""
    if s.real >= SHORT_REPLY and s.silent >= YIELDED:
        return True
    return s.talked >= (KEEPS_ON if s.known else KEEPS_ON_UNSURE)


def _harmless(s: Scales, start: int, talk: Conversation) -> Harmless | None:
    """Name the harmless outcome once no rule can apply any more."""
    if s.after <= TERMINAL and s.silent >= (TERMINAL_READ if s.reading else TURN_GAP):
        return "terminal"
    listening = s.words > 0 and s.real == 0
    if s.quiet >= BACK_OFF:
        goes_on = s.silent < s.quiet
        if goes_on or listening or not s.reading or s.quiet >= TURN_GAP:
            return "backchannel" if listening else "brief"
    return "nothing" if talk.now - start >= GIVE_UP else None


def _ending(stop: int, talk: Conversation) -> Literal["finished", "broken off", "open"]:
    """Tell by the customer's last word before `stop`, in milliseconds, how the sentence ends."""
    side = talk.sides["customer"]
    said: list[Word] = [heard.word for heard in list(side.heard)[-12:]] + list(side.tail)
    last = next((word for word in reversed(said) if word.start < stop), None)
    if last is None or stop - last.end > 400:
        return "open"
    if last.text.endswith((".", "!", "?")):
        return "finished"
    broken = last.text.endswith(("-", "–", "…")) or talk.lexicon["unfinished"].covers(
        (fold(last.text),)
    )
    return "broken off" if broken else "open"


def _real_words(words: list[str], talk: Conversation) -> int:
    """Count the words that are no backchannel and no assessment."""
    covered = [False] * len(words)
    for name in ("backchannel", "assessment"):
        for span in talk.lexicon[name].spans(words):
            covered[span.start : span.end] = [True] * (span.end - span.start)
    return covered.count(False)


def _answers(start: int, talk: Conversation) -> bool:
    """Tell whether the customer had just asked something."""
    return any(
        clause.end <= start + TERMINAL
        and (clause.question or talk.lexicon["direct_question"].find(clause.words) is not None)
        for clause in talk.clauses_since("customer", start - QUESTION)
    )


def protests(talk: Conversation, onset: int) -> bool:
    """Tell whether the customer's newest words ask to be let finish, after both spoke (rule d)."""
    newest = talk.new_words[0].word.start if talk.new_words else talk.now
    words = talk.heard_since("customer", newest - 2000)
    span = talk.lexicon["let_me_finish"].find([heard.folded for heard in words])
    if span is None or words[span.end - 1].word.end <= newest:
        return False
    start = words[span.start].word.start
    return onset < talk.now and talk.floor.overlapped(max(onset, start - 3000), talk.now) > 0


def unfounded(rule: str, start: int, end: int, talk: Conversation) -> bool:
    """Tell whether an interruption was none, now that this event took words of it back.

    Args:
        rule: by which it was one.
        start: of the onset, in milliseconds.
        end: when it was judged.
        talk: with the words as they are known now.
    """
    if rule == "LET_ME_FINISH":
        heard = talk.heard_since("customer", start - 2000)
        said = [h.folded for h in heard if h.word.start < end]
        return talk.revised == "customer" and talk.lexicon["let_me_finish"].find(said) is None
    if talk.revised != "agent":
        return False
    words = [h.folded for h in talk.heard_since("agent", start - 150) if h.word.start < end]
    real = _real_words(words, talk)
    needed = WORDS if rule in ("TALKED_OVER", "CUT_SHORT") else 1
    if rule == "TALKED_OVER" and talk.floor.overlapped(start, end) >= OVERLAP_ALONE:
        needed = 1
    return bool(words) and real < needed


def excuse(start: int, talk: Conversation, *sets: str) -> list[Heard]:
    """Return the words by which the agent took the onset back, or may speak, in time."""
    heard = talk.heard_since("agent", start - 150)
    heard = [h for h in heard if h.word.start < start + EXCUSE_WITHIN]
    found = talk.lexicon.find(tuple(h.folded for h in heard), *sets)
    return heard[found[1].start : found[1].end] if found else []
