"""FreeSWITCH, as our own simulators of its two modules send."""

import json
from base64 import b64encode
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.core.audio import Samples
from assist.events import CHANNELS, CallEnded, Channel, Tick
from assist.ingest.freeswitch import START_MS, FreeSwitchSession, admit
from assist.ingest.items import Audio, Close, End, Gap, Item, Start
from assist.ingest.session import Unacceptable
from assist.settings.doors import FreeSwitchDoor
from tests.ingest.callers import (
    Sent,
    audio_fork,
    audio_stream,
    endure,
    gaps,
    heard,
    pitch,
    play,
    tone,
)

RATE = 16_000
DOOR = FreeSwitchDoor(enabled=True, username="switch")
LOW, HIGH = tone(440, ms=3_000, rate=RATE), tone(880, ms=3_000, rate=RATE)
SIDES: tuple[tuple[Channel, Samples], ...] = (("customer", LOW), ("agent", HIGH))
METADATA = {"call_id": "call-0001", "agent": "a1", "language": "en", "rate": RATE}
FRAME = b"\1\0\2\0" * 320


def session(door: FreeSwitchDoor = DOOR) -> FreeSwitchSession:
    return FreeSwitchSession(door, call_id="given-0001")


def begun(**metadata: object) -> Start:
    (item,) = session().text(json.dumps(metadata), 0)
    assert isinstance(item, Start)
    return item


def refused(text: str) -> int:
    with pytest.raises(Unacceptable) as error:
        list(session().text(text, 0))
    return error.value.code


def sound_of(items: Iterable[Item]) -> tuple[list[int], list[int]]:
    return heard(items, "customer").tolist(), heard(items, "agent").tolist()


# --- the call -------------------------------------------------------------------------------------


def test_the_metadata_tell_of_the_call() -> None:
    assert begun(**METADATA, mood="unknown") == Start(
        "call-0001", agent="a1", language="en", source="freeswitch", skew_ms=2_000
    )


def test_metadata_may_say_nothing() -> None:
    assert begun() == Start("given-0001", source="freeswitch", skew_ms=2_000)


def test_a_language_we_do_not_know_is_left_to_the_settings() -> None:
    assert begun(language="fr").language == ""


def test_audio_fork_is_heard_on_both_channels() -> None:
    items = play(session(), audio_fork(LOW, HIGH, rate=RATE, metadata=METADATA))

    assert sound_of(items) == (LOW.tolist(), HIGH.tolist())
    assert pitch(heard(items, "customer"), rate=RATE) == pytest.approx(440, abs=1)
    assert pitch(heard(items, "agent"), rate=RATE) == pytest.approx(880, abs=1)


def test_audio_stream_needs_no_metadata() -> None:
    items = play(session(), audio_stream(LOW, HIGH, rate=RATE, buffer_ms=100))

    assert items[0] == Start("given-0001", source="freeswitch", skew_ms=2_000)
    assert sound_of(items) == (LOW.tolist(), HIGH.tolist())


@pytest.mark.parametrize("sizes", [(1_279, 1_281), (641,), (1, 2, 3, 1_274), (4_097, 999)])
def test_a_sample_may_be_cut_between_two_messages(sizes: tuple[int, ...]) -> None:
    items = play(session(), audio_fork(LOW, HIGH, rate=RATE, metadata=METADATA, sizes=sizes))

    assert sound_of(items) == (LOW.tolist(), HIGH.tolist())


def test_the_rate_of_the_metadata_wins() -> None:
    left, right = tone(440, ms=1_000, rate=8_000), tone(880, ms=1_000, rate=8_000)

    items = play(session(), audio_fork(left, right, rate=8_000, metadata={"rate": 8_000}))

    assert {item.rate for item in items if isinstance(item, Audio)} == {8_000}
    assert sound_of(items) == (left.tolist(), right.tolist())


def test_without_a_rate_the_settings_decide() -> None:
    door = FreeSwitchDoor(enabled=True, rate=8_000)

    items = play(session(door), audio_stream(LOW, HIGH, rate=8_000))

    assert {item.rate for item in items if isinstance(item, Audio)} == {8_000}


