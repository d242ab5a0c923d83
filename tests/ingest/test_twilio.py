"""Twilio Media Streams, message by message; the signatures were made with openssl."""

import json
import logging
from collections.abc import Mapping
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.audio.mulaw import decode
from assist.core.audio import Samples
from assist.events import CallEnded, Channel, Tick
from assist.ingest.items import Audio, Close, End, Gap, Item, Start
from assist.ingest.session import Unacceptable
from assist.ingest.twilio import RETURN_MS, START_MS, Streams, TwilioSession, admit
from assist.settings.doors import TwilioDoor
from tests.ingest.callers import (
    FRAME_MS,
    Sent,
    connected,
    endure,
    gaps,
    heard,
    media,
    mulaw,
    pitch,
    play,
    start,
    stop,
    tone,
    twilio,
)

RATE = 8_000
DOOR = TwilioDoor(enabled=True)
LOW, HIGH = tone(440, ms=3_000, rate=RATE), tone(880, ms=3_000, rate=RATE)
FRAME = LOW[:160]
SIDES = {"inbound": LOW, "outbound": HIGH}
TRACKS: tuple[tuple[str, Channel], ...] = (("inbound", "customer"), ("outbound", "agent"))


def session(streams: Streams | None = None, door: TwilioDoor = DOOR) -> TwilioSession:
    return TwilioSession(door, Streams() if streams is None else streams)


def told(*messages: str, here: TwilioSession | None = None, now: int = 0) -> list[Item]:
    here = here or session()
    return [item for message in messages for item in here.text(message, now)]


def refused(*messages: str) -> int:
    """Return the code with which the last message is refused."""
    here = session()
    told(*messages[:-1], here=here)
    with pytest.raises(Unacceptable) as error:
        told(messages[-1], here=here)
    return error.value.code


