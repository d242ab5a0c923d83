"""What the review page may ask, and how long each part of it may be."""

from typing import Annotated, Literal

import msgspec

from assist.store.reading import PAGE

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Word = Annotated[str, msgspec.Meta(max_length=80)]
Text = Annotated[str, msgspec.Meta(max_length=200)]
Moment = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]


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


class Export(About, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A call as a file."""

    format: Literal["json", "csv", "vtt", "html", "labels"]


class Books(About, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The playbooks with which a call may be tried."""


class Try(About, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What another playbook would have shown."""

    playbook: Word
