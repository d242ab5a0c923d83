"""Messages of AudioSocket, and what a connection becomes."""

import logging
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.events import CHANNELS, CallEnded
from assist.ingest.audiosocket import LONGEST_SOUND, AudioSocketSession, Messages
from assist.ingest.items import Audio, Close, End, Gap, Item, Send, Trouble
from assist.ingest.pairing import Announcement, Pairing
from assist.ingest.session import Unacceptable
from tests.ingest.legs import (
    FRAME_MS,
    ONE,
    TWO,
    frames,
    message,
    named,
    of,
    outcome,
    pitch,
    sound,
    starts,
    tone,
)

CALL = Announcement(call_id="call-0001", streams={str(ONE): "customer", str(TWO): "agent"})


def pairing() -> Pairing:
    known = Pairing()
    known.announce(CALL, 0)
    return known


def session() -> AudioSocketSession:
    return AudioSocketSession(pairing())


def begun() -> AudioSocketSession:
    one = session()
    list(one.binary(named(ONE), 0))
    return one


def recording(hertz: int, *, ms: int = 400, kind: int = 0x10, rate: int = 8_000) -> list[bytes]:
    """Return the messages of a tone."""
    return [
        message(kind, pcm.astype("<i2").tobytes())
        for pcm in frames(tone(hertz, ms=ms, rate=rate), rate=rate)
    ]


def heard(one: AudioSocketSession, slices: Iterable[bytes], *, every: int = FRAME_MS) -> list[Item]:
    return [item for i, data in enumerate(slices, start=1) for item in one.binary(data, i * every)]


def refused(one: AudioSocketSession, data: bytes) -> int:
    with pytest.raises(Unacceptable) as why:
        list(one.binary(data, 10))
    return why.value.code


@given(cuts=st.lists(st.integers(0, 5_000), max_size=30))
def test_a_stream_may_be_cut_anywhere(cuts: list[int]) -> None:
    whole = named(ONE) + b"".join(recording(440, ms=200)) + message(0x03, b"7") + message(0x00)
    places = sorted({0, len(whole), *(cut % len(whole) for cut in cuts)})
    messages = Messages()

    found = [one for start, end in pairwise(places) for one in messages.push(whole[start:end])]

    assert [one.kind for one in found] == [0x01, *[0x10] * 10, 0x03, 0x00]
    assert b"".join(message(one.kind, one.payload) for one in found) == whole


def test_the_uuid_finds_the_call() -> None:
    items = list(session().binary(named(ONE), 0))

    assert starts(items) == [("call-0001", CHANNELS)]


@pytest.mark.parametrize(
    ("kind", "rate"), [(0x10, 8_000), (0x12, 16_000), (0x14, 32_000), (0x16, 48_000)]
)
def test_sound_of_every_accepted_rate_arrives(kind: int, rate: int) -> None:
    items = heard(begun(), recording(440, kind=kind, rate=rate))

    audio = of(Audio, items)
    assert {one.rate for one in audio} == {rate}
    assert {one.channel for one in audio} == {"customer"}
    assert pitch(np.concatenate([one.pcm for one in audio]), rate=rate) == 440


@pytest.mark.parametrize("kind", [0x11, 0x13, 0x15, 0x17, 0x18])
def test_other_rates_are_a_fault_of_the_codec(kind: int) -> None:
    items, code = outcome(begun().binary(message(kind, bytes(480)), 20))

    assert code == 4415
    assert [trouble.code for trouble in of(Trouble, items)] == ["codec"]


@pytest.mark.parametrize("kind", [0x02, 0x04, 0x0F, 0x19, 0x7F, 0xFE, ord("G")])
def test_messages_of_no_known_kind_are_refused(kind: int) -> None:
    assert refused(begun(), message(kind, b"x")) == 1003


@pytest.mark.parametrize(
    ("kind", "length"),
    [
        (0x00, 1),
        (0x01, 15),
        (0x01, 17),
        (0x03, 0),
        (0x03, 2),
        (0x10, 321),
        (0x16, LONGEST_SOUND + 2),
        (0xFF, 256),
    ],
)
def test_wrong_lengths_are_refused_before_the_payload_comes(kind: int, length: int) -> None:
    header = message(kind, bytes(length))[:3]

    assert refused(session(), header) == 1007


