from collections.abc import Iterator

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from assist.server.access.body import body, from_page
from assist.server.access.who import Refusal

DECODER = msgspec.json.Decoder(dict[str, int])


async def raw(request: Request) -> Response:
    found = await body(request, 10)
    return JSONResponse(None if found is None else len(found))


async def typed(request: Request) -> Response:
    found = await from_page(request, DECODER, most=20, name="number")
    return JSONResponse(found.reason if isinstance(found, Refusal) else found)


@pytest.fixture
def client() -> Iterator[TestClient]:
    routes = [Route("/raw", raw, methods=["POST"]), Route("/typed", typed, methods=["POST"])]
    with TestClient(Starlette(routes=routes)) as client:
        yield client


@pytest.mark.parametrize(("length", "expected"), [(0, 0), (10, 10), (11, None), (10_000, None)])
def test_a_body_is_read_up_to_its_limit(
    client: TestClient, length: int, expected: int | None
) -> None:
    assert client.post("/raw", content=b"x" * length).json() == expected


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        (b'{"a":1}', "application/json", {"a": 1}),
        (b'{"a":1}', "application/json; charset=utf-8", {"a": 1}),
        (b'{"a":1}', "text/plain", "content_type"),
        (b'{"a":"x"}', "application/json", "number"),
        (b"{", "application/json", "number"),
        (b" " * 21, "application/json", "too_long"),
    ],
)
def test_a_page_sends_json_of_the_right_kind(
    client: TestClient, content: bytes, kind: str, expected: object
) -> None:
    assert client.post("/typed", content=content, headers={"content-type": kind}).json() == expected
