"""The sound of finished calls for the review page: who may listen, and the files, in ranges.

A page asks by POST what was recorded of a call; it is told addresses that are good for a while, for
a browser's player cannot say who it is. No id of a call stands in an address.
"""

import secrets
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from assist.audio.peaks import PEAK_MS, duration
from assist.audio.recorded import beside
from assist.audio.sealed import SEALED, Sealed
from assist.core.consent import STOPPED
from assist.errors import AudioError, StoreError
from assist.evaluate.review import may_review
from assist.evaluate.review_messages import Sounds, Stretch
from assist.events import CHANNELS
from assist.server.access import Access
from assist.server.access.who import Who
from assist.server.review_asks import Listen
from assist.server.review_endpoint import AWAY, Endpoint, UnknownError, counter
from assist.server.review_rights import Rights
from assist.server.unsealed import answer
from assist.store.spans import Span
from assist.store.store import Store

GOOD_S = 1800.0
"""An address is good for so long."""
ADDRESSES = 4_096
"""So many are good at a time; the oldest go first."""
KINDS = {"sound": "audio/ogg", "peaks": "application/octet-stream"}
UNKNOWN = "there is no such recording"


def create_sound_routes(store: Store, access: Access) -> list[BaseRoute]:
    """Return the routes.

    Args:
        store: of the calls.
        access: who may come in, and what they may do.
    """
    desk = _Desk(store, access)
    ask = Endpoint(access, Listen, desk.tell, counter()).ask
    return [
        Route("/api/review/sound", ask, methods=["POST"]),
        Route("/api/sound/{key}/{kind}", desk.play, methods=["GET"]),
    ]


@dataclass(frozen=True, slots=True)
class _Pass:
    """What an address stands for."""

    who: Who
    call: str
    path: Path
    until: float
    assigned: bool
    """Whether the call was assigned to who listens."""


class _Desk:
    """Who may listen to what."""

    def __init__(self, store: Store, access: Access) -> None:
        self._store = store
        self._access = access
        self._rights = Rights(store, access)
        self._passes: OrderedDict[str, _Pass] = OrderedDict()

    async def tell(self, who: Who, asked: Listen) -> Sounds:
        """Tell what was recorded of a call, and where it can be heard."""
        stored = await self._rights.stored(who, asked)
        if not await self._rights.may(who, stored.call, "see_words", asked.reason):
            self._rights.refuse(who, asked.call)  # sound holds words
        if not may_review(stored):
            raise UnknownError
        spans = await self._store.spans(asked.call)
        there = await to_thread.run_sync(partial(_there, self._store.place.data, spans))
        assigned = await self._rights.is_assigned(who, asked.call)
        stretches = tuple(self._stretch(who, span, path, assigned) for span, path in there)
        if stretches:
            self._access.audit.record(
                "call_read", who=who.id, call=asked.call, code="sound", reason=asked.reason
            )
        return Sounds(stretches=stretches, peak_ms=PEAK_MS)

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
            if await self._is_over(found):
                return JSONResponse({"error": UNKNOWN}, 404)
        except StoreError:
            return JSONResponse({"error": AWAY}, 503)
        headers = {"cache-control": "no-store"}  # what is erased must not stay in a browser
        if path.suffix == SEALED:
            return await self._open(request, found, headers)
        return FileResponse(path, media_type=KINDS[kind], headers=headers)

    # --- inside -----------------------------------------------------------------------------------

    async def _open(self, request: Request, found: _Pass, headers: Mapping[str, str]) -> Response:
        """Answer with a sealed recording; like one that is not there where its key is gone."""
        try:
            key = await self._store.sound_key(found.call)
            if key is None:
                return JSONResponse({"error": UNKNOWN}, 404)
            sealed = await to_thread.run_sync(Sealed, found.path, key)
        except (StoreError, AudioError, OSError):
            return JSONResponse({"error": UNKNOWN}, 404)
        return answer(request, sealed, kind=KINDS["sound"], headers=headers)

    async def _is_over(self, good: _Pass) -> bool:
        """Tell whether what an address was given for has been taken back meanwhile."""
        if good.assigned and not await self._rights.is_assigned(good.who, good.call):
            return True
        consents = await self._store.consents(good.call)
        return any(consents.of(channel, "review") in STOPPED for channel in CHANNELS)

    def _stretch(self, who: Who, span: Span, path: Path, assigned: bool) -> Stretch:
        """Return a stretch with its addresses."""
        key = secrets.token_urlsafe(32)
        until = self._access.clock.steady() + GOOD_S
        self._passes[key] = _Pass(who, span.call_id, path, until, assigned)
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
