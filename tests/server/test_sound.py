"""The sound of finished calls: who may listen, in ranges, and for how long."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from assist.audio.sealed import Sealer
from assist.core.consent import Consents
from assist.events import CHANNELS, CallEnded
from assist.server.access import Access
from assist.server.review_endpoint import REQUESTS
from assist.server.sound import GOOD_S, create_sound_routes
from assist.store.batches import batch
from assist.store.commands import Actor, Assigned, ConsentMoved
from assist.store.keys import make
from assist.store.opening import open_store
from assist.store.spans import Span
from assist.store.store import Store
from tests.evaluate.reviewed import rough
from tests.server.access.house import PASSWORD, PUBLIC, House, house

PAGE = {"origin": PUBLIC}
AGREED = Consents(
    {(c, p): "granted" for c in CHANNELS for p in ("assist", "transcript", "record", "review")}
)
UNREVIEWED = Consents({**AGREED.states, ("customer", "review"): "refused"})
SOUND = bytes(range(256)) * 4


class Desk:
    """Somebody at the page."""

    def __init__(self, client: TestClient, here: House, store: list[Store]) -> None:
        self.client, self.here, self.found = client, here, store

    def log_in(self, user: str) -> None:
        asked = {"user": user, "password": PASSWORD}
        assert self.client.post("/api/login", json=asked, headers=PAGE).status_code == 200

    def ask(self, **asked: Any) -> Any:
        return self.client.post("/api/review/sound", json=asked, headers=PAGE)

    def address(self, kind: str = "sound") -> str:
        return str(self.ask(call="c1").json()["stretches"][0][kind])

    def reads(self) -> list[tuple[str, str]]:
        return [(e.call, e.code) for e in self.here.audited if e.kind == "call_read"]


async def keep(store: Store, call: str, *, agent: str, consents: Consents = AGREED) -> None:
    """Store a call with two recorded spans, the second of which was cut by a crash."""
    events = tuple(e for e in rough(call, agent=agent) if call != "c4" or not is_end(e))
    taken = await store.attach(call, "node", team="north", consents=consents)
    await store.append([batch(call, taken.epoch, events, {})])
    for start, end in ((0, 9_000), (60_000, 60_000)):
        span = Span(call, start, f"recordings/{call}-{start}.ogg", end, "digest")
        path = store.place.data / span.location
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(SOUND)
        path.with_suffix(".peaks").write_bytes(bytes(40))
        await store.begin_span(span)
        if end > start:
            await store.finish_span(span)


def test_a_sealed_recording_is_heard_in_ranges_and_not_without_its_key(
    tmp_path: Path, stored: Path
) -> None:
    data, key_file = copytree(stored, tmp_path / "data"), tmp_path / "master.key"
    make(key_file)

    async def seal() -> None:
        store = await open_store("", data, durable=False)
        store.unlock(str(key_file))
        key = await store.new_sound_key("c1")
        assert key is not None
        sealer, span = Sealer(key), Span("c1", 90_000, "recordings/x.sealed", 99_000, "d", "m")
        path = data / span.location
        path.write_bytes(sealer.head + sealer.seal(SOUND))
        path.with_suffix(".peaks").write_bytes(bytes(40))
        await store.begin_span(span)
        await store.finish_span(span)
        await store.close()

    asyncio.run(seal())
    here, found = house(tmp_path), list[Store]()
    with serving(data, here.access, found) as client:
        desk = Desk(client, here, found)
        desk.log_in("anna")
        address = str(desk.ask(call="c1").json()["stretches"][-1]["sound"])

        assert client.get(address).status_code == 404
        found[0].unlock(str(key_file))
        part = client.get(address, headers={"range": "bytes=9-19"})
        assert (part.status_code, part.content) == (206, SOUND[9:20])
        assert client.get(address).content == SOUND


def is_end(event: object) -> bool:
    return isinstance(event, CallEnded)


def serving(data: Path, access: Access, found: list[Store]) -> TestClient:
    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        store = await open_store("", data, durable=False)
        found.append(store)
        app.router.routes.extend(create_sound_routes(store, access))
        yield
        await store.close()

    return TestClient(Starlette(routes=access.routes, lifespan=life), base_url=PUBLIC)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Calls on the disk: one of anna's, one nobody may review, bob's, one that runs."""
    data = tmp_path_factory.mktemp("stored") / "data"

    async def fill() -> None:
        store = await open_store("", data, upgrading=True, durable=False)
        await keep(store, "c1", agent="anna")
        await keep(store, "c2", agent="anna", consents=UNREVIEWED)
        await keep(store, "c3", agent="bob")
        await store.record(Assigned(call_id="c3", reviewer="rita"), Actor("root", "admin"))
        await keep(store, "c4", agent="anna")
        await store.close()

    asyncio.run(fill())
    return data


