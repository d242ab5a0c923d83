"""Cues that an operator writes without code: `[[cues]]` of a playbook (docs/playbooks.md).

A cue has exactly one form: words that are said, words said too often, words that are missing after
something, or a timing. `after` and `unless` say where it counts. Times are seconds: people write
them.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from assist.events import CHANNELS, Channel, Sign, Stage

Seconds = Annotated[float, Meta(ge=1, le=600)]
"""Of a window or a wait."""
Form = Literal["said", "count", "missing", "timing"]
FORMS: tuple[Form, ...] = ("said", "count", "missing", "timing")
WORDS = ("said", "count", "missing", "after", "unless", "corrected_by", "ends")
"""The parts of a cue that are words."""


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words of one side in one clause."""

    match: tuple[str, ...] = ()
    """Phrases, as in any set."""
    guard: tuple[str, ...] = ()
    """Phrases that look like it and are not."""
    sets: tuple[str, ...] = ()
    """Names of sets of the playbook that count as well."""
    who: Channel | Literal["either"] | None = None
    """Who says them; none = the cue's own side."""
    question: bool | None = None
    """Only as a question, or only as none; none = either."""
    examples: tuple[str, ...] = ()
    """Each must be matched by `match`."""
    not_examples: tuple[str, ...] = ()
    """None may be matched."""


class Counted(Words, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that are said too often."""

    times: Annotated[int, Meta(ge=2, le=50)]
    """Clauses that say them."""
    within_s: Seconds
    """The time in which they are counted."""


class Missing(Words, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that are owed after something."""

    within_s: Seconds
    """The time in which they should be said."""
    before_s: Annotated[float, Meta(ge=0, le=600)] = 0
    """They also count when they were said so long before."""
    by_turn_end: bool = False
    """Whether they are due with the end of the turn, if that comes first."""


class Near(Words, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that happened before: words, a stage that began, or another cue."""

    within_s: Seconds = 30
    """How long ago at most."""
    stage: Stage | None = None
    """The call came to this stage."""
    cue: str = ""
    """This cue was detected."""


class Timing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who speaks when, without words; exactly one of the first four."""

    silence_s: Seconds | None = None
    """Nobody speaks for so long."""
    overlap_s: Annotated[float, Meta(ge=0.5, le=60)] | None = None
    """Both speak at once for so long."""
    turn_s: Seconds | None = None
    """The cue's side has had the turn for so long."""
    talk_share: Annotated[float, Meta(gt=0, lt=1)] | None = None
    """The cue's side has more than this share of all speech."""
    over_s: Seconds = 60
    """The time over which the share is taken."""

    @property
    def kind(self) -> str:
        """Return the name of what is measured; empty unless it is exactly one thing."""
        told = [k for k in MEASURES if getattr(self, k) is not None]
        return told[0] if len(told) == 1 else ""


MEASURES = ("silence_s", "overlap_s", "turn_s", "talk_share")


class OwnCue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One cue: what it looks for, and what the agent sees."""

    id: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
    """Its name in logs."""
    text: str
    """What the agent reads: at most nine words."""
    sign: Sign = "say"
    reason: str = ""
    """The small second line."""
    kind: Literal["nudge", "praise"] = "nudge"
    who: Channel = "agent"
    """Whose words or speech it is about."""
    stages: tuple[Stage, ...] = ()
    """It counts only in these; empty = in all."""
    priority: Annotated[int, Meta(ge=1, le=4)] = 3
    """1 = at once, 2 = next breakpoint, 3 = breakpoint if nothing else, 4 = quiet."""
    cooldown_s: Annotated[float, Meta(ge=0, le=3600)] = 60
    show_s: Annotated[float, Meta(ge=3, le=60)] = 6
    per_call: Annotated[int, Meta(ge=1, le=10)] = 3
    lasts_s: Seconds = 20
    """It is over after so long in any case."""
    said: Words | None = None
    count: Counted | None = None
    missing: Missing | None = None
    timing: Timing | None = None
    after: Near | None = None
    """It counts only so soon after this."""
    unless: Near | None = None
    """It does not count so soon after this."""
    corrected_by: Words | None = None
    """It waits for 2.5 seconds, and is withdrawn when the agent says this."""
    ends: Words | None = None
    """It is over when this is said."""

    @property
    def form(self) -> Form | None:
        """Return its form; none unless it has exactly one."""
        told = [name for name in FORMS if getattr(self, name) is not None]
        return told[0] if len(told) == 1 else None

    def words(self) -> Iterator[tuple[str, Words]]:
        """Yield the parts that are words, by their key."""
        for key in WORDS:
            part = getattr(self, key)
            if part is not None:
                yield key, part

    def set_name(self, key: str) -> str:
        """Return under which name the playbook keeps the phrases of a part."""
        return f"{self.id}.{key}"

    def sides(self, part: Words) -> tuple[Channel, ...]:
        """Return who may say a part."""
        if part.who == "either":
            return CHANNELS
        return (part.who or self.who,)

    def side(self, part: Words) -> Channel:
        """Return who says a part; of one that either may say, the cue's own side."""
        return self.who if part.who in (None, "either") else self.sides(part)[0]


def problems(cue: OwnCue) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield what contradicts itself in a cue: the key, and a sentence."""
    if cue.form is None:
        yield (), f"must hold exactly one of {', '.join(f'[cues.{name}]' for name in FORMS)}"
    for key, part in cue.words():
        near = part if isinstance(part, Near) else None
        sources = bool(part.match or part.sets), bool(near and near.stage), bool(near and near.cue)
        if not any(sources):
            more = ", a stage or a cue" if near else ""
            yield (key,), f"must say what is looked for: match, sets{more}"
        if key in ("said", "count") and part.who == "either":
            yield (key, "who"), "must be agent or customer"
        if sum(sources) > 1:
            yield (key,), "must be one thing: words, a stage, or a cue"
    if cue.timing is not None and not cue.timing.kind:
        yield ("timing",), f"must hold exactly one of {', '.join(MEASURES)}"
    if cue.form == "missing" and cue.after is None:
        yield ("missing",), "needs [cues.after]: after what is it missing?"
    if cue.corrected_by is not None and cue.form not in ("said", "count"):
        yield ("corrected_by",), "goes with [cues.said] or [cues.count] only"
