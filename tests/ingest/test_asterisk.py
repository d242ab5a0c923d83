"""Asterisk's own WebSocket channel: its events in both forms, and what a connection becomes."""

import json
import logging
import re
from base64 import b64encode
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.events import CHANNELS, CallEnded
from assist.ingest.asterisk import AsteriskSession, admit
from assist.ingest.items import Audio, Close, End, Gap, Item, Start
from assist.ingest.pairing import Announcement, Pairing
from assist.ingest.peers import Networks
from assist.ingest.session import Unacceptable
from assist.settings.doors import AsteriskDoor, AudioSocketDoor
from tests.ingest.legs import frames, of, outcome, pitch, sound, starts, tone

ID = "1795000000.4"
CALL = Announcement(call_id="call-0001", streams={ID: "customer", "1795000000.5": "agent"})
VARIABLES = {"__CALL_ASSIST_CALL": "call-0002", "__CALL_ASSIST_ROLE": "customer"}


def pairing() -> Pairing:
    known = Pairing()
    known.announce(CALL, 0)
    return known


def start(*, format: str = "slin16", channel_id: str = ID, **variables: str) -> str:
    """Write the first message as JSON."""
    told = {
        "event": "MEDIA_START",
        "connection_id": "connection1",
        "channel": "WebSocket/connection1/0x7f00",
        "channel_id": channel_id,
        "format": format,
        "optimal_frame_size": 640,
        "ptime": 20,
        "channel_variables": variables,
    }
    return json.dumps(told)


def words(*, format: str = "slin16", channel_id: str = ID) -> str:
    """Write the first message in words."""
    return (
        f"MEDIA_START connection_id:connection1 channel:WebSocket/connection1/0x7f00"
        f" channel_id:{channel_id} format:{format} optimal_frame_size:640 ptime:20"
    )


def begun(text: str | None = None) -> AsteriskSession:
    one = AsteriskSession(pairing())
    list(one.text(text or start(), 0))
    return one


@pytest.mark.parametrize(
    "text",
    [start(), words(), words() + " channel_variables:of:later:versions nonsense"],
    ids=["json", "words", "more words"],
)
def test_an_announced_channel_begins_its_call_in_both_forms(text: str) -> None:
    items = list(AsteriskSession(pairing()).text(text, 0))

    assert starts(items) == [("call-0001", CHANNELS)]


def test_the_variables_of_the_dialplan_name_call_side_agent_and_language() -> None:
    more = {"__CALL_ASSIST_AGENT": "a1", "__CALL_ASSIST_LANGUAGE": "de", "other": "x"}

    items = list(AsteriskSession(Pairing()).text(start(**VARIABLES, **more), 0))

    assert starts(items) == [("call-0002", CHANNELS)]
    assert [(one.agent, one.language) for one in of(Start, items)] == [("a1", "de")]


def test_two_sides_that_name_one_call_meet_in_it() -> None:
    known = Pairing()
    one, two = AsteriskSession(known), AsteriskSession(known)
    items: list[Item] = [
        *one.text(start(**VARIABLES), 0),
        *two.text(start(**VARIABLES | {"__CALL_ASSIST_ROLE": "agent"}), 10),
    ]

    low, high = (frames(tone(f, ms=400, rate=16_000), rate=16_000) for f in (440, 880))
    for i, (quiet, loud) in enumerate(zip(low, high, strict=True)):
        items += one.binary(quiet.astype("<i2").tobytes(), 100 + 20 * i)
        items += two.binary(loud.astype("<i2").tobytes(), 100 + 20 * i)

    assert starts(items) == [("call-0002", CHANNELS)] * 2
    assert pitch(sound(items, "customer"), rate=16_000) == 440
    assert pitch(sound(items, "agent"), rate=16_000) == 880
    assert of(Gap, items) == []