@pytest.mark.parametrize(
    ("metadata", "left"),
    [
        ({}, "customer"),
        ({"left": "agent", "right": "customer"}, "agent"),
        ({"left": "agent"}, "agent"),
        ({"right": "customer"}, "agent"),
        ({"right": "agent"}, "customer"),
    ],
)
def test_the_metadata_say_whose_side_is_which(metadata: dict[str, object], left: str) -> None:
    items = play(session(), audio_fork(LOW, HIGH, rate=RATE, metadata=metadata))

    first = next(item for item in items if isinstance(item, Audio))
    assert first.channel == left
    assert pitch(heard(items, first.channel), rate=RATE) == pytest.approx(440, abs=1)


def test_without_sides_the_settings_decide() -> None:
    door = FreeSwitchDoor(enabled=True, left="agent", right="customer")

    items = play(session(door), audio_stream(LOW, HIGH, rate=RATE))

    assert pitch(heard(items, "agent"), rate=RATE) == pytest.approx(440, abs=1)


def test_later_text_is_ignored() -> None:
    here = session()
    list(here.text("{}", 0))

    assert [*here.text('{"call_id": "other-0001"}', 0), *here.text("bye", 0)] == []


def test_text_after_sound_is_ignored() -> None:
    here = session()
    list(here.binary(FRAME, 0))

    assert list(here.text(json.dumps(METADATA), 0)) == []


def test_nothing_is_ever_sent_back() -> None:
    here = session()
    items = play(here, audio_fork(LOW, HIGH, rate=RATE, metadata=METADATA))

    assert {type(item) for item in items} == {Start, Audio, End}
    assert list(here.told(Tick(at=500))) == []


def test_the_end_of_the_call_hangs_up() -> None:
    assert list(session().told(CallEnded(at=0))) == [Close()]


# --- time -----------------------------------------------------------------------------------------


def test_the_connection_ends_with_the_call() -> None:
    items = play(session(), audio_stream(LOW, HIGH, rate=RATE))

    assert items[-1] == End("hangup")


def test_a_graceful_shutdown_ends_the_call_once() -> None:
    items = play(
        session(), audio_fork(LOW, HIGH, rate=RATE, metadata=METADATA, graceful=True), until=9_000
    )

    assert sound_of(items) == (LOW.tolist(), HIGH.tolist())
    assert [item for item in items if isinstance(item, End)] == [End("hangup")]


def test_nothing_that_comes_after_an_empty_message_matters() -> None:
    here = session()
    list(here.binary(FRAME, 0))

    items = [*here.binary(b"", 20), *here.binary(FRAME, 40), *here.wait(9_000), *here.lost(9_000)]

    assert items == [End("hangup")]


def test_an_empty_message_begins_no_call() -> None:
    assert list(session().binary(b"", 0)) == []


def test_a_connection_that_sent_nothing_ends_no_call() -> None:
    assert list(session().lost(0)) == []


def test_what_was_held_back_is_heard_at_the_end() -> None:
    here = session()
    sent = audio_stream(LOW, HIGH, rate=RATE, paused=range(1_000, 2_980))

    items = play(here, sent)

    assert len(heard(items, "agent")) == pytest.approx(len(LOW), abs=RATE // 50)
    assert heard(items, "agent")[-320:].tolist() == HIGH[-320:].tolist()


def test_a_pause_of_the_module_is_silence_of_its_length() -> None:
    sent = audio_stream(LOW, HIGH, rate=RATE, paused=range(1_000, 1_800))

    items = play(session(), sent)

    for channel, spoken in SIDES:
        sound = heard(items, channel)
        assert sound.tolist()[-RATE:] == spoken.tolist()[-RATE:]
        assert len(sound) == len(spoken)
    assert gaps(items, "customer") == gaps(items, "agent") == [(800, "not_sent")]


def test_the_clock_of_a_dead_peer_goes_on() -> None:
    sent = audio_stream(LOW, HIGH, rate=RATE)

    items = play(session(), sent, until=10_000, hang_up=False)

    for channel in CHANNELS:
        lasted = len(heard(items, channel)) * 1000 // RATE
        assert lasted == pytest.approx(10_000, abs=120)


def test_who_sends_nothing_is_sent_away() -> None:
    with pytest.raises(Unacceptable) as error:
        play(session(), [Sent(0, "")], until=2 * START_MS)

    assert error.value.code == 4408


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "{", "call-0001", '"\ud800"', '{"x":' + "[" * 10_000])
def test_metadata_that_are_no_json_are_refused(text: str) -> None:
    assert refused(text) == 1007


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "1",
        "null",
        '{"call_id": "short"}',
        '{"call_id": "call/0001"}',
        '{"call_id": 12345678}',
        '{"agent": "a\\n1"}',
        '{"agent": null}',
        '{"rate": "16k"}',
        '{"left": "caller"}',
        '{"left": "agent", "right": "agent"}',
        '{"language": 1}',
    ],
)
def test_metadata_with_a_wrong_field_are_refused(text: str) -> None:
    assert refused(text) == 4400


