"""One route of the review page: let in who may ask, read what is asked, write the answer."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assist.errors import AssistError, PlaybookError, SettingsError, StoreError
from assist.server.access import Access
from assist.server.access.body import from_page
from assist.server.access.limits import Tries
from assist.server.access.routes import refused
from assist.server.access.who import SIGNED_OUT, TOO_MANY, Refusal, Who
from assist.server.review_asks import Ask
from assist.store.trouble import StoreAwayError, StoreFullError

LARGEST = 16 * 1024
"""Bytes of a body: a note of 2,000 characters fits, each as long as JSON can make it."""
REQUESTS, WITHIN_S = 240, 60.0
"""So many requests of one person within so many seconds, to all routes with the same counter."""
AWAY = "the stored calls cannot be reached now"

Act = Callable[[Who, Any], Awaitable[msgspec.Struct | Response]]
"""What a route does, and what it answers."""


class UnknownError(StoreError):
    """There is no such call, or none for whoever asks; the answer is the same."""

    def __init__(self) -> None:
        super().__init__("there is no such call")


class BusyError(StoreError):
    """Too many wait for the same."""


def counter() -> Tries:
    """Return what counts the requests of everybody."""
    return Tries(limit=REQUESTS, within=WITHIN_S)


class Endpoint:
    """Answer the requests of one route.

    Args:
        access: who may come in.
        kind: what is asked.
        act: does it.
        counter: of everybody's requests.
    """

    def __init__(self, access: Access, kind: type[Ask], act: Act, counter: Tries) -> None:
        self._access = access
        self._decoder = msgspec.json.Decoder(kind)
        self._act = act
        self._counter = counter

    async def ask(self, request: Request) -> Response:
        """Answer one request."""
        who = admitted(self._access, request, self._counter)
        if isinstance(who, Refusal):
            return refused(who)
        asked = await from_page(request, self._decoder, most=LARGEST, name="review")
        if isinstance(asked, Refusal):
            return refused(asked)
        try:
            answer = await self._act(who, asked)
        except AssistError as error:
            return trouble(error)
        if isinstance(answer, Response):
            return answer
        return Response(msgspec.json.encode(answer), media_type="application/json")


def admitted(access: Access, request: Request, counter: Tries) -> Who | Refusal:
    """Tell who asks, if they may and have not asked too often."""
    bearer = "authorization" in request.headers  # no browser sends that by itself
    if refusal := access.admits(request, page=not bearer):
        return refusal
    who = access.who(request)
    if who is None:
        return Refusal(SIGNED_OUT, "no_session")
    if wait := counter.take(who.id, access.clock.steady()):
        return Refusal(TOO_MANY, "too_many_requests", retry_after=int(wait) + 1)
    return who


def trouble(error: AssistError) -> Response:
    """Answer a refusal of ours: one sentence, that a page can show."""
    if isinstance(error, StoreAwayError | StoreFullError):
        return JSONResponse({"error": AWAY}, 503)
    if isinstance(error, BusyError):
        return refused(Refusal(TOO_MANY, "busy", retry_after=5))
    if isinstance(error, PlaybookError | SettingsError):
        return JSONResponse({"error": "this playbook cannot be tried"}, 409)
    return JSONResponse({"error": str(error)}, 404 if isinstance(error, UnknownError) else 409)
