"""The sound server of Linux, really running: devices are really taken away."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from assist.capture.desk import Desk
from assist.capture.pulse import Pulse, ask
from assist.capture.sound import DeviceError
from tests.capture.card import CALL, MICROPHONE, Card, card, loudest, needs_card, tone, until
from tests.capture.devices import Outlet

pytestmark = needs_card
SPEECH = np.asarray(np.random.default_rng(5).standard_normal(160_000) * 3000, np.int16)


@dataclass
class Station:
    """A desk at a sound card, with a tone on each side."""

    card: Card
    system: Pulse
    microphone: str
    """What unplugs it."""
    call: str
    outlet: Outlet
    desk: Desk

    def run(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() >= end, seconds=seconds + 5)

    def until(self, condition: object, *, seconds: float = 8.0) -> float:
        assert callable(condition)
        begun = time.monotonic()

        def done() -> bool:
            self.desk.tick(time.monotonic())
            return bool(condition())

        until(done, seconds=seconds)
        return time.monotonic() - begun

    def heard(self, channel: str, seconds: float) -> bool:
        assert channel in ("agent", "customer")
        return self.outlet.length(channel) - self.outlet.gaps(channel) >= seconds * 1000  # type: ignore[arg-type]  # one of the two


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Station]:
    with card(tmp_path, monkeypatch) as here:
        microphone, call = here.plug_microphone(), here.plug("call_out")
        here.play("headset", tone(440, 40))
        here.play("call_out", tone(1000, 40))
        system, outlet = Pulse(), Outlet()
        wanted = {"agent": MICROPHONE, "customer": CALL}
        desk = Desk(system, outlet, now=time.monotonic(), devices=wanted)  # type: ignore[arg-type]  # channels
        try:
            yield Station(here, system, microphone, call, outlet, desk)
        finally:
            desk.close()
            system.close()


def test_each_side_is_heard_on_its_channel_and_nothing_of_the_other(station: Station) -> None:
    listed = {device.name: device.loopback for device in station.system.devices()}
    station.until(lambda: all(station.heard(channel, 1.5) for channel in ("agent", "customer")))

    spectra = {
        channel: np.abs(np.fft.rfft(station.outlet.sound(channel)[-16000:] * np.hanning(16000)))
        for channel in ("agent", "customer")
    }

    assert listed == {"headset.monitor": True, MICROPHONE: False, CALL: True}
    assert loudest(station.outlet.sound("agent")[-16000:]) == 440
    assert loudest(station.outlet.sound("customer")[-16000:]) == 1000
    assert spectra["agent"][1000] < spectra["agent"][440] / 1000  # 60 dB
    assert spectra["customer"][440] < spectra["customer"][1000] / 1000
    assert "PULSE_SOURCE" not in os.environ


@pytest.mark.slow
def test_a_device_that_is_taken_away_and_brought_back(station: Station) -> None:
    station.until(lambda: station.heard("customer", 1))
    before = station.outlet.length("customer") // 1000 * 16000
    station.card.unplug(station.call)
    told = station.until(lambda: ("customer_missing", True) in station.outlet.told)
    station.run(1)
    station.card.plug("call_out")
    station.card.play("call_out", tone(700, 40))
    heard = station.outlet.length("customer") - station.outlet.gaps("customer")
    back = station.until(lambda: station.heard("customer", heard / 1000 + 1.2))

    after = station.outlet.sound("customer")[before:]
    wrong = [i for i in range(0, len(after) - 1600, 1600) if loudest(after[i : i + 1600]) == 440]

    assert told <= 1.0
    assert back <= 6.0
    assert wrong == []  # the sound server had moved the stream to the agent's microphone
    assert loudest(after[-8000:]) in range(696, 705)
    assert abs(station.outlet.length("agent") - station.outlet.length("customer")) <= 250
    assert station.outlet.gaps("agent") <= 60


@pytest.mark.slow
def test_a_muted_microphone_is_told_of(station: Station) -> None:
    station.until(lambda: station.heard("agent", 0.5))
    station.card.control("set-source-mute", MICROPHONE, "1")

    took = station.until(lambda: ("mic_silent", True) in station.outlet.told)

    assert 2.5 <= took <= 4.5


@pytest.mark.slow
def test_one_device_on_both_sides_is_told_of(station: Station) -> None:
    station.card.play("headset", SPEECH)
    both = {"agent": MICROPHONE, "customer": "headset.monitor"}
    now = time.monotonic()
    station.desk = Desk(station.system, station.outlet, now=now, devices=both)  # type: ignore[arg-type]  # channels

    station.until(lambda: ("same_sound", True) in station.outlet.told)
    station.desk.close()


def test_without_a_sound_server_it_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere")

    with pytest.raises(DeviceError, match="No sound server answers"):
        ask("info")
