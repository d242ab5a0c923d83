"""One connection's way to its place in a call."""

import numpy as np
import pytest

from assist.events import CHANNELS
from assist.ingest.items import Audio, End, Item
from assist.ingest.pairing import Announcement, Pairing
from assist.ingest.session import Unacceptable
from assist.ingest.stream import Stream
from tests.ingest.legs import RATE, frames, of, pitch, sound, starts, tone

CALL = Announcement(call_id="call-0001", streams={"a": "agent", "c": "customer"})


def test_an_announced_stream_begins_its_call_at_once() -> None:
    pairing = Pairing()
    pairing.announce(CALL, 0)

    items = list(Stream(pairing).name("a", 10))

    assert starts(items) == [("call-0001", CHANNELS)]


def test_both_streams_begin_the_same_call() -> None:
    pairing = Pairing()
    pairing.announce(CALL, 0)

    items = [*Stream(pairing).name("a", 10), *Stream(pairing).name("c", 20)]

    assert starts(items) == [("call-0001", CHANNELS)] * 2


def test_sound_from_before_the_announcement_is_kept_and_keeps_its_place() -> None:
    pairing = Pairing()
    agent, customer = Stream(pairing), Stream(pairing)
    items: list[Item] = [*agent.name("a", 0), *customer.name("c", 0)]
    high, low = frames(tone(880, ms=4_000)), frames(tone(440, ms=4_000))
    for i, now in enumerate(range(20, 4_020, 20)):
        items += agent.push(high[i], RATE, now)
        if now > 1_000:
            items += customer.push(low[i], RATE, now)
        if now == 3_000:
            assert items == []
            pairing.announce(CALL, now)
        if now % 100 == 20:
            items += customer.wait(now)
        if now % 100 == 80:
            items += agent.wait(now)

    rest = 1_000 * RATE // 1000
    assert pitch(sound(items, "agent")) == 880
    assert pitch(sound(items, "customer")[rest:]) == 440
    assert np.count_nonzero(sound(items, "customer")[:rest]) == 0
    assert len(sound(items, "agent")) == len(sound(items, "customer")) == 4_000 * RATE // 1000


def test_a_stream_that_is_not_announced_in_five_seconds_is_sent_away() -> None:
    stream = Stream(Pairing())
    list(stream.name("a", 1_000))
    assert list(stream.wait(5_900)) == []

    with pytest.raises(Unacceptable, match="unknown_stream"):
        list(stream.wait(6_000))


def test_what_is_kept_is_bounded() -> None:
    pairing = Pairing()
    stream = Stream(pairing)
    list(stream.name("a", 0))
    for now in range(1_000):
        list(stream.push(tone(440, ms=20), RATE, now * 20))
        list(stream.push(tone(440, ms=20), RATE, now * 20))
    pairing.announce(CALL, 20_000)

    items = list(stream.wait(20_000))

    assert sum(len(audio.pcm) for audio in of(Audio, items)) <= 6_000 * RATE // 1000


def test_a_rate_that_changes_before_the_announcement_is_refused() -> None:
    stream = Stream(Pairing())
    list(stream.name("a", 0))
    list(stream.push(tone(440, ms=20), RATE, 20))

    with pytest.raises(Unacceptable, match="rate"):
        list(stream.push(tone(440, ms=20), 16_000, 40))


def test_the_last_stream_that_is_lost_ends_the_call() -> None:
    pairing = Pairing()
    pairing.announce(CALL, 0)
    agent, customer = Stream(pairing), Stream(pairing)
    list(agent.name("a", 0))
    list(customer.name("c", 0))

    first, second = list(agent.lost(100)), list(customer.lost(200))

    assert first == []
    assert second == [End("hangup")]


def test_a_stream_leaves_once() -> None:
    pairing = Pairing()
    old, new, other = Stream(pairing), Stream(pairing), Stream(pairing)
    list(old.enter(pairing.enter("call-0001", "agent", 0)))
    list(other.enter(pairing.enter("call-0001", "customer", 0)))
    list(old.lost(100))
    list(new.enter(pairing.enter("call-0001", "agent", 200)))

    again = list(old.lost(300))

    assert again == []
    assert list(other.lost(400)) == []
    assert list(new.lost(500)) == [End("hangup")]


def test_a_stream_that_leaves_before_the_announcement_leaves_no_sound_behind() -> None:
    pairing = Pairing()
    early = Stream(pairing)
    list(early.name("a", 0))
    list(early.push(tone(440, ms=20), RATE, 20))
    assert list(early.lost(30)) == []
    pairing.announce(CALL, 1_000)
    other = Stream(pairing)

    items = [*other.name("c", 2_000), *other.push(tone(440, ms=20), RATE, 2_020)]

    assert len(sound(items, "customer")) == 20 * RATE // 1000