@pytest.mark.parametrize("kind", [0x10, 0x03, 0x00, 0xFF])
def test_nothing_comes_before_the_uuid(kind: int) -> None:
    payload = {0x10: bytes(320), 0x03: b"1"}.get(kind, b"")

    assert refused(session(), message(kind, payload)) == 1002


def test_the_uuid_comes_once() -> None:
    assert refused(begun(), named(TWO)) == 1002


def test_text_is_refused() -> None:
    with pytest.raises(Unacceptable):
        list(session().text("hello", 0))


def test_a_connection_that_does_not_name_itself_is_sent_away() -> None:
    one = session()
    assert list(one.wait(0)) == []

    with pytest.raises(Unacceptable) as why:
        list(one.wait(5_000))

    assert why.value.code == 4408


def test_a_digit_leaves_no_trace(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    one = begun()
    before = repr(vars(one))

    items = [
        item for digit in b"0123456789#*" for item in one.binary(message(3, bytes([digit])), 9)
    ]

    assert items == []
    assert repr(vars(one)) == before
    assert caplog.text == ""


@pytest.mark.parametrize("last", [message(0x00), message(0xFF, b"\1"), message(0xFF)])
def test_hang_up_and_error_end_a_side_like_a_closed_connection(last: bytes) -> None:
    one = begun()

    items = list(one.binary(last, 100))

    assert items == [End("hangup"), Close()]
    assert list(one.lost(110)) == []
    assert list(one.wait(120)) == []
    assert list(one.binary(recording(440)[0], 130)) == []


def test_the_call_ends_when_both_connections_are_gone() -> None:
    known = pairing()
    one, two = AudioSocketSession(known), AudioSocketSession(known)
    list(one.binary(named(ONE), 0))
    list(two.binary(named(TWO), 0))

    first, second = list(one.lost(100)), list(two.lost(150))

    assert first == []
    assert second == [End("hangup")]


def test_a_silent_connection_is_kept_alive_every_second() -> None:
    one = begun()

    sent = [(now, item.data) for now in range(0, 3_500, 100) for item in of(Send, one.wait(now))]

    assert [now for now, _ in sent] == [1_000, 2_000, 3_000]
    assert {data for _, data in sent} == {message(0x10, bytes(320))}


def test_the_silence_we_send_is_of_the_kind_that_came() -> None:
    one = begun()
    heard(one, recording(440, kind=0x12, rate=16_000))

    sent = of(Send, one.wait(1_500))

    assert [item.data for item in sent] == [message(0x12, bytes(640))]


def test_two_connections_are_two_channels_of_one_call() -> None:
    known = pairing()
    one, two = AudioSocketSession(known), AudioSocketSession(known)
    items = [*one.binary(named(ONE), 0), *two.binary(named(TWO), 0)]

    for i, (low, high) in enumerate(zip(recording(440), recording(880), strict=True)):
        items += one.binary(low, 1_020 + 20 * i)
        items += two.binary(high, 1_025 + 20 * i)

    assert starts(items) == [("call-0001", CHANNELS)] * 2
    assert pitch(sound(items, "customer")) == 440
    assert pitch(sound(items, "agent")[-3_000:]) == 880
    assert of(Gap, items) == [Gap("agent", 5, "not_sent")]


def test_the_end_of_the_call_closes_the_connection() -> None:
    assert list(begun().told(CallEnded(at=0))) == [Close()]


Noise = st.one_of(
    st.binary(max_size=700),
    st.sampled_from([named(ONE), named(TWO), message(0x00), message(0x03, b"1")]),
    st.builds(message, st.integers(0, 255), st.binary(max_size=40)),
    st.sampled_from(recording(440, ms=40)),
)


@given(
    first=st.sampled_from([b"", named(ONE), named(ONE)]),
    slices=st.lists(st.tuples(Noise, st.integers(0, 3_000)), max_size=30),
)
def test_whatever_comes_only_a_refusal_leaves(
    first: bytes, slices: list[tuple[bytes, int]]
) -> None:
    one = session()
    codes = [outcome(one.binary(first, 0))[1]]
    now = 0

    for data, later in slices:
        now += later
        codes += outcome(one.binary(data, now))[1], outcome(one.wait(now))[1]

    assert all(code == 0 or 1000 <= code <= 4999 for code in codes)
    assert len(of(End, one.lost(now))) <= 1
