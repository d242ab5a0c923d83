"""The HTTP side of the review page: finished calls listed, searched, read, judged and exported.

All is asked by POST with a JSON body, so that no word, reason or id of a call stands in an address.
docs/review.md tells every route.
"""

import os
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, Literal, TypeVar

import msgspec
from anyio import BrokenWorkerProcess, CapacityLimiter, fail_after, to_process, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from assist.cues import TABLE
from assist.errors import AssistError, PlaybookError, SettingsError, StoreError
from assist.evaluate.cue_names import names
from assist.evaluate.export import FORMATS
from assist.evaluate.review import changed, found, may_review, read, review, row
from assist.evaluate.review_messages import (
    Answer,
    Calls,
    Found,
    Kept,
    Playbooks,
    Review,
    WhatIf,
)
from assist.evaluate.what_if import compare, recorded
from assist.events import AnyEvent, decode
from assist.server.access import Access
from assist.server.access.body import from_page
from assist.server.access.limits import Tries
from assist.server.access.roles import reaches
from assist.server.access.routes import refused
from assist.server.access.who import (
    EVERYBODY,
    FORBIDDEN,
    SIGNED_OUT,
    TOO_MANY,
    Refusal,
    Who,
)
from assist.server.review_asks import (
    About,
    Ask,
    Books,
    Export,
    Judge,
    ListCalls,
    Open,
    Remark,
    Search,
    Try,
)
from assist.settings import LANGUAGES, load_playbook
from assist.store.commands import Actor, Note, Verdict
from assist.store.reading import Filters, Reach, StoredCall
from assist.store.store import Store
from assist.store.trouble import StoreAwayError, StoreFullError

LARGEST = 16 * 1024
"""Bytes of a body: a note of 2,000 characters fits, each as long as JSON can make it."""
REQUESTS, WITHIN_S = 240, 60.0
"""So many requests of one person within so many seconds."""
READING = 2
"""Calls that are made ready to read at a time; a long one takes a core a tenth of a second."""
TRYING, WAITING = 1, 4
"""What-ifs that run at a time, and those that wait: each takes a core for seconds."""
NICE = 10
LONGEST_TRY_S = 600.0
"""Waiting for others included."""
PLAYBOOKS = tuple(f"{language}/{kind}" for language in LANGUAGES for kind in ("support", "sales"))
ACTOR = "reviewer"
CUES = names(spec.id for spec in TABLE)
"""By which calls can be looked for."""

Samples = Callable[[Who], Collection[str]]
"""Tells the calls that were assigned to a reviewer."""
A = TypeVar("A", bound=Ask)
Act = Callable[[Who, Any], Awaitable[Answer | Response]]


def create_review_routes(
    store: Store,
    access: Access,
    *,
    samples: Samples = lambda who: (),
    playbooks: Sequence[str] = PLAYBOOKS,
) -> list[BaseRoute]:
    """Return the routes.

    Args:
        store: of the calls.
        access: who may come in, and what they may do.
        samples: which calls were assigned to a reviewer.
        playbooks: the names of those that a call may be tried with.
    """
    desk = _Desk(store, access, samples, playbooks)
    table: Mapping[str, tuple[type[Ask], Act]] = {
        "calls": (ListCalls, desk.calls),
        "search": (Search, desk.search),
        "open": (Open, desk.open),
        "verdict": (Judge, desk.judge),
        "note": (Remark, desk.note),
        "export": (Export, desk.export),
        "playbooks": (Books, desk.books),
        "what-if": (Try, desk.what_if),
    }
    counter = Tries(limit=REQUESTS, within=WITHIN_S)
    return [
        Route(f"/api/review/{name}", _Endpoint(access, kind, act, counter).ask, methods=["POST"])
        for name, (kind, act) in table.items()
    ]


class _Endpoint:
    """One route: let in who may ask, read what is asked, and write the answer."""

    def __init__(self, access: Access, kind: type[A], act: Act, counter: Tries) -> None:
        self._access = access
        self._decoder: msgspec.json.Decoder[A] = msgspec.json.Decoder(kind)
        self._act = act
        self._counter = counter

    async def ask(self, request: Request) -> Response:
        """Answer one request."""
        access = self._access
        bearer = "authorization" in request.headers  # no browser sends that by itself
        if refusal := access.admits(request, page=not bearer):
            return refused(refusal)
        who = access.who(request)
        if who is None:
            return refused(Refusal(SIGNED_OUT, "no_session"))
        if wait := self._counter.take(who.id, access.clock.steady()):
            return refused(Refusal(TOO_MANY, "too_many_requests", retry_after=int(wait) + 1))
        asked = await from_page(request, self._decoder, most=LARGEST, name="review")
        if isinstance(asked, Refusal):
            return refused(asked)
        try:
            answer = await self._act(who, asked)
        except AssistError as error:
            return _trouble(error)
        return answer if isinstance(answer, Response) else _json(answer)


