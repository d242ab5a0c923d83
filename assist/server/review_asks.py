"""What the review page may ask, and how long each part of it may be."""

from typing import Annotated, Literal

import msgspec

from assist.events import Channel
from assist.store.commands import Cause, Request, Sort
from assist.store.reading import PAGE

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Word = Annotated[str, msgspec.Meta(max_length=80)]
Text = Annotated[str, msgspec.Meta(max_length=200)]
Moment = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]


LARGEST_RECORDING = 2 * 1024**3
BASIS = r"^[^\W_][\w .:/-]{0,59}\Z"
"""A reason in a word or two, as it may stand in the audit."""


class Ask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a page asks."""


class ListCalls(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which calls there are, the newest first."""

    cue: Word = ""
    stage: Word = ""
    outcome: Word = ""
    since: Moment = 0
    until: Moment = 0
    shortest: Moment = 0
    longest: Moment = 0
    after: Text = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE)] = PAGE


class Search(ListCalls, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In which calls some words were said."""

    query: Text
    reason: Text = ""


class About(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something about one call."""

    call: Id
    reason: Text = ""
    """Why it is read; a reviewer has to say."""


class Open(About, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of a call."""


class Judge(About, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody makes of a cue."""

    cue: Id
    verdict: Literal["right", "wrong", "late"]


class Remark(About, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words about a moment of a call, or about one of its cues."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{8,64}$")]
    """Made by the page: the same note sent twice is kept once."""
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    at: Moment = 0
    cue: Text = ""


class Tag(About, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a call was about."""

    cause: Cause = ""
    request: Request = ""
    sort: Sort = ""


class Assign(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reviewer may read a call, or no longer."""

    call: Id
    reviewer: Annotated[str, msgspec.Meta(pattern=r"^[\w][\w.@+-]{0,63}$")]
    on: bool = True


class Listen(About, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The sound of a call."""


class Bring(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A recording is to become a call."""

    size: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_RECORDING)]
    """Bytes."""
    language: Literal["en", "de"]
    first: Channel = "agent"
    """Whose sound the first channel is."""
    basis: Annotated[str, msgspec.Meta(pattern=BASIS)]
    """Why its words may be kept, in a word or two; the audit says so."""


class Watch(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far a recording is."""

    id: Id


class Export(About, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A call as a file."""

    format: Literal["json", "csv", "vtt", "html", "labels"]


class Books(About, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The playbooks with which a call may be tried."""


class Try(About, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What another playbook would have shown."""

    playbook: Word
