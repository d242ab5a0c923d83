"""Where an operator's cue counts: who said what shortly before, in which stage (`[[cues]]`)."""

from assist.core.acts import Act
from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.events import Channel
from assist.playbooks.own import Near, OwnCue, Words

SLACK = 150
"""Words so close together, in milliseconds, may be in either order."""


def says(own: OwnCue, key: str, clause: Clause, talk: Conversation) -> Act | None:
    """Return how a clause says a part of the cue, or nothing."""
    part: Words | None = getattr(own, key)
    if part is None or clause.channel not in own.sides(part):
        return None
    if part.question is not None and talk.asks(clause) != part.question:
        return None
    return talk.says(clause, own.set_name(key), *part.sets)


def fits(own: OwnCue, start: int, talk: Conversation) -> bool:
    """Tell whether something at this moment counts: by the stage, and by what was before."""
    if own.stages and talk.stage not in own.stages:
        return False
    if own.after is not None and not was(own, "after", own.after, start, talk):
        return False
    return own.unless is None or not was(own, "unless", own.unless, start, talk)


def was(own: OwnCue, key: str, near: Near, start: int, talk: Conversation) -> bool:
    """Tell whether something lies shortly before a moment, in milliseconds."""
    since = start - ms(near.within_s)
    if near.stage is not None:
        return talk.stage == near.stage and talk.stage_since >= since
    if near.cue:
        cue = talk.active.get(near.cue)
        return cue is not None and cue.at >= since
    part: Words = getattr(own, key)
    return any(
        says(own, key, clause, talk) is not None
        for side in own.sides(part)
        for clause in talk.clauses_since(side, since)
        if clause.end <= start + SLACK
    )


def ended(own: OwnCue, talk: Conversation) -> Channel | None:
    """Return who ends the cue with this event, or nothing."""
    return next((c.channel for c in talk.closed if says(own, "ends", c, talk) is not None), None)


def names(own: OwnCue, key: str) -> tuple[str, ...]:
    """Return the sets that a part of the cue looks for."""
    part: Words | None = getattr(own, key)
    return () if part is None else (own.set_name(key), *part.sets)


def ms(seconds: float) -> int:
    """Return the seconds of a playbook in milliseconds."""
    return round(seconds * 1000)
