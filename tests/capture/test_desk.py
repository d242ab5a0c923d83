from collections.abc import Callable

import numpy as np
import pytest

from assist.capture.desk import Desk
from tests.capture.card import loudest
from tests.capture.devices import CALL, MIC, Outlet, Room, room

TICK = 0.05


class Session:
    """A desk in a room, whose time goes on as the test wants."""

    def __init__(self, here: Room) -> None:
        self.room, self.outlet = here, Outlet()
        self.desk = Desk(here, self.outlet, now=here.now)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK)):
            self.room.now += TICK
            self.desk.tick(self.room.now)

    def time_until(self, condition: Callable[[], bool], *, at_most: float = 10.0) -> float:
        begun = self.room.now
        while not condition():
            self.run(TICK)
            assert self.room.now - begun <= at_most
        return self.room.now - begun

    def tell(self, code: str, *, active: bool) -> Callable[[], bool]:
        return lambda: (code, active) in self.outlet.told


def test_each_device_becomes_its_channel() -> None:
    session = Session(room())

    session.run(5)

    assert abs(loudest(session.outlet.sound("agent")[-8000:]) - 440) < 3
    assert abs(loudest(session.outlet.sound("customer")[-8000:]) - 1000) < 3
    assert session.outlet.told == []
    assert session.outlet.gaps("agent") == session.outlet.gaps("customer") == 0
    assert abs(session.outlet.length("agent") - session.outlet.length("customer")) <= 100


def test_a_device_that_is_taken_away_is_told_of_at_once_and_leaves_silence_of_its_length() -> None:
    session = Session(room())
    session.run(3)
    session.room.present.remove(CALL)
    session.room.sources[CALL.name].elsewhere = "gone"

    took = session.time_until(session.tell("customer_missing", active=True))
    session.run(5)

    assert took <= 0.2
    assert session.outlet.details == ["Speaker: It was unplugged."]
    assert abs(session.outlet.length("agent") - session.outlet.length("customer")) <= 250
    assert 4500 <= session.outlet.gaps("customer") <= 5500
    assert set(session.outlet.reasons) == {"device_lost"}


def test_a_device_that_comes_back_is_opened_again_by_its_name() -> None:
    session = Session(room())
    session.run(3)
    session.room.present.remove(CALL)
    session.room.sources[CALL.name].elsewhere = "gone"
    session.run(5)
    session.room.sources[CALL.name].elsewhere = "here"
    session.room.present.append(CALL)
    session.room.changes += 1

    took = session.time_until(session.tell("customer_missing", active=False))
    session.run(3)

    assert took <= 4.0
    assert abs(loudest(session.outlet.sound("customer")[-8000:]) - 1000) < 3
    assert abs(session.outlet.length("agent") - session.outlet.length("customer")) <= 100


def test_another_device_does_not_take_the_place_of_a_lost_one() -> None:
    other = MIC.__class__("camera", "Camera", loopback=False, default=True)
    session = Session(room())
    session.run(3)
    session.room.present[:] = [other, CALL]
    session.room.sources[MIC.name].elsewhere = "gone"
    session.room.changes += 1

    session.run(5)

    assert session.desk.sides["agent"].stream is None
    assert session.outlet.told == [("mic_missing", True)]


def test_what_a_stream_gave_while_its_device_went_away_is_not_sent() -> None:
    session = Session(room())
    session.run(3)
    before = len(session.outlet.sound("customer"))
    source = session.room.sources[CALL.name]
    source.elsewhere, source.hertz = "unsure", 440
    session.run(0.3)
    source.elsewhere = "gone"
    session.run(1)

    after = session.outlet.sound("customer")[before:]

    assert not after[3200:].any()
    assert abs(loudest(after[:1600]) - 440) > 20 or not after[:1600].any()


def test_a_device_that_falls_silent_without_a_word_is_missing_within_a_second() -> None:
    session = Session(room())
    session.run(3)
    session.room.sources[MIC.name].stalled = True

    took = session.time_until(session.tell("mic_missing", active=True))

    assert 0.4 <= took <= 0.8


def test_a_call_begins_without_a_device_that_is_not_there() -> None:
    here = room()
    here.present.remove(MIC)
    session = Session(here)

    session.run(4)

    assert ("mic_missing", True) in session.outlet.told
    assert session.outlet.length("customer") >= 3500
    assert abs(session.outlet.gaps("agent") - session.outlet.length("customer")) <= 250


def test_during_a_pause_both_devices_are_closed_and_the_clock_stands() -> None:
    session = Session(room())
    session.run(3)
    length = session.outlet.length("agent")
    session.outlet.paused = True
    session.run(60)

    assert all(stream.closed for stream in session.room.opened)
    assert session.outlet.length("agent") == length

    session.outlet.paused = False
    session.run(3)

    assert 2600 <= session.outlet.length("agent") - length <= 3200
    assert session.outlet.gaps("agent") <= 400
    assert session.outlet.told == []
    assert abs(session.outlet.length("agent") - session.outlet.length("customer")) <= 250


def test_a_pause_before_the_call_has_begun_costs_no_sound_after_it() -> None:
    here = room()
    here.sources[MIC.name].stalled = True
    session = Session(here)
    session.run(0.5)
    session.outlet.paused = True
    session.run(20)
    session.outlet.paused = False
    here.sources[MIC.name].stalled = False

    session.run(8)

    assert 7000 <= session.outlet.length("agent") <= 8000
    assert session.outlet.gaps("agent") == session.outlet.gaps("customer") == 0


@pytest.mark.slow
def test_five_minutes_of_two_clocks_that_differ_keeps_the_channels_together() -> None:
    here = room()
    here.late = 0.006
    here.sources[MIC.name].rate = 16000 * (1 - 40e-6)
    here.sources[CALL.name].rate = 16000 * (1 + 40e-6)
    for source in here.sources.values():
        source.hertz = 20
    session = Session(here)
    session.run(300)

    agent, customer = (session.outlet.sound(channel) for channel in ("agent", "customer"))
    length = min(len(agent), len(customer)) // 16000 * 16000
    lag = angle(agent[length - 16000 : length]) - angle(customer[length - 16000 : length])

    assert abs(lag) < 0.002
    assert session.outlet.gaps("agent") == session.outlet.gaps("customer") == 0


def angle(pcm: np.ndarray) -> float:
    """Return the place of a tone of 20 Hz, in seconds."""
    turns = np.exp(-2j * np.pi * 20 * np.arange(len(pcm)) / 16000)
    return float(np.angle(np.sum(pcm * turns)) / (2 * np.pi * 20))


def test_it_gives_the_devices_back() -> None:
    session = Session(room())
    session.run(1)

    session.desk.close()

    assert all(stream.closed for stream in session.room.opened)