@pytest.mark.parametrize("rate", [0, -1, 11_025, 48_000, 2**60])
def test_another_rate_is_refused(rate: int) -> None:
    assert refused(json.dumps({"rate": rate})) == 4415


def test_what_is_too_long_is_refused() -> None:
    assert refused(" " * 16_385) == 1009
    with pytest.raises(Unacceptable) as error:
        list(session().binary(bytes(131_073), 0))
    assert error.value.code == 1009


def test_a_refusal_does_not_quote_what_came() -> None:
    with pytest.raises(Unacceptable) as error:
        list(session().text('{"left": "4111 1111"}', 0))

    assert "4111" not in str(error.value)
    assert "left" in str(error.value)


MESSAGES = st.one_of(
    st.binary(max_size=2_000),
    st.text(max_size=60),
    st.dictionaries(
        st.sampled_from([*METADATA, "left", "right", "new"]),
        st.none() | st.integers() | st.sampled_from(["agent", "customer", "a1"]) | st.text(),
    ).map(json.dumps),
    st.just(json.dumps(METADATA)),
    st.integers(0, len(json.dumps(METADATA))).map(lambda end: json.dumps(METADATA)[:end]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(MESSAGES, st.integers(0, 5_000)), max_size=12))
def test_whatever_comes_only_a_refusal_leaves(messages: list[tuple[str | bytes, int]]) -> None:
    here = session()

    items, codes = endure(here, messages)

    assert {type(item) for item in items} <= {Start, Audio, Gap, End}
    assert set(codes) <= {1007, 1009, 4400, 4408, 4415}
    assert {type(item) for item in here.lost(10**6)} <= {Audio, Gap, End}


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 3_000), min_size=1, max_size=20))
def test_however_it_is_cut_nothing_is_lost(sizes: list[int]) -> None:
    items = play(session(), audio_fork(LOW, HIGH, rate=RATE, metadata=METADATA, sizes=sizes))

    assert np.array_equal(heard(items, "customer"), LOW)
    assert np.array_equal(heard(items, "agent"), HIGH)


# --- who may come in ------------------------------------------------------------------------------


def why_not(
    authorization: str = "",
    *,
    token: str = "s3cret",
    peer: str = "192.0.2.7",
    door: FreeSwitchDoor = DOOR,
) -> str:
    return admit({"authorization": authorization}, door=door, token=token, peer=peer)


def test_the_password_opens_the_door() -> None:
    assert why_not(f"Basic {b64encode(b'switch:s3cret').decode()}") == ""


def test_the_token_opens_the_door() -> None:
    assert why_not("Bearer s3cret") == ""


@pytest.mark.parametrize(
    "given_header", ["", "Bearer x", f"Basic {b64encode(b'other:s3cret').decode()}"]
)
def test_nothing_else_opens_the_door(given_header: str) -> None:
    assert "missing or wrong" in why_not(given_header)
    assert "missing or wrong" in why_not(given_header, peer="127.0.0.1")


def test_without_a_password_only_this_machine_comes_in() -> None:
    assert why_not(token="", peer="127.0.0.1") == ""
    assert why_not(token="") == "Without a password only this machine may connect."


def test_nobody_comes_in_through_a_shut_door() -> None:
    assert why_not("Bearer s3cret", door=FreeSwitchDoor()) == "The door is shut."
