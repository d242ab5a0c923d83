"""Bodies of requests: short, and from a page only as JSON."""

from typing import TypeVar

import msgspec
from starlette.requests import Request

from assist.server.access.who import BAD_FIELD, TOO_LONG, Refusal

T = TypeVar("T")


async def body(request: Request, most: int) -> bytes | None:
    """Return a body of so many bytes at most; nothing when it is longer."""
    found = b""
    async for part in request.stream():
        found += part
        if len(found) > most:
            return None
    return found


async def from_page(
    request: Request, decoder: msgspec.json.Decoder[T], *, most: int, name: str
) -> T | Refusal:
    """Read what a page sent; a body of another kind comes from no page of ours.

    Args:
        request: with the body.
        decoder: of what it holds.
        most: bytes.
        name: for log and audit, where it holds something else.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/json":
        return Refusal(BAD_FIELD, "content_type")
    found = await body(request, most)
    if found is None:
        return Refusal(TOO_LONG, "too_long")
    try:
        return decoder.decode(found)
    except msgspec.DecodeError:
        return Refusal(BAD_FIELD, name)
