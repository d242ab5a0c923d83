"""The whole table over the real service: everybody knocks at every door of a running server."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from msgspec.structs import replace
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from assist import protocol
from assist.events import NudgeDismissed, SupervisorNote
from assist.server.entrances import OWN_CALLS
from tests.server.access.house import LISTED, PASSWORD, PUBLIC, House, house, person
from tests.server.running import QUIET, Running, running

PEOPLE = ("anna", "bob", "sue", "rita", "root", "desk")
MACHINES = ("desk-7", "pbx", "prometheus")
EVERYBODY = (*PEOPLE, *MACHINES)
CALLS = {"anna": "call-of-anna", "bob": "call-of-bob"}
FRAME = b"\x00\x00" * 1600


@dataclass
class Site:
    """A running service with users, and two live calls: Anna's of the north, Bob's of the south."""

    house: House
    here: Running
    cookies: dict[str, dict[str, str]]

    def post(self, path: str, who: str = "", **given: Any) -> httpx2.Response:
        headers = {"origin": PUBLIC} | given.pop("headers", {})
        return self.asked("POST", path, who, headers=headers, **given)

    def asked(self, method: str, path: str, who: str = "", **given: Any) -> httpx2.Response:
        base = f"http://127.0.0.1:{self.here.port}"
        cookies = self.cookies.get(who, {})
        with httpx2.Client(base_url=base, verify=False, cookies=cookies) as client:
            return client.request(method, path, **given)

    def log_in(self, who: str) -> None:
        answer = self.post("/api/login", json={"user": who, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        self.cookies[who] = dict(answer.cookies)

    def shown(self, who: str) -> dict[str, str]:
        """Return what somebody shows to come in: a ticket or a token."""
        if who in MACHINES:
            return {"token": self.house.token(who)}
        return {"ticket": self.post("/api/ticket", who).json()["ticket"]}

    def hello(self, who: str) -> str:
        return json.dumps({"type": "hello"} | self.shown(who))

    @contextmanager
    def socket(self, path: str, *, origin: str | None = PUBLIC) -> Iterator[ClientConnection]:
        page = Origin(origin) if origin else None
        with connect(self.here.base + path, origin=page, compression=None) as socket:
            yield socket

    def answer(self, path: str, who: str) -> Any:
        """Return the first message that somebody gets, or the code that ends the connection."""
        with self.socket(path, origin=None if who in MACHINES else PUBLIC) as socket:
            socket.send(self.hello(who))
            return first(socket)

    def source(self, who: str, agent: str, call_id: str) -> Any:
        """Return how a source that names an agent is answered: a type, or a close code."""
        (secret,) = self.shown(who).values()
        origin = None if who in MACHINES else PUBLIC
        return self.source_with(secret, call_id, agent=agent, origin=origin)

    def source_with(
        self, secret: str, call_id: str, *, agent: str = "", origin: str | None = None
    ) -> Any:
        with self.socket(protocol.PATH, origin=origin) as socket:
            socket.send(opening(secret, agent, call_id))
            found = last(socket)
            if found == "welcome":
                socket.send(protocol.write(protocol.End(seq=1, reason="hangup")))
            return found

    def refusals(self) -> list[tuple[str, str]]:
        return [(entry.kind, entry.code) for entry in self.house.audited]


def opening(secret: str, agent: str, call_id: str) -> str:
    hello = protocol.Hello(
        token=secret, call_id=call_id, channels=("agent", "customer"), agent=agent
    )
    return protocol.write(hello)


def first(socket: ClientConnection) -> Any:
    try:
        return json.loads(socket.recv(timeout=5))
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006


def last(socket: ClientConnection) -> Any:
    """Return `welcome`, or the code with which a source is sent away."""
    while True:
        found = first(socket)
        if isinstance(found, int) or found["type"] == "welcome":
            return found if isinstance(found, int) else "welcome"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    known = house(tmp_path_factory.mktemp("site"), secure=False)
    with running(QUIET, access=known.access, team_of=known.access.team) as here:
        found = Site(known, here, {})
        for who in PEOPLE:
            found.log_in(who)
        with calling(found, "anna", "desk-7"), calling(found, "bob", "pbx"):
            yield found


@contextmanager
def calling(site: Site, agent: str, machine: str) -> Iterator[None]:
    """Let a machine send an agent's call until the block ends."""
    with site.socket(protocol.PATH, origin=None) as socket:
        socket.send(opening(site.house.token(machine), agent, CALLS[agent]))
        assert last(socket) == "welcome"
        for seq in (1, 2):
            head = seq.to_bytes(4, "little") + bytes([seq - 1, 0]) + (100).to_bytes(2, "little")
            socket.send(head + FRAME)
        site.here.until(lambda events: any(e.call_id == CALLS[agent] for e in events))
        yield