class _UnknownError(StoreError):
    """There is no such call, or none for whoever asks; the answer is the same."""

    def __init__(self) -> None:
        super().__init__("there is no such call")


class _BusyError(StoreError):
    """Too many wait for the same."""


class _Desk:
    """What may be asked."""

    def __init__(
        self, store: Store, access: Access, samples: Samples, playbooks: Sequence[str]
    ) -> None:
        self._store = store
        self._access = access
        self._samples = samples
        self._playbooks = playbooks
        self._reading: CapacityLimiter | None = None  # both belong to the loop that asks first
        self._trying: CapacityLimiter | None = None
        self._waiting = 0

    async def calls(self, who: Who, asked: ListCalls) -> Calls:
        """Return a page of the finished calls that somebody may read; no word stands in it."""
        page = await self._store.calls(
            self._reach(who), _filters(asked), limit=asked.limit, after=asked.after
        )
        rows = tuple(row(one) for one in page.rows if one["ended_at"] is not None)
        return Calls(calls=rows, after=page.after, cues=CUES)

    async def search(self, who: Who, asked: Search) -> Found:
        """Return a page of utterances; each call of which one is shown counts as read."""
        page = await self._store.search(
            asked.query, self._reach(who), _filters(asked), limit=asked.limit, after=asked.after
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
        stored = await self._stored(who, asked)
        self._access.audit.record("call_read", who=who.id, call=asked.call, reason=asked.reason)
        return await self._told(who, stored, asked.reason)

    async def judge(self, who: Who, asked: Judge) -> Kept:
        """Keep what somebody makes of a cue."""
        stored = await self._agreed(who, asked)
        if asked.cue not in {one["id"] for one in stored.cues}:
            raise StoreError("there is no such cue in this call")
        verdict = Verdict(call_id=asked.call, cue_id=asked.cue, verdict=asked.verdict)
        await self._store.record(verdict, Actor(who.id, ACTOR))
        return Kept(id=asked.cue)

    async def note(self, who: Who, asked: Remark) -> Kept:
        """Keep somebody's words about a call."""
        await self._agreed(who, asked)
        name = f"{asked.cue}/{asked.id}" if asked.cue else asked.id
        note = Note(call_id=asked.call, id=name, text=asked.text, at=asked.at)
        await self._store.record(note, Actor(who.id, ACTOR))
        return Kept(id=name)

    async def export(self, who: Who, asked: Export) -> Response:
        """Return a call as a file."""
        told = await self._told(who, await self._stored(who, asked), asked.reason)
        format = FORMATS[asked.format]
        self._access.audit.record(
            "export", who=who.id, call=asked.call, code=asked.format, reason=asked.reason
        )
        content = await to_thread.run_sync(format.write, told)
        # Saved, never shown: a page made of a call does not run in this origin.
        name = {"content-disposition": f'attachment; filename="call.{format.suffix}"'}
        return Response(content, media_type=format.kind, headers=name)

    async def books(self, who: Who, asked: Books) -> Playbooks:
        """Return the playbooks of the call's language."""
        stored = await self._stored(who, asked)
        return Playbooks(names=self._names(stored))

    async def what_if(self, who: Who, asked: Try) -> WhatIf:
        """Run a call again under two playbooks."""
        stored = await self._agreed(who, asked)
        if asked.playbook not in self._names(stored):
            raise PlaybookError("there is no such playbook for the language of this call")
        self._access.audit.record(
            "call_read", who=who.id, call=asked.call, code="what_if", reason=asked.reason
        )
        log = await self._store.log(asked.call)
        if not log:
            raise StoreError("the words of this call are gone, so it cannot be tried")
        against = _named(stored)
        return await self._alone(log, against, asked.playbook)

    # --- inside -----------------------------------------------------------------------------------

    def _names(self, stored: StoredCall) -> tuple[str, ...]:
        language = stored.call["language"]
        return tuple(name for name in self._playbooks if name.partition("/")[0] == language)

    async def _alone(self, log: bytes, against: str, name: str) -> WhatIf:
        """Compute in a process of its own, so that no running call waits; one at a time."""
        if self._waiting >= TRYING + WAITING:
            raise _BusyError("too many are trying playbooks at the moment; wait a little")
        self._trying = self._trying or CapacityLimiter(TRYING)
        self._waiting += 1
        try:
            with fail_after(LONGEST_TRY_S):
                return await to_process.run_sync(
                    _apart, log, against, name, limiter=self._trying, cancellable=True
                )
        except (BrokenWorkerProcess, TimeoutError) as error:
            raise StoreError("this call could not be tried: it takes too long here") from error
        finally:
            self._waiting -= 1

    def _reach(self, who: Who) -> Reach:
        """Return the calls that somebody may read by any of their roles."""
        if self._access.local:
            return Reach(all=True)
        found = set(reaches(who.roles, "read_finished_calls"))
        teams = who.teams if "teams, as set" in found else frozenset()
        if not self._access.settings.supervisor_reads_finished:
            teams = frozenset()
        return Reach(
            agents=(who.id,) if "own" in found else (),
            teams=sorted(teams - {EVERYBODY}),
            calls=sorted(self._samples(who)) if "samples" in found else (),
            all=EVERYBODY in teams,
        )

    def _may(
        self,
        who: Who,
        stored: StoredCall,
        action: Literal["read_finished_calls", "see_words"],
        reason: str,
    ) -> bool:
        call = stored.call
        return self._access.may(
            who,
            action,
            agent=call["agent"],
            team=call["team"],
            finished=True,
            sampled=call["id"] in self._samples(who),
            reason=reason,
        )

    async def _stored(self, who: Who, asked: About) -> StoredCall:
        """Return a call that somebody may read.

        Raises:
            StoreError: there is none.
        """
        try:
            stored = await self._store.open(asked.call)
        except (StoreAwayError, StoreFullError):
            raise
        except StoreError as error:
            raise _UnknownError from error
        if not self._may(who, stored, "read_finished_calls", asked.reason):
            refusal = Refusal(FORBIDDEN, "read_finished_calls")
            self._access.refuse("call_refused", refusal, who=who.id, call=asked.call)
            raise _UnknownError
        if stored.call["ended_at"] is None:
            raise _UnknownError
        return stored

    async def _agreed(self, who: Who, asked: About) -> StoredCall:
        """Return a call that somebody may read, and whose review nobody refused."""
        stored = await self._stored(who, asked)
        if not may_review(stored):
            raise StoreError("somebody did not agree to the review of this call")
        return stored

    async def _told(self, who: Who, stored: StoredCall, reason: str) -> Review:
        """Return a call as its reader may see it; a long one takes a while to tell."""
        words = self._may(who, stored, "see_words", reason)
        log = await self._store.log(stored.call["id"])
        self._reading = self._reading or CapacityLimiter(READING)
        told = partial(_review, stored, log, words=words, me=who.id)
        return await to_thread.run_sync(told, limiter=self._reading)

    async def _may_find(self, who: Who, call_id: str, reason: str) -> bool:
        """Tell whether words of a call may be shown to who searches, and write that down."""
        try:
            stored = await self._store.open(call_id)
        except (StoreAwayError, StoreFullError):
            raise
        except StoreError:  # erased since it was found
            return False
        read = self._may(who, stored, "read_finished_calls", reason)
        seen = read and self._may(who, stored, "see_words", reason)
        if not seen or stored.call["ended_at"] is None or not may_review(stored):
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


def _events(log: bytes) -> list[AnyEvent]:
    return [decode(line) for line in log.splitlines()]


def _named(stored: StoredCall) -> str:
    """Return the playbook that a call ran under, by name: as it is today."""
    named = str(stored.call["playbook"])
    name = named if named.endswith(".toml") else named.partition("@")[0]
    return name or str(stored.call["language"])


def _apart(log: bytes, against: str, name: str) -> WhatIf:
    """Do the same behind everything else that the machine has to do."""
    if hasattr(os, "nice") and os.nice(0) < NICE:  # the process is used again
        os.nice(NICE - os.nice(0))
    return _tried(log, against, name)


def _tried(log: bytes, against: str, name: str) -> WhatIf:
    """Run a call under its own playbook and under another: half a minute of a core an hour."""
    before, after = load_playbook(against), load_playbook(name)
    changes = tuple(
        changed(one)
        for inputs in recorded(_events(log))
        for one in compare(inputs, before, after, TABLE)
    )
    return WhatIf(
        against=before.reference,
        playbook=after.reference,
        changes=changes,
        names=names(one.cue for one in changes),
    )


def _json(answer: Answer) -> Response:
    return Response(msgspec.json.encode(answer), media_type="application/json")


def _trouble(error: AssistError) -> Response:
    """Answer a refusal of ours: one sentence, that a page can show."""
    if isinstance(error, StoreAwayError | StoreFullError):
        return JSONResponse({"error": "the stored calls cannot be reached now"}, 503)
    if isinstance(error, _BusyError):
        return refused(Refusal(TOO_MANY, "busy", retry_after=5))
    if isinstance(error, PlaybookError | SettingsError):
        return JSONResponse({"error": "this playbook cannot be tried"}, 409)
    return JSONResponse({"error": str(error)}, 404 if isinstance(error, _UnknownError) else 409)
