"""Recordings that people bring in become calls, one at a time."""

import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.testclient import TestClient

from assist.errors import RecogniserError
from assist.events import CallEnded, Event
from assist.server.importing import Playing
from assist.server.review import create_review_routes
from assist.server.review_import import AT_A_TIME, FOLDER, Wanted, create_import_routes
from assist.store.opening import open_store
from tests.audio.sound import cut, tones, write
from tests.evaluate.reviewed import rough
from tests.server.access.house import PASSWORD, PUBLIC, House, house

PAGE = {"origin": PUBLIC}
WANTED: dict[str, Any] = {"language": "en", "first": "agent", "basis": "contract"}


class Desk:
    """Somebody at the page, and the machine that hears recordings."""

    def __init__(self, here: House, data: Path) -> None:
        self.here, self.data = here, data
        self.going = threading.Event()
        self.going.set()
        self.deaf = self.lost = False
        self.looking = threading.Event()
        self.heard: list[tuple[Path, Wanted]] = []
        self.client: TestClient

    def play(self, path: Path, call_id: str, wanted: Wanted) -> Playing:
        assert self.going.wait(10)
        self.heard.append((path, wanted))
        if self.deaf:
            raise RecogniserError(f"{path} cannot be heard: there is no speech model here.")
        return 98_000, self._events(call_id, wanted)

    def _events(self, call_id: str, wanted: Wanted) -> Iterator[Event]:
        for event in rough("x", agent=wanted.agent):
            told = replace(event, call_id=call_id)
            is_lost = self.lost and isinstance(told, CallEnded)
            yield replace(told, reason="lost") if is_lost else told

    def log_in(self, user: str) -> None:
        asked = {"user": user, "password": PASSWORD}
        assert self.client.post("/api/login", json=asked, headers=PAGE).status_code == 200

    def ask(self, name: str, **asked: Any) -> Any:
        return self.client.post(f"/api/review/{name}", json=asked, headers=PAGE)

    def bring(self, content: bytes, **more: Any) -> tuple[Any, str]:
        """Say what is brought, and send it."""
        id = self.ask("bring", size=len(content), **WANTED | more).json()["id"]
        return self.client.put(f"/api/recording/{id}", content=content, headers=PAGE), id

    def after(self, id: str) -> dict[str, Any]:
        """Return what became of a recording."""
        until = time.monotonic() + 20
        while True:
            told: dict[str, Any] = self.ask("brought", id=id).json()
            if told["state"] in ("stored", "failed"):
                return told
            assert time.monotonic() < until, told
            self.looking.wait(0.1)  # who asks too often is told to wait

    def left(self) -> list[Path]:
        return list((self.data / FOLDER).glob("*"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    here = house(tmp_path)
    found = Desk(here, tmp_path / "data")

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        store = await open_store("", found.data, upgrading=True, durable=False)
        app.router.routes.extend(create_import_routes(store, here.access, found.play))
        app.router.routes.extend(create_review_routes(store, here.access))
        yield
        await store.close()

    app = Starlette(routes=here.access.routes, lifespan=life)
    with TestClient(app, base_url=PUBLIC) as client:
        found.client = client
        found.log_in("anna")
        yield found


@pytest.fixture
def sound(tmp_path: Path) -> bytes:
    path = write(tmp_path / "a.ogg", tones(1, 16_000, 2), codec="libopus", rate=48_000)
    return path.read_bytes()


def test_a_recording_becomes_a_call_of_who_brings_it(desk: Desk, sound: bytes) -> None:
    answer, id = desk.bring(sound)
    told = desk.after(id)

    assert answer.status_code == 202
    assert (told["state"], told["text"]) == ("stored", "")
    opened = desk.ask("open", call=told["call"]).json()
    assert (opened["call"]["agent"], opened["call"]["team"]) == ("anna", "north")
    assert opened["words"] == "kept"
    ((path, wanted),) = desk.heard
    assert (path.suffix, wanted) == (".wav", Wanted(language="en", agent="anna"))


def test_no_byte_of_the_file_stays(desk: Desk, sound: bytes) -> None:
    desk.after(desk.bring(sound)[1])

    assert desk.left() == []


def test_the_same_recording_is_the_same_call(desk: Desk, sound: bytes) -> None:
    one, other = (desk.after(desk.bring(sound)[1]) for _ in range(2))

    assert (one["call"], one["state"]) == (other["call"], other["state"])
    assert len(desk.heard) == 1


def test_what_was_cut_off_under_its_first_name_is_told_under_its_second(
    desk: Desk, sound: bytes
) -> None:
    desk.lost = True
    lost = desk.after(desk.bring(sound)[1])["call"]
    desk.lost = False

    again = desk.after(desk.bring(sound)[1])

    assert again["call"] == f"{lost}-2"
    assert desk.ask("open", call=again["call"]).status_code == 200


def test_a_recording_that_breaks_off_is_kept_and_told(desk: Desk, tmp_path: Path) -> None:
    whole = write(tmp_path / "a.wav", tones(3, 16_000, 2), codec="pcm_s16le", rate=16_000)

    told = desk.after(desk.bring(cut(whole, 0.5).read_bytes())[1])

    ((_, wanted),) = desk.heard
    assert told["state"] == "stored"
    assert wanted.broken.startswith("the recording breaks off at 0:01")


def test_what_is_sent_twice_at_once_arrives_once(desk: Desk, sound: bytes) -> None:
    for number in range(10):
        content = sound + bytes(number)
        id = desk.ask("bring", size=len(content), **WANTED).json()["id"]
        with ThreadPoolExecutor(2) as pool:
            address = f"/api/recording/{id}"
            send = partial(desk.client.put, address, content=content, headers=PAGE)
            answers = [pool.submit(send) for _ in range(2)]
            statuses = sorted(one.result().status_code for one in answers)

        assert statuses == [202, 404]
        assert desk.after(id)["state"] == "stored"


def test_what_is_no_recording_is_told_in_a_sentence(desk: Desk) -> None:
    told = desk.after(desk.bring(b"no sound at all")[1])

    assert told["state"] == "failed"
    assert told["text"] == "the recording is no recording that can be read."
    assert desk.left() == []


def test_a_machine_that_hears_no_words_says_so_without_a_path(desk: Desk, sound: bytes) -> None:
    desk.deaf = True

    told = desk.after(desk.bring(sound)[1])

    assert told["state"] == "failed"
    assert "there is no speech model here" in told["text"]
    assert str(desk.data) not in told["text"]


@pytest.mark.parametrize("size", [-1, 1])
def test_what_is_longer_or_shorter_than_was_said_is_not_taken(
    desk: Desk, sound: bytes, size: int
) -> None:
    id = desk.ask("bring", size=len(sound) + size, **WANTED).json()["id"]

    answer = desk.client.put(f"/api/recording/{id}", content=sound, headers=PAGE)

    assert answer.status_code == 413
    assert desk.after(id)["text"] == "the recording is not as long as was said."
    assert desk.left() == []


def test_recordings_wait_for_their_turn(desk: Desk, sound: bytes) -> None:
    desk.going.clear()
    first, second = (desk.bring(sound + b"\0" * n)[1] for n in range(2))

    states = [desk.ask("brought", id=id).json()["state"] for id in (first, second)]

    desk.going.set()
    assert states[1] == "waiting"
    assert {desk.after(id)["state"] for id in (first, second)} == {"stored"}


def test_only_so_many_are_brought_at_a_time(desk: Desk) -> None:
    for _ in range(AT_A_TIME):
        assert desk.ask("bring", size=5, **WANTED).status_code == 200

    assert desk.ask("bring", size=5, **WANTED).status_code == 429


@pytest.mark.parametrize("user", ["sue", "rita", "root"])
def test_others_bring_nothing(desk: Desk, user: str) -> None:
    desk.log_in(user)

    assert desk.ask("bring", size=5, **WANTED).status_code == 409


def test_nobody_sees_or_sends_what_another_brings(desk: Desk, sound: bytes) -> None:
    id = desk.ask("bring", size=len(sound), **WANTED).json()["id"]
    desk.log_in("bob")

    assert desk.ask("brought", id=id).status_code == 409
    answers = [
        desk.client.put(f"/api/recording/{one}", content=sound, headers=PAGE)
        for one in (id, "guess")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_no_other_site_sends_anything(desk: Desk, sound: bytes) -> None:
    id = desk.ask("bring", size=len(sound), **WANTED).json()["id"]
    evil = {"origin": "https://evil.example"}

    assert desk.client.put(f"/api/recording/{id}", content=sound, headers=evil).status_code == 403


@pytest.mark.parametrize(
    "more",
    [
        {"basis": ""},
        {"basis": "=x"},
        {"basis": "x\n"},
        {"size": 0},
        {"size": 2**40},
        {"language": "fr"},
    ],
)
def test_what_cannot_be_brought_is_refused(desk: Desk, more: dict[str, Any]) -> None:
    assert desk.ask("bring", **{"size": 5, **WANTED, **more}).status_code == 400
