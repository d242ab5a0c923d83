import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from assist.server.access import Access, Audit
from assist.server.access import entry as entry_file
from assist.server.access.entry import Hello, entering, until_lost
from tests.server.access.house import LISTED, PASSWORD, PUBLIC, House, house

PAGE = {"origin": PUBLIC}
LOCAL = "http://127.0.0.1:8765"
HERE = {"origin": LOCAL, "host": "127.0.0.1:8765"}


@pytest.fixture
def here(tmp_path: Path) -> House:
    return house(tmp_path)


@contextmanager
def browser(access: Access, base: str = PUBLIC) -> Iterator[TestClient]:
    """Serve one endpoint that says who came in, and ends when they lose their rights."""

    async def follow(websocket: WebSocket) -> None:
        async with entering(websocket, access) as found:
            if found is not None:
                await websocket.send_json([found.who.id, found.call, found.since])
                code = await until_lost(access, found.who, every=0.01)
                await entry_file.close(websocket, code)

    app = Starlette(routes=[*access.routes, WebSocketRoute("/feed", follow)])
    with TestClient(app, base_url=base, client=("192.0.2.7", 5000)) as client:
        yield client


@pytest.fixture
def client(here: House) -> Iterator[TestClient]:
    with browser(here.access) as running:
        yield running


def ticket(client: TestClient, user: str = "anna") -> str:
    client.post("/api/login", json={"user": user, "password": PASSWORD}, headers=dict(PAGE))
    found = client.post("/api/ticket", headers=dict(PAGE)).json()["ticket"]
    return str(found)


def hello(**fields: Any) -> str:
    return json.dumps({"type": "hello", **fields})


def answer(client: TestClient, text: str, headers: dict[str, str] = PAGE) -> Any:
    """Return what a first message is answered: who came in, or the close code."""
    with client.websocket_connect("/feed", headers=dict(headers)) as socket:
        socket.send_text(text)
        try:
            return socket.receive_json()
        except WebSocketDisconnect as gone:
            return gone.code


def test_a_ticket_in_the_first_message_opens(client: TestClient) -> None:
    assert answer(client, hello(ticket=ticket(client), call="c1", since=7)) == ["anna", "c1", 7]


def test_a_machine_comes_in_by_its_token_and_names_no_origin(
    client: TestClient, here: House
) -> None:
    assert answer(client, hello(token=here.token("pbx")), {}) == ["machine:pbx", "", 0]


def test_the_cookie_alone_opens_nothing(client: TestClient, here: House) -> None:
    ticket(client)

    assert answer(client, hello()) == 4401
    assert here.kinds[-1] == "token_refused"


def test_a_replayed_ticket_is_refused(client: TestClient, here: House) -> None:
    used = ticket(client)
    answer(client, hello(ticket=used))

    assert answer(client, hello(ticket=used)) == 4401
    assert here.audited[-1].code == "ticket_unknown"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://assist.example.org"])
def test_a_socket_of_another_site_never_opens(client: TestClient, here: House, origin: str) -> None:
    good = ticket(client)

    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect("/feed", headers={"origin": origin}),
    ):
        pass

    assert here.audited[-1].kind == "origin_refused"
    assert answer(client, hello(ticket=good)) == ["anna", "", 0]  # it was not used up


def test_a_ticket_is_good_for_pages_of_its_own_origin_alone(tmp_path: Path) -> None:
    other = "https://crm.example.org"
    here = house(tmp_path, origins=(other,))
    with browser(here.access) as client:
        assert answer(client, hello(ticket=ticket(client)), {"origin": other}) == 4401
        assert answer(client, hello(ticket=ticket(client)), {}) == 4401
    assert here.audited[-1].code == "ticket_of_another_page"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", 1007),
        ("{", 1007),
        ("[]", 4400),
        ("{}", 4401),
        ('{"type": "goodbye"}', 4400),
        (hello(ticket="x", admin=True), 4400),
        (hello(ticket="x", since=-1), 4400),
        (hello(ticket=7), 4400),
        (hello(ticket="x"), 4401),
        (hello(token="x"), 4401),
        ("x" * 9000, 1009),
    ],
)
def test_nonsense_ends_the_connection_with_its_code(
    client: TestClient, text: str, code: int
) -> None:
    assert answer(client, text) == code


VALUES = st.none() | st.integers() | st.floats() | st.text(max_size=9) | st.lists(st.text())