@pytest.mark.parametrize(
    ("format", "rate", "width"),
    [("slin", 8_000, 2), ("slin16", 16_000, 2), ("slin48", 48_000, 2), ("ulaw", 8_000, 1)],
)
def test_sound_of_every_accepted_format_arrives(format: str, rate: int, width: int) -> None:
    one = begun(start(format=format))

    items = list(one.binary(bytes(rate // 50 * width), 20))

    assert [(len(a.pcm), a.rate) for a in of(Audio, items)] == [(rate // 50, rate)]


@pytest.mark.parametrize("format", ["opus", "g722", "slin12", "slin44", "alaw", ""])
def test_other_formats_are_refused(format: str) -> None:
    with pytest.raises(Unacceptable) as why:
        begun(start(format=format))

    assert why.value.code == 4415


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        '{"event":7}',
        '{"event":"MEDIA_START"}',
        '{"event":"MEDIA_START","channel_id":"","format":"slin16"}',
        '{"event":"MEDIA_START","channel_id":"x","format":"slin16","channel_variables":{"a":1}}',
        "MEDIA_START",
        "MEDIA_START channel_id: format:slin16",
        "[" * 16_000,
        '{"event":' + "[" * 16_000,
        '{"event":"\ud800"}',
    ],
    ids=str.__len__,
)
def test_a_beginning_that_is_none_is_refused(text: str) -> None:
    one = AsteriskSession(pairing())

    items, code = outcome(one.text(text, 0))

    assert items == []
    assert (code or outcome(one.binary(bytes(640), 10))[1]) in {1002, 1007}


@pytest.mark.parametrize(
    "variables",
    [
        {"__CALL_ASSIST_CALL": "call-0002"},
        {"__CALL_ASSIST_CALL": "x", "__CALL_ASSIST_ROLE": "agent"},
        VARIABLES | {"__CALL_ASSIST_ROLE": "third"},
        VARIABLES | {"__CALL_ASSIST_LANGUAGE": "fr"},
    ],
)
def test_variables_that_name_no_place_are_refused(variables: dict[str, str]) -> None:
    with pytest.raises(Unacceptable) as why:
        begun(start(**variables))

    assert why.value.code == 4400


def test_sound_before_the_beginning_is_refused() -> None:
    with pytest.raises(Unacceptable) as why:
        list(AsteriskSession(pairing()).binary(bytes(640), 0))

    assert why.value.code == 1002


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(Unacceptable) as why:
        list(begun().binary(bytes(641), 20))

    assert why.value.code == 1007


def test_a_connection_that_does_not_begin_is_sent_away() -> None:
    one = AsteriskSession(pairing())
    assert list(one.wait(0)) == []

    with pytest.raises(Unacceptable) as why:
        list(one.wait(5_000))

    assert why.value.code == 4408


def test_a_channel_that_nobody_announced_is_sent_away_after_five_seconds() -> None:
    one = begun(start(channel_id="unknown"))

    with pytest.raises(Unacceptable, match="unknown_stream"):
        list(one.wait(5_000))


def test_a_call_for_which_there_is_no_room_is_refused() -> None:
    full = Pairing(most=1)
    full.announce(CALL, 0)

    with pytest.raises(Unacceptable) as why:
        list(AsteriskSession(full).text(start(**VARIABLES), 0))

    assert why.value.code == 1013


@pytest.mark.parametrize(
    "text",
    [
        '{"event":"DTMF_END","channel_id":"1","digit":"7"}',
        "DTMF_END digit:7",
        '{"event":"MEDIA_XOFF"}',
        start(),
        "anything",
    ],
)
def test_later_events_a_digit_among_them_leave_no_trace(
    text: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    one = begun()
    before = repr(vars(one))

    items = list(one.text(text, 100))

    assert items == []
    assert repr(vars(one)) == before
    assert caplog.text == ""


def test_a_digit_before_the_beginning_is_thrown_away() -> None:
    one = AsteriskSession(pairing())

    assert list(one.text('{"event":"DTMF_END","digit":"7"}', 0)) == []
    assert list(one.text("DTMF_END digit:7", 0)) == []


def test_a_closed_connection_ends_its_side() -> None:
    known = pairing()
    one, two = AsteriskSession(known), AsteriskSession(known)
    list(one.text(start(), 0))
    list(two.text(start(channel_id="1795000000.5"), 0))

    first, second = list(one.lost(100)), list(two.lost(150))

    assert first == []
    assert second == [End("hangup")]


def test_the_end_of_the_call_closes_the_connection() -> None:
    assert list(begun().told(CallEnded(at=0))) == [Close()]


Noise = st.one_of(
    st.binary(max_size=700),
    st.text(max_size=200),
    st.sampled_from([start(), words(), start(**VARIABLES), "DTMF_END digit:1"]),
    st.dictionaries(
        st.sampled_from(["event", "channel_id", "format", "channel_variables", "x"]),
        st.one_of(
            st.sampled_from(["MEDIA_START", "slin16", ID]),
            st.integers(),
            st.none(),
            st.dictionaries(st.sampled_from([*VARIABLES]), st.text(max_size=9)),
        ),
    ).map(json.dumps),
)


@given(data=st.lists(st.tuples(Noise, st.integers(0, 3_000)), max_size=20))
def test_whatever_comes_only_a_refusal_leaves(data: list[tuple[bytes | str, int]]) -> None:
    one = AsteriskSession(pairing())
    codes: list[int] = []
    now = 0

    for message, later in data:
        now += later
        items = one.text(message, now) if isinstance(message, str) else one.binary(message, now)
        codes += outcome(items)[1], outcome(one.wait(now))[1]

    assert all(code == 0 or 1000 <= code <= 4999 for code in codes)
    assert len(of(End, one.lost(now))) <= 1


def asked(**headers: str) -> dict[str, str]:
    return {"sec-websocket-protocol": "media", **headers}


def login(pair: str) -> str:
    return "Basic " + b64encode(pair.encode()).decode()


HERE = Networks(("127.0.0.1", "10.0.0.0/8"))


@pytest.mark.parametrize(
    ("headers", "password", "peer", "admitted"),
    [
        (asked(), "", "127.0.0.1", True),
        (asked(), "", "10.1.1.1", False),
        (asked(authorization=login("pbx:secret")), "secret", "10.1.1.1", True),
        (asked(authorization=login("pbx:wrong")), "secret", "10.1.1.1", False),
        (asked(authorization=login("other:secret")), "secret", "10.1.1.1", False),
        (asked(), "secret", "127.0.0.1", False),
        (asked(authorization=login("pbx:secret")), "secret", "11.1.1.1", False),
        ({"authorization": login("pbx:secret")}, "secret", "10.1.1.1", False),
        (asked() | {"x-forwarded-for": "8.8.8.8"}, "", "127.0.0.1", False),
        (asked() | {"sec-websocket-protocol": "a, media"}, "", "127.0.0.1", True),
    ],
)
def test_who_may_come_in(headers: dict[str, str], password: str, peer: str, admitted: bool) -> None:
    why_not = admit(headers, username="pbx", password=password, peer=peer, peers=HERE)

    assert (why_not == "") is admitted


def test_numbers_of_samples_are_kept_as_they_came() -> None:
    pcm = np.array([0, 1, -1, 32_767, -32_768], np.int16)

    items = list(begun().binary(pcm.astype("<i2").tobytes(), 20))

    assert of(Audio, items)[0].pcm.tolist() == pcm.tolist()


ROOT = Path(__file__).parents[2]


def test_the_dialplan_of_the_manual_is_the_one_that_was_tried() -> None:
    manual = (ROOT / "docs" / "asterisk.md").read_text("utf-8")
    tried = (ROOT / "tests" / "ingest" / "asterisk" / "extensions.conf").read_text("utf-8")

    blocks = re.findall(r"```ini\n *; extensions.conf: the listeners\n(.*?)```", manual, re.DOTALL)

    lines = [line.strip() for line in blocks[0].splitlines() if line.strip()]
    assert len(lines) == 11
    assert [line for line in lines if line not in tried] == []


@pytest.mark.parametrize(
    ("table", "door"), [("ingest.asterisk", AsteriskDoor), ("ingest.audiosocket", AudioSocketDoor)]
)
def test_every_setting_of_the_doors_is_in_the_manual(
    table: str, door: type[AsteriskDoor] | type[AudioSocketDoor]
) -> None:
    manual = (ROOT / "docs" / "asterisk.md").read_text("utf-8")
    rows = manual.split(f"| in `[{table}]` |")[1].split("\n\n")[0]

    assert [name for name in door.__struct_fields__ if f"| `{name}` |" not in rows] == []
