"""The sound of finished calls for the review page: who may listen, and the files, in ranges.

A page asks by POST what was recorded of a call; it is told addresses that are good for a while, for
a browser's player cannot say who it is. No id of a call stands in an address.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from assist.audio.peaks import PEAK_MS, duration
from assist.audio.recorded import beside
from assist.core.consent import STOPPED
from assist.errors import StoreError
from assist.evaluate.review import may_review
from assist.events import CHANNELS
from assist.server.access import Access
from assist.server.access.body import from_page
from assist.server.access.limits import Tries
from assist.server.access.routes import refused
from assist.server.access.who import (
    FORBIDDEN,
    SIGNED_OUT,
    TOO_MANY,
    Refusal,
    Who,
)
from assist.store.reading import StoredCall
from assist.store.spans import Span
from assist.store.store import Store
from assist.store.trouble import StoreAwayError, StoreFullError

LARGEST = 4 * 1024
"""Bytes of a body."""
REQUESTS, WITHIN_S = 120, 60.0
"""So many requests of one person within so many seconds."""
GOOD_S = 1800.0
"""An address is good for so long."""
ADDRESSES = 4_096
"""So many are good at a time; the oldest go first."""
KINDS = {"sound": "audio/ogg", "peaks": "application/octet-stream"}
UNKNOWN = "there is no such recording"
AWAY = "the stored calls cannot be reached now"

Samples = Callable[[Who], Collection[str]]
"""Tells the calls that were assigned to a reviewer."""


class Ask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which call's sound is wanted, and why."""

    call: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded stretch of a call; milliseconds on the call clock."""

    start: int
    end: int
    sound: str
    """Where the Ogg/Opus file is, the agent on the left."""
    peaks: str
    """Where its peaks are: a byte every 50 ms for the agent, then one for the customer."""


class Sounds(msgspec.Struct, frozen=True, kw_only=True):
    """All that was recorded of a call, in order; nothing where no sound was kept."""

    stretches: tuple[Stretch, ...]
    peak_ms: int = PEAK_MS


def create_sound_routes(
    store: Store, access: Access, *, samples: Samples = lambda who: ()
) -> list[BaseRoute]:
    """Return the routes.

    Args:
        store: of the calls.
        access: who may come in, and what they may do.
        samples: which calls were assigned to a reviewer.
    """
    desk = _Desk(store, access, samples)
    return [
        Route("/api/review/sound", desk.ask, methods=["POST"]),
        Route("/api/sound/{key}/{kind}", desk.play, methods=["GET"]),
    ]


@dataclass(frozen=True, slots=True)
class _Pass:
    """What an address stands for."""

    who: Who
    call: str
    path: Path
    until: float


class _Desk:
    """Who may listen to what."""

    def __init__(self, store: Store, access: Access, samples: Samples) -> None:
        self._store = store
        self._access = access
        self._samples = samples
        self._passes: OrderedDict[str, _Pass] = OrderedDict()
        self._counter = Tries(limit=REQUESTS, within=WITHIN_S)
        self._decoder = msgspec.json.Decoder(Ask)

    async def ask(self, request: Request) -> Response:
        """Tell what was recorded of a call, and where it can be heard."""
        who = self._admitted(request)
        if isinstance(who, Refusal):
            return refused(who)
        asked = await from_page(request, self._decoder, most=LARGEST, name="sound")
        if isinstance(asked, Refusal):
            return refused(asked)
        try:
            spans = await self._spans(who, asked)
        except (StoreAwayError, StoreFullError):
            return JSONResponse({"error": AWAY}, 503)
        except StoreError:
            return JSONResponse({"error": "there is no such call"}, 404)
        there = await to_thread.run_sync(partial(_there, self._store.place.data, spans))
        stretches = tuple(self._stretch(who, span, path) for span, path in there)
        if stretches:
            self._access.audit.record(
                "call_read", who=who.id, call=asked.call, code="sound", reason=asked.reason
            )
        answer = msgspec.json.encode(Sounds(stretches=stretches))
        return Response(answer, media_type="application/json")

    async def play(self, request: Request) -> Response:
        """Answer with a file, or with a range of it."""
        key, kind = request.path_params["key"], request.path_params["kind"]
        found = self._passes.get(key)
        if found is None or kind not in KINDS or found.until < self._access.clock.steady():
            return JSONResponse({"error": UNKNOWN}, 404)
        path = found.path if kind == "sound" else beside(found.path)
        there = await to_thread.run_sync(path.is_file)
        if not there or not self._access.still(found.who):
            return JSONResponse({"error": UNKNOWN}, 404)
        try:
            if await self._is_refused(found.call):
                return JSONResponse({"error": UNKNOWN}, 404)
        except StoreError:
            return JSONResponse({"error": AWAY}, 503)
        headers = {"cache-control": "no-store"}  # what is erased must not stay in a browser
        return FileResponse(path, media_type=KINDS[kind], headers=headers)

    # --- inside -----------------------------------------------------------------------------------

    def _admitted(self, request: Request) -> Who | Refusal:
        bearer = "authorization" in request.headers  # no browser sends that by itself
        if refusal := self._access.admits(request, page=not bearer):
            return refusal
        who = self._access.who(request)
        if who is None:
            return Refusal(SIGNED_OUT, "no_session")
        if wait := self._counter.take(who.id, self._access.clock.steady()):
            return Refusal(TOO_MANY, "too_many_requests", retry_after=int(wait) + 1)
        return who

    async def _spans(self, who: Who, asked: Ask) -> list[Span]:
        """Return what was recorded of a finished call that somebody may read.

        Raises:
            StoreError: there is none; or somebody did not agree to its review.
        """
        stored = await self._store.open(asked.call)
        if not self._may(who, stored, asked.reason):
            refusal = Refusal(FORBIDDEN, "read_finished_calls")
            self._access.refuse("call_refused", refusal, who=who.id, call=asked.call)
            raise StoreError(UNKNOWN)
        if stored.call["ended_at"] is None or not may_review(stored):
            raise StoreError(UNKNOWN)
        return await self._store.spans(asked.call)

    def _may(self, who: Who, stored: StoredCall, reason: str) -> bool:
        """Tell whether somebody may read a call, and the words of it, which sound holds."""
        call = stored.call
        sampled = call["id"] in self._samples(who)
        return all(
            self._access.may(
                who,
                action,
                agent=call["agent"],
                team=call["team"],
                finished=True,
                sampled=sampled,
                reason=reason,
            )
            for action in ("read_finished_calls", "see_words")
        )

    async def _is_refused(self, call_id: str) -> bool:
        """Tell whether somebody has taken back meanwhile that the call is used after its end."""
        consents = await self._store.consents(call_id)
        return any(consents.of(channel, "review") in STOPPED for channel in CHANNELS)

    def _stretch(self, who: Who, span: Span, path: Path) -> Stretch:
        """Return a stretch with its addresses."""
        key = secrets.token_urlsafe(32)
        until = self._access.clock.steady() + GOOD_S
        self._passes[key] = _Pass(who, span.call_id, path, until)
        while len(self._passes) > ADDRESSES:
            self._passes.popitem(last=False)
        here = f"/api/sound/{key}"
        return Stretch(start=span.start, end=span.end, sound=f"{here}/sound", peaks=f"{here}/peaks")


def _there(data: Path, spans: Iterable[Span]) -> list[tuple[Span, Path]]:
    """Return the stretches whose files are there and hold sound, with their real ends."""
    found = []
    for span in spans:
        path = (data / span.location).resolve()
        if not path.is_relative_to(data.resolve()) or not path.is_file():
            continue
        end = span.end
        if end <= span.start and beside(path).is_file():  # it was never finished
            end = span.start + duration(beside(path).stat().st_size)
        if end > span.start:
            found.append((replace(span, end=end), path))
    return found
