"""One route: who may ask, what is asked, and what becomes of trouble."""

from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from assist.errors import AssistError, PlaybookError, StoreError
from assist.evaluate.review_messages import Kept
from assist.server.access import Who
from assist.server.review_asks import Books
from assist.server.review_endpoint import (
    REQUESTS,
    WITHIN_S,
    BusyError,
    Endpoint,
    UnknownError,
    counter,
)
from assist.store.trouble import StoreAwayError, StoreFullError
from tests.server.access.house import PASSWORD, PUBLIC, House, house

PAGE = {"origin": PUBLIC}


@pytest.fixture
def here(tmp_path: Path) -> House:
    return house(tmp_path)


def client(here: House, error: AssistError | None = None) -> TestClient:
    async def act(who: Who, asked: Any) -> Kept:
        if error is not None:
            raise error
        return Kept(id=f"{who.id} {asked.call}")

    ask = Endpoint(here.access, Books, act, counter()).ask
    app = Starlette(routes=[*here.access.routes, Route("/x", ask, methods=["POST"])])
    found = TestClient(app, base_url=PUBLIC)
    found.post("/api/login", json={"user": "anna", "password": PASSWORD}, headers=PAGE)
    return found


def test_what_is_asked_is_done_for_who_asks(here: House) -> None:
    answer = client(here).post("/x", json={"call": "c1"}, headers=PAGE)

    assert (answer.status_code, answer.json()) == (200, {"type": "kept", "id": "anna c1"})


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnknownError(), 404),
        (StoreError("that is not possible"), 409),
        (PlaybookError("line 7 of a secret file"), 409),
        (BusyError("too many"), 429),
        (StoreAwayError("host db.internal"), 503),
        (StoreFullError("on /data"), 503),
    ],
)
def test_trouble_is_one_sentence_without_what_is_ours(
    here: House, error: AssistError, status: int
) -> None:
    answer = client(here, error).post("/x", json={"call": "c1"}, headers=PAGE)

    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    assert not any(word in answer.text for word in ("secret", "internal", "/data"))


def test_requests_are_counted_by_who_asks(here: House) -> None:
    asking = client(here)
    for _ in range(REQUESTS):
        assert asking.post("/x", json={"call": "c"}, headers=PAGE).status_code == 200

    late = asking.post("/x", json={"call": "c"}, headers=PAGE)
    here.hands.at += WITHIN_S + 1

    assert late.status_code == 429
    assert asking.post("/x", json={"call": "c"}, headers=PAGE).status_code == 200
