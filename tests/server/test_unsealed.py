"""A sealed recording is answered opened: whole, or the range that was asked for."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from assist.audio.sealed import Sealed, Sealer
from assist.server.unsealed import answer

KEY = bytes(range(32))
SOUND = bytes(range(256)) * 40


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    path, sealer = tmp_path / "a.sealed", Sealer(KEY)
    path.write_bytes(
        sealer.head
        + b"".join(sealer.seal(SOUND[at : at + 999]) for at in range(0, len(SOUND), 999))
    )

    def play(request: Request) -> Response:
        sealed = Sealed(path, KEY)
        return answer(request, sealed, kind="audio/ogg", headers={"cache-control": "no-store"})

    return TestClient(Starlette(routes=[Route("/", play)]))


def test_all_of_it_is_told_with_its_size(client: TestClient) -> None:
    got = client.get("/")

    assert (got.status_code, got.content) == (200, SOUND)
    assert got.headers["content-length"] == str(len(SOUND))
    assert got.headers["accept-ranges"] == "bytes"
    assert got.headers["content-type"] == "audio/ogg"
    assert got.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=990-1010", 990, 1011),
        ("bytes=5000-", 5000, len(SOUND)),
        ("bytes=-7", len(SOUND) - 7, len(SOUND)),
        ("bytes=9000-99999999", 9000, len(SOUND)),
    ],
)
def test_a_range_is_that_range(client: TestClient, asked: str, start: int, end: int) -> None:
    got = client.get("/", headers={"range": asked})

    assert (got.status_code, got.content) == (206, SOUND[start:end])
    assert got.headers["content-range"] == f"bytes {start}-{end - 1}/{len(SOUND)}"
    assert got.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("asked", [f"bytes={len(SOUND)}-", "bytes=9-8", "bytes=-0"])
def test_a_range_that_is_not_there_is_refused(client: TestClient, asked: str) -> None:
    got = client.get("/", headers={"range": asked})

    assert (got.status_code, got.content) == (416, b"")
    assert got.headers["content-range"] == f"bytes */{len(SOUND)}"


@pytest.mark.parametrize(
    "asked", ["bytes=-", f"bytes=0-{'9' * 5_000}", "bytes=0-1,4-5", "seconds=1-2", "nonsense"]
)
def test_who_asks_for_what_is_no_single_range_gets_all(client: TestClient, asked: str) -> None:
    assert client.get("/", headers={"range": asked}).content == SOUND
