"""The whole live path: devices → desk → service → events."""

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assist.audio.files import Recording
from assist.capture.pulse import Pulse
from assist.capture.sound import SoundSystem
from assist.cli.carrying import Carrier, address, read_token
from assist.client import Stay
from assist.core.audio import Samples
from assist.errors import SettingsError
from assist.events import (
    AudioGap,
    CallEnded,
    CallPaused,
    CallResumed,
    Channel,
    Event,
    Fault,
    SpeechStarted,
)
from assist.speech.bundled import bundled
from tests.capture.card import CALL, MICROPHONE, card, needs_card, tone
from tests.capture.devices import Room, room
from tests.server.running import Running, running

DEMO = bundled("demo", "calls") / "en-rough" / "audio.ogg"


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


def recorded(seconds: int) -> dict[Channel, Samples]:
    recording = Recording(DEMO)
    steps = list(recording.steps())[: seconds * 50]
    return {side: np.concatenate([step[side] for step in steps]) for side in recording.channels}


@needs_card
def test_a_call_through_a_sound_card_whose_headset_is_unplugged_in_the_middle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = recorded(14)
    with card(tmp_path, monkeypatch) as plugs, running() as here:
        microphone, call = plugs.plug_microphone(), plugs.plug("call_out")
        system = Pulse()
        with Desk(here, system, agent=MICROPHONE, customer=CALL):
            here.until(lambda events: any(event.at >= 200 for event in events))
            plugs.play("headset", sound["agent"])
            plugs.play("call_out", sound["customer"])
            here.until(speech("customer"))
            plugs.unplug(call)
            begun = time.monotonic()
            here.until(fault("customer_missing", active=True))
            told = time.monotonic() - begun
            plugs.plug("call_out")
            plugs.play("call_out", tone(300, 10))
            here.until(fault("customer_missing", active=False))
        system.close()
        here.until(lambda events: any(isinstance(event, CallEnded) for event in events))

    gaps = [event for event in here.events if isinstance(event, AudioGap)]
    assert microphone
    assert told <= 1.0
    assert "customer" in {gap.channel for gap in gaps if gap.reason == "device_lost"}


def speech(channel: Channel) -> Callable[[list[Event]], bool]:
    return lambda events: any(
        isinstance(event, SpeechStarted) and event.channel == channel for event in events
    )


def fault(code: str, *, active: bool) -> Callable[[list[Event]], bool]:
    return lambda events: any(
        isinstance(event, Fault) and (event.code, event.active) == (code, active)
        for event in events
    )


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