@settings(max_examples=200, deadline=None)  # the machine may be busy
@given(
    st.text()
    | st.recursive(VALUES, st.lists, max_leaves=4).map(json.dumps)
    | st.dictionaries(
        st.sampled_from(["type", "token", "ticket", "call", "since", "x"]),
        VALUES | st.just("hello"),
    ).map(json.dumps)
)
def test_whatever_comes_first_is_a_hello_or_has_its_code(text: str) -> None:
    found = entry_file._hello(text)

    assert isinstance(found, Hello) or found.code in (1007, 1009, 4400)


def test_bytes_are_no_first_message(client: TestClient) -> None:
    with client.websocket_connect("/feed", headers=dict(PAGE)) as socket:
        socket.send_bytes(b"x")
        with pytest.raises(WebSocketDisconnect) as gone:
            socket.receive_text()

    assert gone.value.code == 1003


def test_who_says_nothing_is_sent_away(here: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry_file, "FIRST_S", 0.05)

    with (
        browser(here.access) as client,
        client.websocket_connect("/feed", headers=dict(PAGE)) as socket,
        pytest.raises(WebSocketDisconnect) as gone,
    ):
        socket.receive_text()

    assert gone.value.code == 4408


def test_who_goes_without_a_word_leaves_nothing_behind(tmp_path: Path) -> None:
    here = house(tmp_path, connections_per_address=1)
    with browser(here.access) as client:
        with client.websocket_connect("/feed", headers=dict(PAGE)):
            pass

        assert answer(client, hello(ticket=ticket(client))) == ["anna", "", 0]


def test_one_address_opens_so_many_sockets_and_no_more(tmp_path: Path) -> None:
    here = house(tmp_path, connections_per_address=1)
    with (
        browser(here.access) as client,
        client.websocket_connect("/feed", headers=dict(PAGE)),
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect("/feed", headers=dict(PAGE)),
    ):
        pass
    assert here.kinds == ["connection_refused"]


def test_one_user_opens_so_many_sockets_and_no_more(tmp_path: Path) -> None:
    here = house(tmp_path, connections_per_user=1)
    with browser(here.access) as client:
        first = ticket(client)
        with client.websocket_connect("/feed", headers=dict(PAGE)) as socket:
            socket.send_text(hello(ticket=first))
            assert socket.receive_json() == ["anna", "", 0]

            assert answer(client, hello(ticket=ticket(client))) == 4429


def removed(here: House) -> None:
    here.rewrite(LISTED.__class__())


def logged_out(here: House) -> None:
    for proof in list(here.access.sessions._open):
        here.access.sessions.end(proof)


def expired(here: House) -> None:
    here.hands.at += 9 * 3600


@pytest.mark.parametrize("loss", [removed, logged_out, expired])
def test_who_loses_a_right_while_connected_is_sent_away(
    client: TestClient, here: House, loss: Callable[[House], None]
) -> None:
    good = ticket(client)
    with client.websocket_connect("/feed", headers=dict(PAGE)) as socket:
        socket.send_text(hello(ticket=good))
        socket.receive_json()

        loss(here)

        with pytest.raises(WebSocketDisconnect) as gone:
            socket.receive_text()
    assert gone.value.code == 4403
    assert here.audited[-1].kind == "right_lost"


def test_on_this_machine_the_token_may_travel_as_a_subprotocol() -> None:
    access = Access(audit=Audit(None))
    offered, path = ["assist", access.token], "/feed?call=c1&since=3"
    with (
        browser(access, LOCAL) as client,
        client.websocket_connect(path, subprotocols=offered, headers=dict(HERE)) as socket,
    ):
        assert socket.accepted_subprotocol == "assist"
        assert socket.receive_json() == ["local", "c1", 3]


@pytest.mark.parametrize(
    ("query", "token", "code"), [("", "wrong", 4401), ("?since=x", None, 4400)]
)
def test_on_this_machine_another_token_or_nonsense_is_refused(
    query: str, token: str | None, code: int
) -> None:
    access = Access(audit=Audit(None))
    offered = ["assist", token or access.token]
    with (
        browser(access, LOCAL) as client,
        client.websocket_connect(
            f"/feed{query}", subprotocols=offered, headers=dict(HERE)
        ) as socket,
        pytest.raises(WebSocketDisconnect) as gone,
    ):
        socket.receive_text()

    assert gone.value.code == code


def test_on_this_machine_the_token_opens_in_the_first_message_too() -> None:
    access = Access(audit=Audit(None))
    with browser(access, LOCAL) as client:
        assert answer(client, hello(token=access.token), HERE) == ["local", "", 0]
