"""The whole live path: devices → desk → service → events."""

import asyncio
import threading
import time
from pathlib import Path

import pytest

from assist.capture.sound import SoundSystem
from assist.cli.carrying import Carrier, address, read_token
from assist.client import Stay
from assist.errors import SettingsError
from assist.events import (
    CallEnded,
    CallPaused,
    CallResumed,
    Fault,
)
from tests.capture.devices import Room, room
from tests.server.running import Running, running


class Desk:
    """A carrier in a thread of its own."""

    def __init__(self, here: Running, system: SoundSystem, **devices: str) -> None:
        self.carrier = Carrier(
            system,
            f"{here.base}/ingest/audio",
            token=lambda: here.access.token,
            devices=devices,  # type: ignore[arg-type]  # channels
        )
        self.ended: list[Stay] = []
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Desk":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.carrier.stop()
        self._thread.join(20)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        self.ended.append(asyncio.run(self.carrier.carry()))


class Now(Room):
    """A room whose time is the machine's."""

    @property
    def now(self) -> float:
        return time.monotonic()

    @now.setter
    def now(self, value: float) -> None:
        pass


def speaking() -> Now:
    quiet = room()
    return Now(quiet.sources)


def test_a_call_begins_with_the_desk_and_ends_with_it() -> None:
    with running() as here, Desk(here, speaking()) as desk:
        here.until(lambda events: any(event.at >= 1000 for event in events))
        desk.carrier.stop()
        here.until(lambda events: any(isinstance(event, CallEnded) for event in events))

    assert desk.ended == [Stay("")]
    assert here.events[0].call_id.startswith("desk-")
    assert not [event for event in here.events if isinstance(event, Fault) and "mic" in event.code]


def test_a_pause_of_the_desk_is_the_calls() -> None:
    system = speaking()
    with running() as here, Desk(here, system) as desk:
        here.until(lambda events: any(event.at >= 500 for event in events))
        desk.carrier.toggle_pause()
        here.until(lambda events: any(isinstance(event, CallPaused) for event in events))
        closed = [stream.closed for stream in system.opened]
        desk.carrier.toggle_pause()
        here.until(lambda events: any(isinstance(event, CallResumed) for event in events))

    assert closed == [True, True]


def test_a_wrong_token_ends_it_with_a_sentence() -> None:
    with running() as here:
        carrier = Carrier(
            speaking(), f"{here.base}/ingest/audio", token=lambda: "guessed", devices={}
        )
        ended = asyncio.run(asyncio.wait_for(carrier.carry(), 20))

    assert "token" in ended.text


def test_one_that_is_stopped_before_it_begins_ends_at_once() -> None:
    with running() as here, Desk(here, speaking()) as desk:
        desk.carrier.stop()

    assert len(desk.ended) == 1


@pytest.mark.parametrize(
    ("server", "url"),
    [
        ("", "ws://127.0.0.1:8765/ingest/audio"),
        ("wss://assist.example.org", "wss://assist.example.org/ingest/audio"),
        ("https://assist.example.org/", "wss://assist.example.org/ingest/audio"),
        ("assist.example.org:9000", "wss://assist.example.org:9000/ingest/audio"),
        ("ws://127.0.0.1:1/desk/audio", "ws://127.0.0.1:1/desk/audio"),
    ],
)
def test_the_address_of_a_service_may_be_written_in_short(server: str, url: str) -> None:
    assert address(server, port=8765) == url


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(SettingsError, match="'ftp://x' is no address"):
        address("ftp://x", port=8765)


def test_a_token_is_read_without_the_end_of_its_line(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("secret\n")

    assert read_token(tmp_path / "token") == "secret"


def test_a_missing_and_an_empty_token_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")

    with pytest.raises(SettingsError, match="holds no token"):
        read_token(tmp_path / "empty")
    with pytest.raises(SettingsError, match="is `assist serve` running"):
        read_token(tmp_path / "none")
