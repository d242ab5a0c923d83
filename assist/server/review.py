"""The HTTP side of the review page: finished calls listed, searched, read, judged and exported.

All is asked by POST with a JSON body, so that no word, reason or id of a call stands in an address.
docs/review.md tells every route.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from anyio import CapacityLimiter, to_thread
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from assist.cues import TABLE
from assist.errors import PlaybookError, StoreError
from assist.evaluate.cue_names import names
from assist.evaluate.export import FORMATS
from assist.evaluate.review import found, may_review, read, review, row
from assist.evaluate.review_messages import Calls, Found, Kept, Playbooks, Review, Row, WhatIf
from assist.events import AnyEvent, decode
from assist.server.access import Access
from assist.server.access.who import Who
from assist.server.review_asks import (
    Ask,
    Assign,
    Books,
    Export,
    Judge,
    ListCalls,
    Open,
    Remark,
    Search,
    Tag,
    Try,
)
from assist.server.review_endpoint import Act, Endpoint, UnknownError, counter
from assist.server.review_rights import Rights
from assist.server.review_trial import Trial
from assist.settings import LANGUAGES
from assist.store.commands import Actor, Assigned, Card, Command, Note, Verdict
from assist.store.reading import Facts, Filters, Page, StoredCall
from assist.store.store import Store

READING = 2
"""Calls that are made ready to read at a time; a long one takes a core a tenth of a second."""
PLAYBOOKS = tuple(f"{language}/{kind}" for language in LANGUAGES for kind in ("support", "sales"))
ACTOR = "reviewer"
CUES = names(spec.id for spec in TABLE)
"""By which calls can be looked for."""
WITHIN = ("cue", "stage", "outcome")
"""Filters that tell what is in a call."""


def create_review_routes(
    store: Store, access: Access, *, playbooks: Sequence[str] = PLAYBOOKS
) -> list[BaseRoute]:
    """Return the routes.

    Args:
        store: of the calls.
        access: who may come in, and what they may do.
        playbooks: the names of those that a call may be tried with.
    """
    desk = _Desk(store, access, playbooks)
    table: Mapping[str, tuple[type[Ask], Act]] = {
        "calls": (ListCalls, desk.calls),
        "search": (Search, desk.search),
        "open": (Open, desk.open),
        "verdict": (Judge, desk.judge),
        "note": (Remark, desk.note),
        "card": (Tag, desk.card),
        "assign": (Assign, desk.assign),
        "export": (Export, desk.export),
        "playbooks": (Books, desk.books),
        "what-if": (Try, desk.what_if),
    }
    counted = counter()
    return [
        Route(f"/api/review/{name}", Endpoint(access, kind, act, counted).ask, methods=["POST"])
        for name, (kind, act) in table.items()
    ]


class _Desk:
    """What may be asked."""

    def __init__(self, store: Store, access: Access, playbooks: Sequence[str]) -> None:
        self._store = store
        self._access = access
        self._rights = Rights(store, access)
        self._trial = Trial()
        self._playbooks = playbooks
        self._reading: CapacityLimiter | None = None  # belongs to the loop that asks first

    async def calls(self, who: Who, asked: ListCalls) -> Calls:
        """Return a page of the finished calls of somebody; no word stands in it.

        Who may only assign calls sees that they are there, and may not look for what is in them.
        """
        inside = any(getattr(asked, name) for name in WITHIN)
        reach = self._rights.reach(who) if inside else self._rights.listed(who)
        page = await self._store.calls(reach, _filters(asked), limit=asked.limit, after=asked.after)
        rows = await self._rows(who, page)
        reviewers = self._reviewers() if any(one.assignable for one in rows) else ()
        return Calls(calls=rows, after=page.after, cues=CUES, reviewers=reviewers)

    async def search(self, who: Who, asked: Search) -> Found:
        """Return a page of utterances; each call of which one is shown counts as read."""
        reach = self._rights.reach(who)
        page = await self._store.search(
            asked.query, reach, _filters(asked), limit=asked.limit, after=asked.after
        )
        readable: dict[str, bool] = {}
        for line in page.rows:
            call_id = line["call_id"]
            if call_id not in readable:
                readable[call_id] = await self._may_find(who, call_id, asked.reason)
        lines = tuple(found(line) for line in page.rows if readable[line["call_id"]])
        return Found(lines=lines, after=page.after)

    async def open(self, who: Who, asked: Open) -> Review:
        """Return all of a call."""
        stored = await self._rights.stored(who, asked)
        self._access.audit.record("call_read", who=who.id, call=asked.call, reason=asked.reason)
        return await self._told(who, stored, asked.reason)

    async def judge(self, who: Who, asked: Judge) -> Kept:
        """Keep what somebody makes of a cue."""
        stored = await self._rights.agreed(who, asked)
        if asked.cue not in {one["id"] for one in stored.cues}:
            raise StoreError("there is no such cue in this call")
        verdict = Verdict(call_id=asked.call, cue_id=asked.cue, verdict=asked.verdict)
        return await self._keep(who, verdict, asked.cue)

    async def note(self, who: Who, asked: Remark) -> Kept:
        """Keep somebody's words about a call."""
        await self._rights.agreed(who, asked)
        name = f"{asked.cue}/{asked.id}" if asked.cue else asked.id
        note = Note(call_id=asked.call, id=name, text=asked.text, at=asked.at)
        return await self._keep(who, note, name)

    async def card(self, who: Who, asked: Tag) -> Kept:
        """Keep what somebody says that a call was about."""
        await self._rights.agreed(who, asked)
        card = Card(call_id=asked.call, cause=asked.cause, request=asked.request, sort=asked.sort)
        return await self._keep(who, card, asked.call)

    async def assign(self, who: Who, asked: Assign) -> Kept:
        """Say that a reviewer may read a call, or no longer."""
        stored = await self._rights.found(asked.call)
        if not self._rights.may_assign(who, stored.call):
            self._rights.refuse(who, asked.call)
        known = self._reviewers()
        if asked.on and known and asked.reviewer not in known:
            raise StoreError("there is no such reviewer")
        assigned = Assigned(call_id=asked.call, reviewer=asked.reviewer, on=asked.on)
        return await self._keep(who, assigned, asked.call)

    async def export(self, who: Who, asked: Export) -> Response:
        """Return a call as a file."""
        stored = await self._rights.stored(who, asked)
        told = await self._told(who, stored, asked.reason)
        format = FORMATS[asked.format]
        self._access.audit.record(
            "export", who=who.id, call=asked.call, code=asked.format, reason=asked.reason
        )
        log = await self._store.log(asked.call)
        content = await to_thread.run_sync(format.write, told, _events(log))
        # Saved, never shown: a page made of a call does not run in this origin.
        name = {"content-disposition": f'attachment; filename="call.{format.suffix}"'}
        return Response(content, media_type=format.kind, headers=name)

    async def books(self, who: Who, asked: Books) -> Playbooks:
        """Return the playbooks of the call's language."""
        return Playbooks(names=self._names(await self._rights.stored(who, asked)))

    async def what_if(self, who: Who, asked: Try) -> WhatIf:
        """Run a call again under two playbooks."""
        stored = await self._rights.agreed(who, asked)
        if asked.playbook not in self._names(stored):
            raise PlaybookError("there is no such playbook for the language of this call")
        self._access.audit.record(
            "call_read", who=who.id, call=asked.call, code="what_if", reason=asked.reason
        )
        log = await self._store.log(asked.call)
        if not log:
            raise StoreError("the words of this call are gone, so it cannot be tried")
        return await self._trial.run(log, _named(stored), asked.playbook)

    # --- inside -----------------------------------------------------------------------------------

    async def _keep(self, who: Who, command: Command, id: str) -> Kept:
        await self._store.record(command, Actor(who.id, ACTOR))
        return Kept(id=id)

    async def _rows(self, who: Who, page: Page) -> tuple[Row, ...]:
        """Return the finished calls of a page, with what somebody may do with each."""
        ended = [one for one in page.rows if one["ended_at"] is not None]
        assigned = await self._store.assigned([one["id"] for one in ended])
        reach = self._rights.reach(who)

        def told(call: Facts) -> Row:
            names = assigned.get(call["id"], [])
            assignable = self._rights.may_assign(who, call)
            return row(
                call,
                reads=reach.holds(call, names),
                assignable=assignable,
                reviewers=tuple(names) if assignable else (),
            )

        return tuple(told(one) for one in ended)

    def _reviewers(self) -> tuple[str, ...]:
        """Return all reviewers; nobody where an identity provider alone knows them."""
        users = self._access.users
        if users is None or self._access.settings.oidc.issuer:
            return ()
        people = users.listed.people
        return tuple(sorted(name for name, one in people.items() if "reviewer" in one.roles))

    def _names(self, stored: StoredCall) -> tuple[str, ...]:
        language = stored.call["language"]
        return tuple(name for name in self._playbooks if name.partition("/")[0] == language)

    async def _told(self, who: Who, stored: StoredCall, reason: str) -> Review:
        """Return a call as its reader may see it; a long one takes a while to tell."""
        words = await self._rights.may(who, stored.call, "see_words", reason)
        log = await self._store.log(stored.call["id"])
        self._reading = self._reading or CapacityLimiter(READING)
        told = partial(_review, stored, log, words=words, me=who.id)
        return await to_thread.run_sync(told, limiter=self._reading)

    async def _may_find(self, who: Who, call_id: str, reason: str) -> bool:
        """Tell whether words of a call may be shown to who searches, and write that down."""
        try:
            stored = await self._rights.found(call_id)
        except UnknownError:  # it runs, or was erased since it was found
            return False
        call, may = stored.call, self._rights.may
        read = await may(who, call, "read_finished_calls", reason)
        if not (read and await may(who, call, "see_words", reason) and may_review(stored)):
            return False
        self._access.audit.record(
            "call_read", who=who.id, call=call_id, code="search", reason=reason
        )
        return True


def _filters(asked: ListCalls) -> Filters:
    """Return what a call must fulfil."""
    names = ("cue", "stage", "outcome", "since", "until", "shortest", "longest")
    return Filters(**{name: getattr(asked, name) for name in names})


def _review(stored: StoredCall, log: bytes, *, words: bool, me: str) -> Review:
    return review(stored, read(log), words=words, me=me)


def _events(log: bytes) -> Iterator[AnyEvent]:
    """Yield all events of a log; nothing is decoded for who takes none."""
    for line in log.splitlines():
        yield decode(line)


def _named(stored: StoredCall) -> str:
    """Return the playbook that a call ran under, by name: as it is today."""
    named = str(stored.call["playbook"])
    name = named if named.endswith(".toml") else named.partition("@")[0]
    return name or str(stored.call["language"])