# --- the table ------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who != "desk"])  # has no call
def test_an_agent_sees_the_own_call_and_nobody_else_sees_one_here(site: Site, who: str) -> None:
    found = site.answer("/feed/agent", who)

    assert (found if isinstance(found, int) else found["call_id"]) == CALLS.get(who, 4403)


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_supervisor_sees_the_live_calls_of_the_own_team_and_nobody_else_any(
    site: Site, who: str
) -> None:
    found = site.answer("/feed/supervisor", who)

    calls = [] if isinstance(found, int) else [call["call_id"] for call in found["calls"]]
    assert calls == ([CALLS["anna"]] if who == "sue" else [])


def test_an_agents_command_reaches_the_own_call_alone(site: Site) -> None:
    with site.socket("/feed/agent") as socket:
        socket.send(site.hello("anna"))
        first(socket)
        socket.send('{"type":"nudge.dismissed","id":"n1"}')
        site.here.until(lambda events: any(isinstance(e, NudgeDismissed) for e in events))

    dismissed = [e.call_id for e in site.here.events if isinstance(e, NudgeDismissed)]
    assert dismissed == [CALLS["anna"]]


def test_a_supervisors_note_reaches_the_own_team_alone(site: Site) -> None:
    with site.socket("/feed/supervisor") as socket:
        socket.send(site.hello("sue"))
        first(socket)
        for agent in ("bob", "anna"):
            note = {"type": "note", "call_id": CALLS[agent], "text": "slower"}
            socket.send(json.dumps(note))
        site.here.until(lambda events: any(isinstance(e, SupervisorNote) for e in events))

    notes = [(e.call_id, e.author) for e in site.here.events if isinstance(e, SupervisorNote)]
    assert notes == [(CALLS["anna"], "sue")]


@pytest.mark.parametrize("call_id", [CALLS["bob"], "no-such-call"])
def test_another_teams_call_looks_like_one_that_there_is_not(site: Site, call_id: str) -> None:
    with site.socket("/feed/supervisor") as socket:
        socket.send(site.hello("sue"))
        first(socket)
        socket.send(json.dumps({"type": "follow", "call_id": call_id}))
        told = first(socket)
        while told.get("type") == "call":  # of her own team
            told = first(socket)

    assert told == {"type": "gone", "call_id": call_id}


@pytest.mark.parametrize(
    ("who", "agent", "expected"),
    [
        ("desk-7", "amy", "welcome"),
        ("desk-7", "bob", 4403),
        ("desk-7", "", 4403),
        ("pbx", "carl", "welcome"),
        ("pbx", "", "welcome"),
        ("prometheus", "anna", 4403),
        ("anna", "anna", "welcome"),
        ("anna", "", "welcome"),
        ("anna", "bob", 4403),
        ("sue", "anna", 4403),
        ("rita", "anna", 4403),
        ("root", "anna", 4403),
        ("desk", "desk", "welcome"),
        ("desk", "", "welcome"),
        ("desk", "anna", 4403),
    ],
)
def test_who_may_send_whose_calls(site: Site, who: str, agent: str, expected: Any) -> None:
    found = site.source(who, agent, f"call-{who}-{agent or 'nobody'}")

    assert found == expected
    if expected == 4403:
        assert site.refusals()[-1] == ("call_refused", "send_audio")


@pytest.mark.parametrize("who", EVERYBODY)
def test_figures_are_for_the_program_that_reads_them(site: Site, who: str) -> None:
    headers = {"x-forwarded-for": "192.0.2.7"}
    if who in MACHINES:
        headers["authorization"] = f"Bearer {site.house.token(who)}"

    status = site.asked("GET", "/metrics", who, headers=headers).status_code

    assert status == (200 if who == "prometheus" else 404)


# --- strangers ------------------------------------------------------------------------------------

SOCKETS = ["/feed/agent", "/feed/supervisor", protocol.PATH]