def changed(message: str, **fields: object) -> str:
    """Return a message with other fields, wherever in it they stand."""

    def change(value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {key: fields.get(key, change(old)) for key, old in value.items()}

    return json.dumps(change(json.loads(message)))


def expected(spoken: Samples, kept: list[int]) -> list[int]:
    """Return what is heard of a side of which only some frames come: silence in place of others."""
    sound = np.zeros((kept[-1] + 1) * 160, np.int16)
    for number in kept:
        sound[number * 160 :][:160] = decode(mulaw(spoken[number * 160 :][:160]))
    return list(sound.tolist())


# --- the call -------------------------------------------------------------------------------------


def test_the_start_tells_of_the_call() -> None:
    message = start(call_id="CAxyz_12-3", agentId="a1", language="de", other="x")

    assert told(connected(), message) == [
        Start("CAxyz_12-3", agent="a1", language="de", source="twilio", skew_ms=400)
    ]


def test_without_parameters_the_call_is_nobodys() -> None:
    assert told(start()) == [Start("CA0123456789", source="twilio", skew_ms=400)]


def test_a_language_we_do_not_know_is_left_to_the_settings() -> None:
    (item,) = told(start(language="fr"))

    assert isinstance(item, Start)
    assert item.language == ""


@pytest.mark.parametrize(
    ("tracks", "channels"),
    [
        (["inbound"], ("customer",)),
        (["outbound"], ("agent",)),
        (["outbound", "inbound"], ("agent", "customer")),
    ],
)
def test_the_tracks_say_which_channels_there_are(
    tracks: list[str], channels: tuple[Channel, ...]
) -> None:
    (item,) = told(start(tracks=tracks))

    assert isinstance(item, Start)
    assert item.channels == channels


def test_each_track_is_heard_on_its_channel() -> None:
    items = play(session(), twilio(SIDES))

    assert pitch(heard(items, "customer"), rate=RATE) == pytest.approx(440, abs=1)
    assert pitch(heard(items, "agent"), rate=RATE) == pytest.approx(880, abs=1)


def test_the_roles_are_a_setting() -> None:
    door = TwilioDoor(enabled=True, inbound="agent", outbound="customer")

    items = play(session(door=door), twilio(SIDES))

    assert pitch(heard(items, "agent"), rate=RATE) == pytest.approx(440, abs=1)


def test_the_sound_is_that_of_the_codes() -> None:
    (_, item) = told(start(), changed(media("inbound", 0, FRAME), payload="/wCAfw=="))

    assert isinstance(item, Audio)
    assert (item.channel, item.pcm.tolist(), item.rate) == ("customer", [0, -32124, 32124, 0], RATE)


def test_a_payload_may_have_any_length() -> None:
    pcm = tone(440, ms=777, rate=RATE)

    items = told(start(), media("inbound", 0, pcm), media("inbound", 777, pcm))

    assert len(heard(items, "customer")) == 2 * len(pcm)


def test_the_stop_ends_the_call() -> None:
    assert told(start(), stop())[-1] == End("hangup")


def test_nothing_that_comes_after_the_stop_matters() -> None:
    assert told(start(), stop(), media("inbound", 0, FRAME), "nonsense")[1:] == [End("hangup")]


def test_nothing_is_ever_sent_back() -> None:
    here = session()
    items = play(here, twilio(SIDES))

    assert {type(item) for item in items} == {Start, Audio, End}
    assert list(here.told(Tick(at=500))) == []


def test_the_end_of_the_call_hangs_up() -> None:
    assert list(session().told(CallEnded(at=0))) == [Close()]


@pytest.mark.parametrize("kind", ["dtmf", "mark"])
def test_digits_and_marks_are_dropped_without_a_trace(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    message = json.dumps({"event": kind, "dtmf": {"digit": "7"}, "mark": [7]})

    with caplog.at_level(logging.DEBUG):
        items = told(start(), message)[1:]

    assert items == []
    assert caplog.text == ""


def test_who_does_not_start_is_sent_away() -> None:
    here = session()
    assert list(here.wait(5)) == []

    with pytest.raises(Unacceptable) as error:
        list(here.wait(5 + START_MS))

    assert error.value.code == 4408


def test_who_has_started_may_be_silent() -> None:
    here = session()
    told(start(), here=here)

    assert [*here.wait(0), *here.wait(100 * START_MS)] == []


# --- what was lost --------------------------------------------------------------------------------


def test_each_lost_frame_is_a_gap_of_its_own_length() -> None:
    items = play(session(), twilio(SIDES, lost=lambda track, n: track == "inbound" and n == 50))

    assert gaps(items, "customer") == [(FRAME_MS, "lost")]
    assert gaps(items, "agent") == []
    assert len(heard(items, "customer")) == len(LOW)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_with_loss_and_jitter_every_channel_is_true_to_a_frame(seed: int) -> None:
    chance = Random(seed)
    lost = [[chance.random() < 0.05 for _ in range(150)] for _ in range(2)]
    sent = twilio(
        SIDES,
        lost=lambda track, n: lost[track == "inbound"][n],
        late=lambda n: int(40 * chance.random()),
    )

    items = play(session(), sent)

    for track, channel in TRACKS:
        kept = [n for n in range(150) if not lost[track == "inbound"][n]]
        assert heard(items, channel).tolist() == expected(SIDES[track], kept)
        assert sum(ms for ms, _ in gaps(items, channel)) == (kept[-1] + 1 - len(kept)) * FRAME_MS


def test_a_stream_that_comes_back_goes_on_after_a_gap() -> None:
    streams = Streams()
    first = play(session(streams), twilio(SIDES, ended=False))

    second = play(session(streams), twilio(SIDES, begin=8_000))

    assert second[0] == first[0]
    assert gaps(second, "agent") == gaps(second, "customer") == [(5_000, "lost")]
    assert len(heard([*first, *second], "agent")) == 11 * RATE


def test_after_a_minute_a_stream_begins_anew() -> None:
    streams = Streams()
    play(session(streams), twilio(SIDES, ended=False))

    second = play(session(streams), twilio(SIDES, begin=3_200 + RETURN_MS))

    assert gaps(second, "agent") == []


def test_after_the_end_a_stream_begins_anew() -> None:
    streams = Streams()
    play(session(streams), twilio(SIDES))

    second = play(session(streams), twilio(SIDES, begin=8_000))

    assert gaps(second, "agent") == []


def test_a_stream_with_other_tracks_begins_anew() -> None:
    streams = Streams()
    play(session(streams), twilio(SIDES, ended=False))

    second = play(session(streams), twilio({"inbound": LOW}, begin=8_000))

    assert gaps(second, "customer") == []


def test_of_two_streams_of_a_call_the_newer_is_heard() -> None:
    streams = Streams()
    older, newer = session(streams), session(streams)
    told(start(), here=older)
    told(start(), here=newer)

    with pytest.raises(Unacceptable) as error:
        told(stop(), here=older)

    assert error.value.code == 4409
    assert told(stop(), here=newer) == [End("hangup")]


def test_the_loss_of_an_older_stream_is_not_that_of_the_call() -> None:
    streams = Streams()
    older, newer = session(streams), session(streams)
    told(start(), here=older)
    told(start(), here=newer)
    list(older.lost(0))

    third = [Sent(2 * RETURN_MS, start()), Sent(2 * RETURN_MS, media("inbound", 0, FRAME))]

    assert gaps(play(session(streams), third), "customer") == [(2 * RETURN_MS, "lost")]


def test_a_call_that_is_over_is_forgotten() -> None:
    streams = Streams()
    here = session(streams)
    told(start(), here=here)

    list(here.told(CallEnded(at=0)))

    assert len(streams) == 0


def test_no_more_calls_are_kept_than_may_be() -> None:
    streams = Streams(most=3)

    for number in range(10):
        told(start(call_id=f"CA-number-{number}"), here=session(streams))

    assert len(streams) == 3


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    ["", "{", "nonsense", '"\ud800"', '{"event":"media","x":' + "[" * 30_000],
)
def test_what_is_no_json_is_refused(message: str) -> None:
    assert refused(message) == 1007


@pytest.mark.parametrize(
    "message", ["[]", "[" * 30_000, "1", "null", "{}", '{"event":1}', '{"event":null}']
)
def test_what_names_no_event_is_refused(message: str) -> None:
    assert refused(message) == 4400


def test_an_unknown_event_is_refused() -> None:
    assert refused('{"event":"clear"}') == 1003


@pytest.mark.parametrize("message", [media("inbound", 0, FRAME), stop()])
def test_nothing_comes_before_the_start(message: str) -> None:
    assert refused(connected(), message) == 1003


def test_a_stream_starts_once() -> None:
    assert refused(start(), start()) == 1003


def test_sound_of_a_track_that_was_not_started_is_refused() -> None:
    assert refused(start(tracks=["inbound"]), media("outbound", 0, FRAME)) == 1003


def test_another_protocol_is_refused() -> None:
    assert refused(changed(connected(), protocol="Fax")) == 4400


@pytest.mark.parametrize(
    "fields",
    [
        {"callSid": "short"},
        {"callSid": "x" * 65},
        {"callSid": "../../../../etc"},
        {"callSid": "CA0123456789\n"},
        {"callSid": 12345678},
        {"tracks": []},
        {"tracks": ["inbound", "outbound", "inbound"]},
        {"tracks": ["both"]},
        {"tracks": "inbound"},
        {"customParameters": {"agentId": "x" * 65}},
        {"customParameters": {"agentId": "a\n1"}},
        {"customParameters": {"agentId": 1}},
        {"customParameters": None},
        {"mediaFormat": "audio/x-mulaw"},
        {"start": {}},
    ],
)
def test_a_start_with_a_wrong_field_is_refused(fields: dict[str, object]) -> None:
    assert refused(changed(start(), **fields)) == 4400


@pytest.mark.parametrize(
    "message", [start(encoding="audio/l16"), start(rate=16_000), changed(start(), channels=2)]
)
def test_another_codec_is_refused(message: str) -> None:
    assert refused(message) == 4415


@pytest.mark.parametrize(
    "fields",
    [
        {"track": "both"},
        {"track": None},
        {"timestamp": 20},
        {"timestamp": "-20"},
        {"timestamp": "20.0"},
        {"timestamp": "٢٠"},
        {"timestamp": "1e3"},
        {"timestamp": ""},
        {"timestamp": "9" * 13},
        {"timestamp": "20\n"},
        {"timestamp": "999999999999"},
        {"payload": 1},
        {"payload": None},
        {"media": []},
    ],
)
def test_sound_with_a_wrong_field_is_refused(fields: dict[str, object]) -> None:
    assert refused(start(), changed(media("inbound", 0, FRAME), **fields)) == 4400


@pytest.mark.parametrize("payload", ["*", "A", "AA=", "AA\nAA", "é", "\ud800"])
def test_a_payload_that_is_no_base64_is_refused(payload: str) -> None:
    assert refused(start(), changed(media("inbound", 0, FRAME), payload=payload)) == 1007


def test_a_message_that_is_too_long_is_refused() -> None:
    assert refused(start(), changed(media("inbound", 0, FRAME), payload="A" * 65_536)) == 1009


def test_a_binary_message_is_refused() -> None:
    with pytest.raises(Unacceptable) as error:
        list(session().binary(b"\0", 0))

    assert error.value.code == 1003


def test_a_refusal_does_not_quote_what_came() -> None:
    with pytest.raises(Unacceptable) as error:
        told(start(), changed(media("inbound", 0, FRAME), track="4111 1111"))

    assert "4111" not in str(error.value)
    assert "media.track" in str(error.value)


def test_unknown_fields_are_ignored() -> None:
    extra = {"new": [{"deep": True}]}
    messages = [json.dumps(json.loads(one) | extra) for one in (connected(), start(), stop())]

    assert told(*messages) == told(connected(), start(), stop())


@pytest.mark.parametrize("message", [connected(), start(), media("inbound", 20, FRAME), stop()])
def test_a_message_cut_anywhere_is_refused(message: str) -> None:
    assert {refused(start(), message[:end]) for end in range(len(message))} == {1007}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
WHOLE = st.sampled_from([connected(), start(), media("inbound", 20, FRAME), stop()])
FIELDS = st.sampled_from(
    (
        *("event", "start", "callSid", "tracks", "mediaFormat", "sampleRate", "channels"),
        *("customParameters", "agentId", "media", "track", "timestamp", "payload", "protocol"),
    )
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Return a message with a field that is wrong, or a piece that is missing or twice there."""
    message = draw(WHOLE)
    if draw(st.booleans()):
        return changed(message, **{draw(FIELDS): draw(VALUES)})
    begin, end = sorted(draw(st.tuples(*[st.integers(0, len(message))] * 2)))
    return draw(st.sampled_from([message[:begin] + message[end:], message[:end] + message[begin:]]))


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(max_size=60) | st.binary(max_size=9) | mutated() | WHOLE,
            st.integers(0, 200_000),
        ),
        max_size=12,
    )
)
def test_whatever_comes_only_a_refusal_leaves(messages: list[tuple[str | bytes, int]]) -> None:
    here = session()

    items, codes = endure(here, messages)

    assert {type(item) for item in items} <= {Start, Audio, Gap, End}
    assert set(codes) <= {1003, 1007, 1009, 4400, 4408, 4415}
    assert list(here.lost(10**6)) == []


# --- who may come in ------------------------------------------------------------------------------

TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC = "https://assist.example.org"
# printf '%s' URL | openssl dgst -sha1 -hmac TOKEN -binary | base64
SIGNED = {
    "wss://assist.example.org/ingest/twilio": "HFh0/pVnXDwEA+OWmi6YUjX3+gU=",
    "wss://assist.example.org/ingest/twilio/": "++SfMOoK4RrQNwnXT40R5Fn5j/A=",
    "wss://assist.example.org/calls/ingest/twilio": "AQTW3+qnnlh3SK8vJ2NGTIX6Lqc=",
}


def why_not(
    signature: str = "",
    *,
    token: str = TOKEN,
    public_url: str = PUBLIC,
    peer: str = "192.0.2.7",
    door: TwilioDoor = DOOR,
    **headers: str,
) -> str:
    given_headers: Mapping[str, str] = {"x-twilio-signature": signature, **headers}
    return admit(
        given_headers,
        door=door,
        token=token,
        public_url=public_url,
        path="/ingest/twilio",
        peer=peer,
    )


@pytest.mark.parametrize("slash", ["", "/"])
def test_twilio_comes_in_by_its_signature(slash: str) -> None:
    assert why_not(SIGNED[f"wss://assist.example.org/ingest/twilio{slash}"]) == ""


def test_the_public_address_may_have_a_path() -> None:
    signature = SIGNED["wss://assist.example.org/calls/ingest/twilio"]

    assert why_not(signature, public_url=f"{PUBLIC}/calls/") == ""


RIGHT = SIGNED["wss://assist.example.org/ingest/twilio"]
ELSEWHERE = SIGNED["wss://assist.example.org/calls/ingest/twilio"]


@pytest.mark.parametrize(
    "signature",
    ["", "x", "☎", "\ud800", RIGHT[:-1], RIGHT.lower(), f"{RIGHT}=", ELSEWHERE],
)
def test_another_signature_stays_outside(signature: str) -> None:
    assert why_not(signature) == "The signature is missing or wrong."


def test_a_known_token_is_asked_of_this_machine_too() -> None:
    assert why_not(peer="127.0.0.1") == "The signature is missing or wrong."


def test_without_a_token_only_this_machine_comes_in() -> None:
    assert why_not(token="", peer="127.0.0.1") == ""
    assert why_not(token="") == "Without an auth token only this machine may connect."


def test_without_a_token_nobody_comes_in_through_a_proxy() -> None:
    assert why_not(token="", peer="127.0.0.1", forwarded="for=192.0.2.7")


def test_without_a_public_address_no_signature_can_be_checked() -> None:
    assert "public_url" in why_not(public_url="")


def test_nobody_comes_in_through_a_shut_door() -> None:
    assert why_not(token="", peer="127.0.0.1", door=TwilioDoor()) == "The door is shut."
