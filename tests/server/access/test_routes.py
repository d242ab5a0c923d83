from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from assist.server.access import Access, Audit
from tests.server.access.house import PASSWORD, PUBLIC, House, house

PAGE = {"origin": PUBLIC}
EVIL = {"origin": "https://evil.example"}


@pytest.fixture
def here(tmp_path: Path) -> House:
    return house(tmp_path)


@pytest.fixture
def client(here: House) -> Iterator[TestClient]:
    yield from browser(here.access)


def browser(access: Access, base: str = PUBLIC) -> Iterator[TestClient]:
    app = Starlette(routes=access.routes)
    with TestClient(app, base_url=base, client=("192.0.2.7", 5000)) as client:
        yield client


def log_in(client: TestClient, user: str = "anna", password: str = PASSWORD) -> int:
    answer = client.post("/api/login", json={"user": user, "password": password}, headers=PAGE)
    return answer.status_code


def test_somebody_logs_in_and_gets_a_ticket(client: TestClient, here: House) -> None:
    assert log_in(client) == 200

    me = client.get("/api/me").json()
    ticket = client.post("/api/ticket", headers=PAGE).json()

    assert me == {"user": "anna", "roles": ["agent"], "teams": ["north"], "local": False}
    assert ticket["seconds"] == 30
    assert len(ticket["ticket"]) >= 43
    assert here.kinds == ["login"]


def test_the_cookie_has_all_its_guards(client: TestClient) -> None:
    answer = client.post("/api/login", json={"user": "anna", "password": PASSWORD}, headers=PAGE)

    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("__host-assist=")
    for guard in ("httponly", "secure", "samesite=strict", "path=/", "max-age=28800"):
        assert guard in cookie
    assert "domain" not in cookie
    assert answer.headers["cache-control"] == "no-store"
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(
    ("user", "password"), [("anna", "wrong"), ("eve", PASSWORD), ("", ""), ("anna", "")]
)
def test_a_wrong_name_and_a_wrong_password_look_alike(
    client: TestClient, here: House, user: str, password: str
) -> None:
    answer = client.post("/api/login", json={"user": user, "password": password}, headers=PAGE)

    assert answer.status_code == 401
    assert answer.json() == {"error": "the name or the password is wrong"}
    assert "set-cookie" not in answer.headers
    assert here.kinds == ["login_failed"]
    assert here.told == ["login_failed"]


def test_what_a_stranger_types_is_not_written_down(client: TestClient, here: House) -> None:
    log_in(client, "my secret password", "x")

    assert here.audited[-1].who == ""
    assert "secret" not in (here.directory / "audit" / "audit.jsonl").read_text()


def test_the_sixth_wrong_try_in_a_minute_is_not_even_looked_at(
    client: TestClient, here: House
) -> None:
    found = [log_in(client, user, "x") for user in ("bob", "sue", "rita", "root", "desk")]

    answer = client.post("/api/login", json={"user": "anna", "password": PASSWORD}, headers=PAGE)

    assert found == [401] * 5
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) == 61
    here.hands.at += 61
    assert log_in(client) == 200


def test_a_name_is_locked_wherever_the_tries_come_from(client: TestClient, here: House) -> None:
    for _ in range(5):
        assert log_in(client, password="x") == 401
        here.hands.at += 15

    assert log_in(client) == 429  # the right one, 15 s after the fifth wrong one
    here.hands.at += 16
    assert log_in(client) == 200


def test_right_passwords_use_up_no_tries(client: TestClient) -> None:
    assert [log_in(client) for _ in range(8)] == [200] * 8


@pytest.mark.parametrize("path", ["/api/login", "/api/logout", "/api/ticket"])
@pytest.mark.parametrize("headers", [EVIL, {}, {"origin": "null"}], ids=["evil", "none", "null"])
def test_another_page_may_not_ask(
    client: TestClient, here: House, path: str, headers: dict[str, str]
) -> None:
    log_in(client)

    answer = client.post(path, json={"user": "anna", "password": PASSWORD}, headers=headers)

    assert answer.status_code == 403
    assert here.kinds == ["login", "origin_refused"]
    assert client.get("/api/me").status_code == 200  # still logged in


def test_who_logs_out_is_out(client: TestClient, here: House) -> None:
    log_in(client)

    answer = client.post("/api/logout", headers=PAGE)

    assert answer.status_code == 204
    assert client.get("/api/me").status_code == 401
    assert here.kinds == ["login", "logout"]


def test_a_cookie_of_a_session_that_is_over_is_worth_nothing(
    client: TestClient, here: House
) -> None:
    log_in(client)
    stolen = dict(client.cookies)
    client.post("/api/logout", headers=PAGE)

    client.cookies.update(stolen)

    assert client.post("/api/ticket", headers=PAGE).status_code == 401
    assert here.kinds == ["login", "logout", "session_refused"]


def test_without_a_session_there_is_no_ticket(client: TestClient, here: House) -> None:
    answer = client.post("/api/ticket", headers=PAGE)

    assert answer.status_code == 401
    assert answer.json() == {"error": "please log in"}
    assert here.kinds == ["session_refused"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"user": "anna"}', "application/json", 400),
        (b'{"user": "anna", "password": "x", "admin": true}', "application/json", 400),
        (b"[" * 4000, "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"", "application/json", 400),
        (b'{"user": "anna", "password": "x"}', "text/plain", 400),
        (b"user=anna&password=x", "application/x-www-form-urlencoded", 400),
        (b'{"user": "' + b"a" * 5000 + b'", "password": "x"}', "application/json", 400),
        (b'{"user": "\\ud800", "password": "\\ud800"}', "application/json", 400),
    ],
)
def test_nonsense_is_refused_without_a_traceback(
    client: TestClient, body: bytes, kind: str, status: int
) -> None:
    headers = PAGE | {"content-type": kind}

    answer = client.post("/api/login", content=body, headers=headers)

    assert answer.status_code == status


def test_a_machine_says_who_it_is_by_its_token(client: TestClient, here: House) -> None:
    token = here.token("prometheus")

    found = [
        client.get("/api/me", headers={"authorization": f"Bearer {token}"}).status_code
        for _ in range(2)
    ]

    assert found == [200, 401]  # good for once
    assert here.audited[-1].code == "token_used"


def test_in_local_mode_the_token_is_all_that_is_needed() -> None:
    access = Access(audit=Audit(None))
    here = "http://127.0.0.1:8765"
    (client,) = browser(access, here)

    headers = {"origin": here, "authorization": f"Bearer {access.token}"}
    me = client.get("/api/me", headers=headers).json()
    ticket = client.post("/api/ticket", headers=headers)

    assert (me["user"], me["local"]) == ("local", True)
    assert ticket.status_code == 200


def test_in_local_mode_nobody_logs_in() -> None:
    (client,) = browser(Access(audit=Audit(None)), "http://127.0.0.1:8765")

    answer = client.post(
        "/api/login",
        json={"user": "local", "password": ""},
        headers={"origin": "http://127.0.0.1:8765"},
    )

    assert answer.status_code == 401