@pytest.mark.parametrize("path", SOCKETS)
def test_a_page_of_another_site_opens_no_socket(site: Site, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused, site.socket(path, origin="https://evil.example"):
        pass

    assert refused.value.response.status_code == 403
    assert site.refusals()[-1] == ("origin_refused", "origin")


@pytest.mark.parametrize("path", SOCKETS[:2])
def test_a_ticket_opens_one_socket(site: Site, path: str) -> None:
    hello = site.hello("sue" if path == "/feed/supervisor" else "anna")
    with site.socket(path) as socket:
        socket.send(hello)
        assert not isinstance(first(socket), int)

    with site.socket(path) as socket:
        socket.send(hello)
        code = first(socket)

    assert code == 4401
    assert site.refusals()[-1] == ("ticket_refused", "ticket_unknown")


@pytest.mark.parametrize("path", SOCKETS[:2])
def test_the_cookie_alone_opens_no_socket(site: Site, path: str) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in site.cookies["sue"].items())
    base = site.here.base + path
    with connect(base, origin=Origin(PUBLIC), additional_headers={"cookie": cookie}) as socket:
        socket.send('{"type":"hello"}')

        assert first(socket) == 4401


@pytest.mark.parametrize("fault", ["expired", "forged", "another", "used", "nothing"])
def test_a_source_with_a_bad_token_is_sent_away(site: Site, fault: str) -> None:
    good = site.house.token("pbx")
    head, body, signature = good.split(".")
    if fault == "used":
        site.source_with(good, "call-good")
    token = {
        "expired": site.house.token("pbx", ago=400),
        "forged": f"{head}.{body}.{signature[:-6]}AAAAAA",
        "another": f"{head}.{site.house.token('desk-7').split('.')[1]}.{signature}",
        "used": good,
        "nothing": "nothing",
    }[fault]

    code = site.source_with(token, "call-bad")

    assert code == 4401
    assert site.refusals()[-1][0] == "token_refused"


@pytest.mark.parametrize("path", ["/api/login", "/api/logout", "/api/ticket"])
def test_another_site_posts_nothing(site: Site, path: str) -> None:
    answer = site.post(path, "anna", headers={"origin": "https://evil.example"}, json={})

    assert answer.status_code == 403
    assert site.refusals()[-1] == ("origin_refused", "origin")


@pytest.mark.parametrize("path", ["/api/me", "/health", "/overlay"])
def test_another_name_for_this_service_is_refused(site: Site, path: str) -> None:
    answer = site.asked("GET", path, headers={"host": "evil.example"})

    assert answer.status_code == 400


# --- rights that are lost -------------------------------------------------------------------------


def test_who_loses_a_right_is_sent_away_within_seconds(site: Site) -> None:
    with site.socket("/feed/agent") as agent, site.socket("/feed/supervisor") as supervisor:
        agent.send(site.hello("bob"))
        supervisor.send(site.hello("sue"))
        assert first(agent)["call_id"] == CALLS["bob"]
        first(supervisor)
        left = {"bob": person("reviewer"), "sue": person("supervisor", teams=("south",))}

        site.house.rewrite(replace(LISTED, people=LISTED.people | left))
        codes = [ended(socket) for socket in (agent, supervisor)]

        site.house.rewrite(LISTED)

    assert codes == [4403, 4403]


def ended(socket: ClientConnection) -> int:
    """Read until the server ends the connection, and return how."""
    found = first(socket)
    while not isinstance(found, int):
        found = first(socket)
    return found


def test_nothing_secret_stands_in_the_audit(site: Site) -> None:
    text = (site.house.directory / "audit" / "audit.jsonl").read_text()

    cookies = [value for one in site.cookies.values() for value in one.values()]
    assert not any(secret in text for secret in (PASSWORD, *cookies))
    assert Path(site.house.directory / "audit").stat().st_mode & 0o777 == 0o700


def test_a_person_sends_a_few_calls_at_a_time(site: Site) -> None:
    found = []
    with ExitStack() as stack:
        for number in range(OWN_CALLS + 1):
            socket = stack.enter_context(site.socket(protocol.PATH))
            (ticket,) = site.shown("desk").values()
            socket.send(opening(ticket, "desk", f"call-of-desk-{number}"))
            found.append(last(socket))
            if found[-1] == "welcome":
                stack.callback(socket.send, protocol.write(protocol.End(seq=1, reason="hangup")))

    assert found == ["welcome"] * OWN_CALLS + [protocol.FULL]
