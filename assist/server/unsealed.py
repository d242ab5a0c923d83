"""A sealed recording as an answer, opened on the way: all of it, or the range asked for."""

import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from assist.audio.sealed import Sealed

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
"""One range; who asks for several gets the whole (RFC 9110, 14.2)."""


def answer(request: Request, sealed: Sealed, *, kind: str, headers: Mapping[str, str]) -> Response:
    """Return what was asked for, status 206 for a range; 416 where there is no such range.

    Args:
        request: may ask for a range.
        sealed: the recording; it is opened record by record as it is sent.
        kind: its media type.
        headers: more of them.
    """
    told = {**headers, "accept-ranges": "bytes"}
    asked = _asked(request.headers.get("range", ""), sealed.size)
    if asked is None:
        whole = {**told, "content-length": str(sealed.size)}
        return StreamingResponse(sealed.read(), media_type=kind, headers=whole)
    start, end = asked
    if start >= end:
        nothing = {**told, "content-range": f"bytes */{sealed.size}"}
        return Response(status_code=416, headers=nothing)
    part = {
        **told,
        "content-range": f"bytes {start}-{end - 1}/{sealed.size}",
        "content-length": str(end - start),
    }
    return StreamingResponse(sealed.read(start, end), 206, media_type=kind, headers=part)


def _asked(header: str, size: int) -> tuple[int, int] | None:
    """Return the range that a header asks for, its end not included; None = all."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or found.group() == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        return max(size - int(last), 0), size
    return int(first), min(int(last) + 1 if last else size, size)
