"""What the review page is told: a call, pages of calls, what another playbook would do.

The client's types are generated from these.
"""

from typing import Literal

import msgspec

from assist.evaluate.cue_names import CueName
from assist.events import Channel, Evidence, Kind, Part, Sign, Stage, Word
from assist.store.commands import Cause, Request, Sort

Outcome = Literal["open", "done", "over", "expired", "dismissed", "superseded"]
"""What became of a nudge; `done` = the agent did it, `over` = it was no longer needed."""
Judged = Literal["right", "wrong", "late"]


class Row(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A call in the list."""

    id: str
    agent: str
    team: str
    language: str
    source: str
    playbook: str
    started_at: int
    """Milliseconds since 1970."""
    duration: int
    """Call clock at its last event, in milliseconds."""
    end_reason: str
    reads: bool = True
    """Whether who asks may read it."""
    assignable: bool = False
    """Whether who asks may say who reviews it."""
    reviewers: tuple[str, ...] = ()
    """To whom it was assigned, for those who may say so."""


class Span(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch of speech."""

    channel: Channel
    start: int
    end: int


class Break(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch in which nothing was heard, or the agent was away."""

    kind: Literal["gap", "pause", "hold"]
    channel: Channel | None
    start: int
    end: int
    reason: str


class Line(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An utterance."""

    id: str
    channel: Channel
    at: int
    """When it was final."""
    start: int
    end: int
    text: str
    words: tuple[Word, ...]


class Judgement(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody made of a cue after the call."""

    author: str
    verdict: Judged


class CueLine(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cue, why it was noticed, and what became of it."""

    id: str
    cue: str
    channel: Channel
    rule: str
    playbook: str
    at: int
    start: int
    end: int
    confidence: float
    evidence: tuple[Evidence, ...]
    state: Literal["open", "cleared", "suppressed"]
    reason: str
    """Why it is over."""
    suppressed: str
    """Why it was not shown; empty = nothing stood in its way."""
    verdicts: tuple[Judgement, ...]


class NudgeLine(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A nudge, and what became of it."""

    id: str
    cue: str
    cue_id: str
    kind: Kind
    sign: Sign | None
    """None where only the log knew it, and is gone."""
    text: str
    reason: str
    priority: int
    playbook: str
    at: int
    outcome: Outcome
    outcome_at: int
    verdict: Literal["helpful", "not_now", "wrong"] | None
    """The agent's own."""


class StageLine(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From here on the talk stood in this stage."""

    at: int
    stage: Stage
    rule: str


class NoteLine(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words of a person about the call."""

    id: str
    author: str
    at: int
    text: str
    cue: str
    """The cue that it is about; empty = the moment."""


class CardLine(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody says after a call that it was about."""

    author: str
    cause: Cause
    request: Request
    sort: Sort


class Review(msgspec.Struct, frozen=True, kw_only=True, tag="review"):
    """All of one call."""

    call: Row
    me: str
    """Who reads it; tells own verdicts from others'."""
    words: Literal["kept", "erased", "consent"]
    """Whether there are words, or why not: erased by now, or somebody refused their review."""
    lines: tuple[Line, ...]
    speech: tuple[Span, ...]
    breaks: tuple[Break, ...]
    stages: tuple[StageLine, ...]
    cues: tuple[CueLine, ...]
    nudges: tuple[NudgeLine, ...]
    notes: tuple[NoteLine, ...]
    cards: tuple[CardLine, ...]
    names: tuple[CueName, ...]
    """What the cues of this call are called."""


class FoundLine(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An utterance that a search found."""

    call: str
    started_at: int
    channel: Channel
    start: int
    text: str


class Calls(msgspec.Struct, frozen=True, kw_only=True, tag="calls"):
    """A page of calls."""

    calls: tuple[Row, ...]
    after: str
    """Ask with this for the next page; empty = there is none."""
    cues: tuple[CueName, ...]
    """All cues by which calls can be looked for."""
    reviewers: tuple[str, ...] = ()
    """To whom calls can be assigned, as far as they are known."""


class Found(msgspec.Struct, frozen=True, kw_only=True, tag="found"):
    """A page of what a search found."""

    lines: tuple[FoundLine, ...]
    after: str


class Changed(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A nudge that another playbook would change."""

    at: int
    cue: str
    change: Literal["+", "-", "~"]
    """It appears, it vanishes, it reads otherwise."""
    text: str


class WhatIf(msgspec.Struct, frozen=True, kw_only=True, tag="what_if"):
    """What another playbook would have shown in a call."""

    against: str
    """The call's own playbook, as it is today."""
    playbook: str
    changes: tuple[Changed, ...]
    names: tuple[CueName, ...]


class Playbooks(msgspec.Struct, frozen=True, kw_only=True, tag="playbooks"):
    """The playbooks that a call may be tried with."""

    names: tuple[str, ...]


class Kept(msgspec.Struct, frozen=True, kw_only=True, tag="kept"):
    """A verdict or note was stored."""

    id: str


class Stretch(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A recorded stretch of a call; milliseconds on the call clock."""

    start: int
    end: int
    sound: str
    """Where the Ogg/Opus file is, the agent on the left."""
    peaks: str
    """Where its peaks are: a byte every `peak_ms` for the agent, then one for the customer."""


class Sounds(msgspec.Struct, frozen=True, kw_only=True, tag="sounds"):
    """All that was recorded of a call, in order; nothing where no sound was kept."""

    stretches: tuple[Stretch, ...]
    peak_ms: int


class Brought(msgspec.Struct, frozen=True, kw_only=True, tag="brought"):
    """How far a recording is that somebody brings in."""

    id: str
    state: Literal["sending", "waiting", "running", "stored", "failed"]
    done: float
    """From 0 to 1, while it runs."""
    call: str
    """Which call it has become."""
    text: str
    """Why it failed, or where its recording breaks off, in a sentence."""


Answer = Calls | Found | Review | WhatIf | Playbooks | Kept | Sounds | Brought
"""What the server answers the review page."""
