"""Waiting for a correction: how long a clause may still be put right, and when it stands.

Waits count from the end of what was said. Silence alone hands no turn over.
"""

from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.events import Channel, other

WAIT = 2500
"""The speaker has so long after the clause, in milliseconds, to correct it."""
LONGER = 1500
"""More time, in milliseconds, while the speaker goes on and the words are not known yet."""
OFFER = 3000
"""More time, in milliseconds, while they begin like a correction: the German verb comes last."""
STILL = WAIT + OFFER
"""What only a late correction shows is past after so many milliseconds: nobody would have waited
longer."""
TELLING = 3
"""Words of a clause that tell whether it may become a correction."""
TURN_OVER = 2000
"""Silence of a speaker, in milliseconds, after which nothing more of that turn is waited for."""
UNKNOWN = 3500
"""Words that are not final so long after the silence began are not waited for."""
_GAP = 200
"""Speech within so many milliseconds of the clause's end still belongs to it."""


def stands(end: int, talk: Conversation, begun: tuple[str, ...] = ("can_do_begun",)) -> bool:
    """Tell whether the wait of what the agent said until `end` is over.

    Args:
        end: when the clause ended.
        talk: the conversation.
        begun: sets whose phrases begin a correction.
    """
    if talk.ended:
        return False
    late = talk.now - end - WAIT
    return handed_over(end, talk) or (late >= 0 and late >= more_time(end, talk, begun))


def handed_over(end: int, talk: Conversation, speaker: Channel = "agent") -> bool:
    """Tell whether the other side has taken the turn since `end`: silence hands nothing over."""
    taker = other(speaker)
    rival = talk.floor.sides[taker].turn
    if rival is None or rival.start < end - _GAP or not talk.floor.turn_length(taker):
        return False
    if talk.floor.spoken(speaker, end + _GAP, talk.now) >= _GAP:
        return False
    heard = talk.words_since(taker, rival.start - 150, unstable=True)
    return bool(heard) and not talk.only_listening(taker, rival.start)


def more_time(end: int, talk: Conversation, begun: tuple[str, ...] = ("can_do_begun",)) -> int:
    """Return how much longer to wait, in milliseconds, for what the agent says after `end`."""
    if talk.floor.spoken("agent", end + _GAP, talk.now) < _GAP:
        return 0
    unfinished = talk.sides["agent"].open_clause
    if unfinished is None or unfinished.start < end:
        return 0 if talk.heard_since("agent", end + _GAP) else LONGER
    words, lexicon = unfinished.words, talk.lexicon
    if any(lexicon[name].starts(words) for name in ("clause_break", *begun)):
        return OFFER
    return LONGER if len(words) < TELLING else 0


def turn_over(channel: Channel, since: int, talk: Conversation) -> bool:
    """Tell whether the turn in which the channel spoke at `since` is over and its words known."""
    floor = talk.floor
    silence = floor.silence(channel)
    if not silence or (talk.sides[channel].open_clause is not None and silence < UNKNOWN):
        return False
    return silence >= TURN_OVER or handed_over(max(since, _last_end(talk, channel)), talk, channel)


def _last_end(talk: Conversation, channel: Channel) -> int:
    return talk.floor.sides[channel].last_end() or 0


def same_place(clause: Clause, other: Clause) -> bool:
    """Tell whether two clauses share words of one utterance."""
    return (
        clause.utterance == other.utterance
        and clause.first < other.first + len(other.spoken)
        and other.first < clause.first + len(clause.spoken)
    )


def same_time(clause: Clause, other: Clause) -> bool:
    """Tell whether the middle of either lies in the other: a correction counts words anew."""
    middle, rival = (clause.start + clause.end) // 2, (other.start + other.end) // 2
    return other.start <= middle < other.end or clause.start <= rival < clause.end
