"""Two sides of one call, each on a connection of its own."""

import numpy as np
import pytest

from assist.events import CHANNELS, CallEnded, CallPaused, CallResumed
from assist.ingest.items import Close, End, Gap, Item, Start, Trouble
from assist.ingest.paired import PairedCall
from assist.ingest.session import Unacceptable
from tests.ingest.legs import RATE, of, sound, tone


def call() -> PairedCall:
    return PairedCall(Start("call-0001", channels=CHANNELS))


def both(shared: PairedCall) -> PairedCall:
    for channel in CHANNELS:
        shared.join(channel, came_at=0)
    return shared


def test_the_first_sample_of_the_first_side_is_position_zero() -> None:
    shared = both(call())

    items = list(shared.push("customer", tone(440, ms=20), RATE, 5_020))

    assert of(Gap, items) == []
    assert len(sound(items, "customer")) == 20 * RATE // 1000


def test_the_second_side_is_placed_by_its_arrival() -> None:
    shared = both(call())
    list(shared.push("customer", tone(440, ms=20), RATE, 5_020))

    items = list(shared.push("agent", tone(880, ms=20), RATE, 8_020))

    assert of(Gap, items) == [Gap("agent", 3_000, "not_sent")]


def test_until_the_second_side_comes_its_channel_is_silence_in_real_time() -> None:
    shared = call()
    shared.join("customer", came_at=0)
    items: list[Item] = list(shared.push("customer", tone(440, ms=20), RATE, 20))

    for now in range(40, 3_020, 20):
        items += shared.push("customer", tone(440, ms=20), RATE, now)
        items += shared.wait(now)
    waited = len(sound(items, "agent"))
    shared.join("agent", came_at=3_000)
    items += shared.push("agent", tone(880, ms=20), RATE, 3_020)

    assert waited == 3_000 * RATE // 1000
    assert len(sound(items, "agent")) == 3_020 * RATE // 1000
    assert np.count_nonzero(sound(items, "agent")[: 3_000 * RATE // 1000]) == 0


def test_a_side_that_was_there_before_the_announcement_is_not_filled_at_once() -> None:
    shared = call()
    shared.join("customer", came_at=3_000, first_sound=20)
    shared.keep_room("agent", 3_000)

    items = [*shared.push("customer", tone(440, ms=20), RATE, 40), *shared.wait(3_100)]

    assert len(sound(items, "agent")) == 0


@pytest.mark.parametrize("seconds", [0, 10])
def test_the_second_side_may_come_for_ten_seconds(seconds: int) -> None:
    shared = call()
    shared.join("customer", came_at=0)

    expected = shared.expects("agent", seconds * 1_000)

    assert expected
    assert not shared.expects("agent", 10_001)


def test_no_side_comes_twice() -> None:
    shared = call()
    shared.join("customer", came_at=0)

    assert not shared.expects("customer", 100)


def test_it_is_told_once_that_the_other_side_never_came() -> None:
    shared = call()
    shared.join("customer", came_at=0)

    items = [item for now in range(0, 12_000, 100) for item in shared.wait(now)]

    assert [trouble.code for trouble in of(Trouble, items)] == ["one_channel"]


def test_the_call_ends_with_the_last_side() -> None:
    shared = both(call())

    first = list(shared.leave("agent", 1_000))
    second = list(shared.leave("customer", 1_500))

    assert first == []
    assert second == [End("hangup")]


def test_the_call_ends_when_one_side_is_gone_for_ten_seconds() -> None:
    shared = both(call())
    list(shared.leave("agent", 1_000))

    before, after = list(shared.wait(10_900)), list(shared.wait(11_000))

    assert before == []
    assert after == [End("hangup"), Close()]
    assert list(shared.leave("customer", 11_010)) == []


def test_a_side_that_is_gone_counts_as_silent_until_then() -> None:
    shared = both(call())
    items: list[Item] = []
    for now in range(20, 5_020, 20):
        for channel in CHANNELS:
            if channel == "customer" or now <= 1_000:
                items += shared.push(channel, tone(440, ms=20), RATE, now)
        if now == 1_000:
            items += shared.leave("agent", now)
        items += shared.wait(now)

    assert len(sound(items, "agent")) == len(sound(items, "customer"))


def test_a_side_that_was_lost_may_come_again_and_is_placed_by_its_arrival() -> None:
    shared = both(call())
    items: list[Item] = []
    for channel in CHANNELS:
        items += shared.push(channel, tone(440, ms=20), RATE, 20)
    items += shared.leave("agent", 40)
    lost = [shared.expects("agent", now) for now in (50, 10_040, 10_041)]

    shared.join("agent", came_at=3_000)
    items += shared.push("agent", tone(880, ms=20, rate=16_000), 16_000, 3_020)

    assert lost == [True, True, False]
    assert sum(gap.ms for gap in of(Gap, items)) == 3_000 - 20
    assert of(End, shared.wait(12_000)) == []


def test_a_side_that_is_here_is_not_expected_again() -> None:
    shared = both(call())

    assert not shared.expects("agent", 100)


def test_a_pause_is_left_out_once_on_both_sides() -> None:
    shared = both(call())
    items: list[Item] = []
    for channel in CHANNELS:
        items += shared.push(channel, tone(440, ms=20), RATE, 20)
    paused, resumed = CallPaused(at=0, reason="card"), CallResumed(at=0, skipped=5_000)

    list(shared.told(paused))
    list(shared.told(paused))
    unheard = [*shared.push("agent", tone(440, ms=20), RATE, 40), *shared.wait(4_000)]
    list(shared.told(resumed))
    list(shared.told(resumed))
    for channel in CHANNELS:
        items += shared.push(channel, tone(440, ms=20), RATE, 5_040)

    assert unheard == []
    assert of(Gap, items) == []
    assert len(sound(items, "agent")) == len(sound(items, "customer")) == 40 * RATE // 1000


def test_a_side_that_comes_after_a_pause_is_placed_without_it() -> None:
    shared = both(call())
    list(shared.push("customer", tone(440, ms=20), RATE, 20))
    list(shared.told(CallPaused(at=0, reason="card")))
    list(shared.told(CallResumed(at=0, skipped=5_000)))

    items = list(shared.push("agent", tone(880, ms=20), RATE, 6_020))

    assert of(Gap, items) == [Gap("agent", 1_000, "not_sent")]


def test_the_connections_of_a_call_that_ended_are_closed() -> None:
    shared = both(call())

    items = list(shared.told(CallEnded(at=0)))

    assert items == [Close()]
    assert list(shared.leave("agent", 10)) == []
    assert list(shared.wait(20)) == []


def test_a_rate_that_changes_is_refused() -> None:
    shared = both(call())
    list(shared.push("agent", tone(440, ms=20), RATE, 20))

    with pytest.raises(Unacceptable) as refused:
        list(shared.push("agent", tone(440, ms=20, rate=16_000), 16_000, 40))

    assert refused.value.code == 4415