@pytest.fixture
def desk(tmp_path: Path, stored: Path) -> Iterator[Desk]:
    here, found = house(tmp_path), list[Store]()
    with serving(copytree(stored, tmp_path / "data"), here.access, found) as client:
        yield Desk(client, here, found)


def test_an_agent_is_told_what_was_recorded_of_an_own_call(desk: Desk) -> None:
    desk.log_in("anna")

    told = desk.ask(call="c1").json()

    assert told["peak_ms"] == 50
    assert [(one["start"], one["end"]) for one in told["stretches"]] == [
        (0, 9_000),
        (60_000, 61_000),
    ]
    assert desk.reads() == [("c1", "sound")]


def test_a_player_gets_the_whole_or_any_range(desk: Desk) -> None:
    desk.log_in("anna")
    address = desk.address()
    desk.client.cookies.clear()

    whole = desk.client.get(address)
    part = desk.client.get(address, headers={"range": "bytes=100-199"})
    beyond = desk.client.get(address, headers={"range": "bytes=5000-"})

    assert (whole.status_code, whole.content) == (200, SOUND)
    assert whole.headers["content-type"] == "audio/ogg"
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["cache-control"] == "no-store"
    assert (part.status_code, part.content) == (206, SOUND[100:200])
    assert part.headers["content-range"] == "bytes 100-199/1024"
    assert beyond.status_code == 416


def test_a_page_gets_the_peaks(desk: Desk) -> None:
    desk.log_in("anna")

    answer = desk.client.get(desk.address("peaks"))

    assert (answer.status_code, answer.content) == (200, bytes(40))


@pytest.mark.parametrize("call", ["c2", "c3", "c4", "c9", "../c1", "'"])
def test_calls_that_nobody_may_hear_answer_alike(desk: Desk, call: str) -> None:
    desk.log_in("anna")

    answer = desk.ask(call=call)

    assert (answer.status_code, answer.json()) == (404, {"error": "there is no such call"})
    assert desk.reads() == []


@pytest.mark.parametrize(
    ("user", "reason", "status"),
    [("rita", "complaint 12", 200), ("rita", "", 404), ("root", "", 404), ("sue", "", 404)],
)
def test_others_hear_what_they_may_read(desk: Desk, user: str, reason: str, status: int) -> None:
    desk.log_in(user)

    assert desk.ask(call="c3", reason=reason).status_code == status


def test_who_is_not_logged_in_hears_nothing(desk: Desk) -> None:
    assert desk.ask(call="c1").status_code == 401


def test_no_other_site_may_ask(desk: Desk) -> None:
    desk.log_in("anna")

    answer = desk.client.post(
        "/api/review/sound", json={"call": "c1"}, headers={"origin": "https://evil.example"}
    )

    assert answer.status_code == 403


@pytest.mark.parametrize("body", [b"", b"[]", b'{"call":""}', b'{"call":"c1","x":1}', b"x" * 5_000])
def test_a_body_that_says_nothing_is_refused_in_one_sentence(desk: Desk, body: bytes) -> None:
    desk.log_in("anna")
    kind = {**PAGE, "content-type": "application/json"}

    answer = desk.client.post("/api/review/sound", content=body, headers=kind)

    assert 400 <= answer.status_code < 500
    assert "error" in answer.json()


def test_an_address_is_good_for_a_while(desk: Desk) -> None:
    desk.log_in("anna")
    address = desk.address()

    desk.here.hands.at += GOOD_S - 1
    before = desk.client.get(address).status_code
    desk.here.hands.at += 2

    assert (before, desk.client.get(address).status_code) == (200, 404)


@pytest.mark.parametrize("address", ["/api/sound/guess/sound", "/api/sound/guess/peaks"])
def test_no_address_can_be_guessed(desk: Desk, address: str) -> None:
    desk.log_in("anna")

    assert desk.client.get(address).status_code == 404


def test_an_address_stands_for_its_two_files_alone(desk: Desk) -> None:
    desk.log_in("anna")

    assert desk.client.get(desk.address().replace("/sound", "/calls.db")).status_code == 404


@pytest.mark.parametrize("purpose", ["record", "review"])
def test_consent_that_is_taken_back_ends_the_listening(desk: Desk, purpose: Any) -> None:
    desk.log_in("anna")
    address = desk.address()
    back = ConsentMoved(
        call_id="c1", channel="agent", purpose=purpose, state="withdrawn", basis="spoken"
    )

    desk.client.portal.call(desk.found[0].record, back, Actor("u", "admin"))  # type: ignore[union-attr]  # it is running

    assert desk.client.get(address).status_code == 404


def test_who_asks_too_often_is_asked_to_wait(desk: Desk) -> None:
    desk.log_in("anna")
    for _ in range(REQUESTS):
        desk.ask(call="c9")

    answer = desk.ask(call="c9")

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
