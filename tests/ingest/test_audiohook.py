import json
from contextlib import suppress
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.events import (
    CallEnded,
    CallPaused,
    CallResumed,
    Channel,
    SpeechEnded,
    SpeechStarted,
    Tick,
    TranscriptFinal,
    TranscriptPartial,
    Word,
)
from assist.ingest.audiohook import (
    LAST_WORDS_MS,
    LEAVE_MS,
    OPEN_MS,
    SILENT_MS,
    AudioHook,
)
from assist.ingest.audiohook_hearing import LONGEST_GAP_MS
from assist.ingest.items import (
    Audio,
    Close,
    End,
    Gap,
    Item,
    Pause,
    Resume,
    Send,
    Split,
    Start,
)
from assist.ingest.session import Unacceptable
from assist.ingest.signature import Nonces, check
from assist.settings.doors import AudioHookDoor
from tests.ingest.exchange import (
    BOTH,
    CONVERSATION,
    KEY,
    ORGANISATION,
    PARTICIPANT,
    SECRET,
    SESSION,
    TURNED,
    Client,
    interleaved,
    media,
    opening,
    probing,
    signed,
    without,
)

SENDING = AudioHookDoor(send_transcripts=True)


def opened(door: AudioHookDoor = SENDING, *offers: dict[str, Any]) -> Client:
    client = Client(door)
    client.open(*offers)
    return client


def heard(ms: int, door: AudioHookDoor = SENDING) -> Client:
    """Return a client that has opened and sent so much sound."""
    client = opened(door)
    for _ in range(0, ms, 200):
        client.audio()
    return client


def said(
    *words: tuple[str, int, int],
    utterance: str = "c1",
    channel: Channel = "customer",
    at: int = 0,
    probability: float = 0.75,
) -> TranscriptFinal:
    return TranscriptFinal(
        at=at,
        utterance=utterance,
        channel=channel,
        revision=1,
        words=tuple(
            Word(text=text, start=start, end=end, probability=probability)
            for text, start, end in words
        ),
    )


def spoke(start: int, end: int, channel: Channel = "customer") -> list[SpeechStarted | SpeechEnded]:
    return [
        SpeechStarted(at=start, channel=channel, start=start),
        SpeechEnded(at=end, channel=channel, start=start, end=end),
    ]


def error(client: Client) -> str:
    """Return what the client was told when it was disconnected for a mistake."""
    assert client.last["type"] == "disconnect"
    assert client.last["parameters"]["reason"] == "error"
    return str(client.last["parameters"]["info"])


# --- open -----------------------------------------------------------------------------------------


def test_open_starts_the_call_and_is_answered_with_the_offer_that_was_taken() -> None:
    client = Client()

    start, send = client.open(media("external"), media(*BOTH), language="de-DE")

    assert start == Start(
        CONVERSATION,
        channels=("agent", "customer"),
        language="de",
        source="audiohook",
        spare=SESSION,
        skew_ms=400,
    )
    assert isinstance(send, Send)
    assert client.last == {
        "version": "2",
        "id": SESSION,
        "type": "opened",
        "seq": 1,
        "clientseq": 1,
        "parameters": {"media": [media(*BOTH)]},
    }


@pytest.mark.parametrize(
    ("offers", "taken"),
    [
        ([media("external"), media("internal"), media(*TURNED)], 2),
        ([media(*BOTH, form="L16"), media(*BOTH)], 1),
        ([media("external"), media(*BOTH, form="L16")], 1),
        ([media(*TURNED), media(*BOTH)], 0),
        ([media("internal"), media("external")], 0),
        ([media(*BOTH, rate=16000), media(*BOTH, form="OPUS"), media("external")], 2),
        ([media(*BOTH) | {"later": [1, {"x": None}]}], 0),
    ],
)
def test_two_channels_are_better_than_one_and_the_offer_goes_back_unchanged(
    offers: list[dict[str, Any]], taken: int
) -> None:
    client = opened(SENDING, *offers)

    assert client.last["parameters"]["media"] == [offers[taken]]


@pytest.mark.parametrize(
    "offers",
    [
        [media(*BOTH, rate=16000)],
        [media("external", "external")],
        [media("external", "internal", "external")],
        [media(*BOTH, kind="video")],
        [media("mixed")],
        [media()],
        [{"type": "audio"}, "audio", None, 7],
    ],
)
def test_a_client_without_sound_that_we_hear_is_told_so(offers: list[Any]) -> None:
    client = Client()
    items = client.say("open", opening() | {"media": offers})

    assert "PCMU or L16" in error(client)
    assert without(items, Send) == []


@pytest.mark.parametrize(("asked", "named"), [(True, True), (False, False), (None, False)])
def test_the_languages_are_named_only_when_they_are_asked_for(
    asked: bool | None, named: bool
) -> None:
    client = Client()
    client.open(supportedLanguages=asked)

    assert ("supportedLanguages" in client.last["parameters"]) == named
    if named:
        assert {"en-US", "de-DE"} <= set(client.last["parameters"]["supportedLanguages"])


@pytest.mark.parametrize(
    ("named", "expected"),
    [("en-GB", "en"), ("de-CH", "de"), ("fr-FR", ""), ("nonsense", ""), (None, "")],
)
def test_a_language_that_we_do_not_know_leaves_it_to_the_settings(
    named: str | None, expected: str
) -> None:
    start, *_ = Client().open(language=named)

    assert isinstance(start, Start)
    assert start.language == expected


@pytest.mark.parametrize(
    ("config", "agents", "expected"),
    [
        ({"agent": "ada"}, {PARTICIPANT: "bob"}, "ada"),
        ({}, {PARTICIPANT: "bob", "+15550002": "cleo"}, "bob"),
        (None, {"+15550002": "cleo"}, "cleo"),
        ({"agent": 7}, {}, ""),
        ({"agent": "a" * 129}, {}, ""),
    ],
)
def test_the_agent_is_named_by_the_integration_else_by_the_settings(
    config: Any, agents: dict[str, str], expected: str
) -> None:
    client = Client(AudioHookDoor(agents=agents))
    start, *_ = client.open(customConfig=config)

    assert isinstance(start, Start)
    assert start.agent == expected


def test_a_number_may_be_written_as_an_address() -> None:
    client = Client(AudioHookDoor(agents={"+15550002": "cleo"}))
    person = opening()["participant"] | {"dnis": "tel:+15550002"}
    start, *_ = client.open(participant=person)

    assert isinstance(start, Start)
    assert start.agent == "cleo"


def test_a_session_that_goes_on_with_another_is_a_call_like_any() -> None:
    client = Client()
    before = [{"id": CONVERSATION, "serverseq": 9, "clientseq": 12}]
    items = client.open(continuedSessions=before)

    assert isinstance(items[0], Start)
    assert client.kinds() == ["opened"]


def test_a_probe_is_answered_and_makes_no_call() -> None:
    client = Client()
    found = [*client.say("open", probing()), *client.audio(), *client.close()]

    assert client.kinds() == ["opened", "closed"]
    assert without(found, Send) == [Close(1000)]


def test_a_second_open_is_a_mistake() -> None:
    client = opened()
    items = client.open()

    assert error(client) == "open comes once a session."
    assert End("error") in items


# --- who may come in ------------------------------------------------------------------------------


def arrived(headers: dict[str, str], nonces: Nonces | None = None) -> AudioHook:
    """Do what the service does with an upgrade."""
    door = AudioHookDoor(keys={KEY: SECRET})
    refused = check(
        headers,
        target="/ingest/audiohook",
        authority="assist.example.org",
        keys=door.keys,
        now_s=1_800_000_001.5,
        nonces=nonces or Nonces(),
    )
    return AudioHook(
        door,
        session=headers.get("audiohook-session-id", ""),
        organisation=headers.get("audiohook-organization-id", ""),
        authorised=not refused,
        now=1_000,
    )


def test_who_signed_is_let_in() -> None:
    client = Client()
    client.session = arrived(signed())

    assert isinstance(client.open()[0], Start)


@pytest.mark.parametrize(
    "headers",
    [
        signed(secret=b"guessed"),
        signed(key="another"),
        signed(created=1_799_999_000),
        signed(authority="evil.example.org"),
        {**signed(), "signature": "sig1=:AAAA:"},
        {**signed(), "audiohook-session-id": ""},
        {},
    ],
)
def test_who_did_not_sign_is_told_when_it_opens_and_no_call_begins(
    headers: dict[str, str],
) -> None:
    client = Client()
    client.session = arrived(headers)
    items = [*client.open(), *client.audio(), *client.close("disconnect")]

    assert client.kinds() == ["disconnect", "closed"]
    assert client.answers[0]["parameters"] == {"reason": "unauthorized"}
    assert without(items, Send) == [Close(1000)]


def test_an_upgrade_that_comes_again_is_refused() -> None:
    nonces = Nonces()
    first, second = Client(), Client()
    first.session, second.session = arrived(signed(), nonces), arrived(signed(), nonces)
    first.open()
    second.open()

    assert first.kinds() == ["opened"]
    assert second.last["parameters"]["reason"] == "unauthorized"


def test_another_organisation_than_that_of_the_upgrade_is_refused() -> None:
    client = Client()
    client.open(organizationId=CONVERSATION)

    assert client.last["parameters"] == {"reason": "unauthorized"}


def test_who_is_refused_and_stays_is_hung_up_on() -> None:
    client = Client(authorised=False)
    client.open()

    assert client.wait(LEAVE_MS) == []
    assert client.wait(200) == [Close(1000)]


@pytest.mark.parametrize(
    ("door", "why"),
    [
        ({"external": "agent"}, "two different roles"),
        ({"keys": {"k": "no base64!"}}, "no base64"),
        ({"l16_byte_order": "middle"}, "Invalid enum"),
    ],
)
def test_settings_that_cannot_be_are_refused(door: dict[str, Any], why: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=why):
        msgspec.convert(door, AudioHookDoor)


def test_a_secret_may_come_without_its_padding_and_be_empty() -> None:
    keys = {"a": SECRET.rstrip("="), "b": ""}

    assert msgspec.convert({"keys": keys}, AudioHookDoor).keys == keys
    assert check_with(keys) == ""


def check_with(keys: dict[str, str]) -> str:
    return check(
        signed(key="a"),
        target="/ingest/audiohook",
        authority="assist.example.org",
        keys=keys,
        now_s=1_800_000_000,
        nonces=Nonces(),
    )


# --- sound ----------------------------------------------------------------------------------------


def test_each_channel_is_whose_the_settings_say() -> None:
    one, two = np.full(1600, 0x00, np.uint8), np.full(1600, 0x80, np.uint8)

    for order, customer in ((BOTH, -32124), (TURNED, 32124)):
        found = opened(SENDING, media(*order)).binary(interleaved(one, two))
        sound = {item.channel: item for item in found if isinstance(item, Audio)}
        assert set(sound) == {"agent", "customer"}
        assert (sound["customer"].rate, len(sound["customer"].pcm)) == (8000, 1600)
        assert set(sound["customer"].pcm) == {customer}
        assert set(sound["agent"].pcm) == {-customer}


def test_the_roles_can_be_turned() -> None:
    client = opened(AudioHookDoor(external="agent", internal="customer"), media("external"))
    items = client.audio(width=1)

    assert [item.channel for item in items if isinstance(item, Audio)] == ["agent"]


@pytest.mark.parametrize(("channel", "role"), [("external", "customer"), ("internal", "agent")])
def test_one_channel_is_a_call_of_one_channel(channel: str, role: str) -> None:
    client = Client()
    start, _ = client.open(media(channel))

    assert isinstance(start, Start)
    assert start.channels == (role,)
    assert len(without(client.audio(width=1), Send)) == 1


@pytest.mark.parametrize("order", ["little", "big"])
def test_16_bits_come_in_the_order_of_the_settings(order: Any) -> None:
    client = opened(AudioHookDoor(l16_byte_order=order), media(*BOTH, form="L16"))
    data = np.array([1, -2, 300, -400], "<i2" if order == "little" else ">i2").tobytes()

    customer, agent = client.binary(data)

    assert isinstance(customer, Audio)
    assert isinstance(agent, Audio)
    assert (customer.channel, list(customer.pcm)) == ("customer", [1, 300])
    assert list(agent.pcm) == [-2, -400]
    assert customer.pcm.dtype == np.int16


def test_half_a_sample_closes_the_socket() -> None:
    with pytest.raises(Unacceptable) as caught:
        opened().binary(b"\xff" * 3)

    assert caught.value.code == 1007


def test_too_much_sound_at_once_closes_the_socket() -> None:
    with pytest.raises(Unacceptable) as caught:
        opened().binary(bytes(AudioHook.LONGEST_BINARY + 2))

    assert caught.value.code == 1009


def test_sound_before_open_is_a_mistake() -> None:
    client = Client()
    items = client.audio()

    assert "before" in error(client)
    assert without(items, Send) == []


def test_empty_sound_and_sound_after_the_close_are_dropped() -> None:
    client = opened()

    assert client.binary(b"") == []
    client.close()
    assert client.audio() == []


# --- the clock ------------------------------------------------------------------------------------


def gaps(items: list[Item]) -> dict[tuple[str, str], int]:
    """Return how much is missing by channel and reason."""
    found: dict[tuple[str, str], int] = {}
    for item in items:
        if isinstance(item, Gap):
            key = (item.channel, item.reason)
            found[key] = found.get(key, 0) + item.ms
    return found


def test_a_ping_is_answered_at_once_with_its_number() -> None:
    client = heard(400)
    items = client.say("ping", {"rtt": "PT0.02S"})

    assert without(items, Send) == []
    assert (client.last["type"], client.last["clientseq"]) == ("pong", 2)
    assert client.last["parameters"] == {}


def test_a_pause_of_the_client_stops_the_call_and_its_end_jumps() -> None:
    client = heard(400)

    assert client.say("paused") == [Pause("source", by="source")]
    assert client.say("paused") == []
    assert client.audio() == []
    assert client.resumed(10_000) == [Resume(10_000)]
    assert client.resumed(0) == []
    assert len(client.audio()) == 2


def test_pings_in_a_pause_move_nothing() -> None:
    client = heard(400)
    client.say("paused")
    client.position += 5_000

    assert without(client.say("ping"), Send) == []
    assert without(client.resumed(5_000, start=400), Send) == [Resume(5_000)]
    assert without(client.say("ping"), Send) == []


@pytest.mark.parametrize("jump", [True, False])
def test_discarded_sound_is_a_gap_of_both_channels_whether_or_not_the_position_jumps(
    jump: bool,
) -> None:
    client = heard(1_000)

    items = client.discarded(500, jump=jump)

    assert gaps(items) == {("agent", "discarded"): 500, ("customer", "discarded"): 500}
    client.audio()
    assert without(client.say("ping"), Send) == []


def test_a_position_that_jumps_only_after_discarded_is_no_second_gap() -> None:
    client = heard(1_000)
    client.discarded(500, jump=False)
    client.position += 500

    assert without(client.say("ping"), Send) == []


def test_a_jump_by_more_than_a_frame_is_lost_sound() -> None:
    client = heard(1_000)
    client.position += 200
    assert without(client.say("ping"), Send) == []
    client.position += 850

    assert gaps(client.say("ping")) == {("agent", "lost"): 850, ("customer", "lost"): 850}


def test_a_step_back_loses_no_sound() -> None:
    client = heard(5_000)
    client.position = 0

    assert without(client.say("ping"), Send) == []
    assert len(client.audio()) == 2


def test_very_much_missing_sound_is_a_pause() -> None:
    items = heard(200).discarded(LONGEST_GAP_MS + 1)

    assert items == [Pause("discarded", by="source"), Resume(LONGEST_GAP_MS + 1)]


@pytest.mark.parametrize("text", ["PT100000S", "PT999999999S"])
def test_nonsense_of_time_ends_the_call(text: str) -> None:
    client = heard(200)
    items = client.say("discarded", {"start": "PT0S", "discarded": text})

    assert error(client) == "so much sound cannot be missing."
    assert End("error") in items


def test_an_update_splits_what_is_being_said() -> None:
    client = heard(400)

    assert without(client.say("update", {"language": "de-AT"}), Send) == [Split("de")]
    assert client.last["type"] == "updated"
    assert without(client.say("update", {"language": "xx-XX"}), Send) == [Split("")]


def test_an_error_of_the_client_is_logged_by_its_code_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    items = heard(200).say("error", {"code": 429, "message": "Ada talks", "retryAfter": "PT3S"})

    assert items == []
    (record,) = caplog.records
    assert (record.message, record.__dict__["code"]) == ("audiohook_error", "429")
    assert "Ada" not in str(record.__dict__)


# --- pauses of ours -------------------------------------------------------------------------------


def paused(by: str = "agent") -> CallPaused:
    return CallPaused(at=400, reason="privacy", by=by)


def test_a_pause_by_the_agent_is_asked_of_the_client_and_drops_sound_at_once() -> None:
    client = heard(400)
    client.told(paused())

    assert client.last["type"] == "pause"
    assert client.audio() == []
    assert client.say("paused") == []
    assert client.audio() == []

    client.told(CallResumed(at=30_400, skipped=30_000))

    assert client.last["type"] == "resume"
    assert client.audio() == []
    assert client.resumed(30_000) == []
    assert len(client.audio()) == 2


def test_the_clients_own_pause_is_not_sent_back() -> None:
    client = heard(400)
    client.say("paused")
    client.told(paused("source"))
    client.resumed(1_000)
    client.told(CallResumed(at=1_400, skipped=1_000))

    assert client.kinds() == ["opened"]


def test_the_client_cannot_end_a_pause_of_the_agents() -> None:
    client = heard(400)
    client.told(paused())
    client.say("paused")

    assert without(client.resumed(2_000), Send) == []
    assert client.kinds() == ["opened", "pause", "pause"]
    assert client.audio() == []


def test_the_agent_cannot_end_a_pause_of_the_clients() -> None:
    client = heard(400)
    client.say("paused")
    client.told(paused("source"), CallResumed(at=5_400, skipped=5_000))

    assert client.last["type"] == "resume"
    assert client.say("paused") == [Pause("source", by="source")]


# --- words ----------------------------------------------------------------------------------------


def test_a_final_goes_back_as_a_transcript() -> None:
    client = Client(SENDING)
    client.open(language="en-US")
    for _ in range(10):
        client.audio()
    client.told(said(("Hello", 120, 400), ("there.", 430, 900)))

    (transcript,) = client.transcripts()
    (alternative,) = transcript["alternatives"]
    (interpretation,) = alternative["interpretations"]
    assert (transcript["channelId"], transcript["isFinal"]) == (0, True)
    assert (transcript["offset"], transcript["duration"]) == ("PT0.120S", "PT0.780S")
    assert (alternative["confidence"], alternative["languages"]) == (0.75, ["en-US"])
    assert (interpretation["type"], interpretation["transcript"]) == ("display", "Hello there.")
    assert interpretation["tokens"][1] == {
        "type": "word",
        "value": "there.",
        "confidence": 0.75,
        "offset": "PT0.430S",
        "duration": "PT0.470S",
    }


def test_nothing_but_finals_goes_back_and_each_once() -> None:
    client = heard(2_000)
    words = (Word(text="Hello", start=0, end=400),)
    part = TranscriptPartial(at=0, utterance="c1", channel="customer", revision=1, words=words)
    client.told(
        part,
        Tick(at=500),
        said(("Hello", 0, 400)),
        said(("Hullo", 0, 400)),
        said(utterance="c2"),
        said(("Yes", 900, 1_100), utterance="a1", channel="agent"),
    )

    assert [one["channelId"] for one in client.transcripts()] == [0, 1]


def test_nothing_goes_back_unless_the_settings_say_so() -> None:
    client = heard(2_000, AudioHookDoor())
    client.told(said(("Hello", 0, 400)))

    assert client.kinds() == ["opened"]


def test_channels_are_numbered_as_on_the_wire() -> None:
    client = opened(SENDING, media(*TURNED))
    client.told(said(("Hello", 0, 400)))

    assert client.transcripts()[0]["channelId"] == 1


def times(client: Client) -> list[tuple[float, float]]:
    """Return offset and duration of every transcript, in seconds."""
    found = client.transcripts()
    return [(float(one["offset"][2:-1]), float(one["duration"][2:-1])) for one in found]


def test_after_a_pause_the_clients_time_goes_on_where_it_stood() -> None:
    client = heard(8_000)
    client.told(*spoke(6_700, 8_000), said(("before", 6_800, 7_900)))
    client.say("paused")
    client.told(paused("source"))
    client.resumed(10_000)
    client.told(CallResumed(at=18_020, skipped=10_000))  # the call had rounded up to a step
    for _ in range(10):
        client.audio()
    client.told(*spoke(18_020, 19_320), said(("after", 18_100, 19_200), utterance="c2"))

    assert times(client) == [(6.7, 1.3), (8.0, 1.3)]


def test_after_a_pause_by_the_agent_too() -> None:
    client = heard(8_000)
    client.told(CallPaused(at=7_400, reason="privacy", by="agent"))
    client.say("paused")
    client.told(CallResumed(at=67_400, skipped=60_000))
    client.resumed(60_000)
    for _ in range(10):
        client.audio()
    client.told(said(("after", 68_400, 69_000)))

    assert times(client) == [(9.0, 0.6)]


@pytest.mark.parametrize(("jump", "expected"), [(True, (6.7, 3.1)), (False, (6.7, 2.6))])
def test_discarded_sound_counts_as_the_client_counts_it(
    jump: bool, expected: tuple[float, float]
) -> None:
    client = heard(8_000)
    client.discarded(500, jump=jump)
    for _ in range(10):
        client.audio()
    client.told(*spoke(6_700, 9_800), said(("words", 6_800, 9_700)))

    assert times(client) == [expected]


def test_no_two_words_begin_at_the_same_time() -> None:
    client = heard(2_000)
    client.told(said(("a", 100, 200), ("b", 100, 200), ("c", 100, 90), ("d", 101, 300)))

    tokens = client.transcripts()[0]["alternatives"][0]["interpretations"][0]["tokens"]
    offsets = [token["offset"] for token in tokens]
    assert len(set(offsets)) == 4
    assert offsets == sorted(offsets)


# --- the end --------------------------------------------------------------------------------------


def test_all_finals_come_before_closed() -> None:
    client = heard(2_000)

    assert client.close() == [End("hangup")]
    found = client.told(said(("Bye", 900, 1_200)), CallEnded(at=2_000))

    assert client.kinds() == ["opened", "event", "closed"]
    assert client.last["clientseq"] == client.seq
    assert found[-1] == Close(1000)


@pytest.mark.parametrize(
    ("reason", "why"),
    [("end", "hangup"), ("error", "error"), ("disconnect", "stopped"), ("other", "hangup")],
)
def test_the_reason_of_the_close_is_that_of_the_end(reason: str, why: str) -> None:
    assert heard(200).close(reason) == [End(why)]


def test_a_call_that_does_not_end_in_time_is_closed_all_the_same() -> None:
    client = heard(200)
    client.close()
    client.wait(LAST_WORDS_MS + 200)

    assert client.kinds() == ["opened", "closed"]
    assert client.closed


def test_a_close_before_open_is_answered() -> None:
    client = Client()

    assert without(client.close(), Send) == [Close(1000)]
    assert client.kinds() == ["closed"]


def test_a_call_that_ends_here_disconnects_the_client_which_then_closes() -> None:
    client = heard(200)
    client.told(CallEnded(at=200, reason="stopped"))

    assert client.last["parameters"] == {"reason": "completed"}
    assert without(client.close("disconnect"), Send) == [Close(1000)]
    assert client.kinds() == ["opened", "disconnect", "closed"]


def test_a_lost_connection_ends_the_call() -> None:
    client = heard(200)

    assert list(client.session.lost(client.now)) == [End("lost")]
    assert list(client.session.told(CallEnded(at=200))) == []


def test_a_connection_without_a_call_is_lost_without_a_word() -> None:
    assert list(Client().session.lost(0)) == []


def test_a_full_house_says_so() -> None:
    client = Client()
    client.open()

    assert without(list(client.session.busy("No room.", 5.0)), Send) == []


def test_a_client_that_never_opens_is_hung_up_on() -> None:
    client = Client()
    assert client.wait(OPEN_MS - 100) == []
    client.wait(LEAVE_MS + 500)

    assert client.kinds() == ["disconnect"]
    assert client.closed


def test_talk_before_open_wins_no_time() -> None:
    client = Client()
    for _ in range(10):
        client.say("error", {"code": 500, "message": ""})
        client.wait(OPEN_MS // 10)

    assert client.kinds() == ["disconnect"]


def test_a_client_that_falls_silent_is_given_up() -> None:
    client = heard(400)
    items = client.wait(SILENT_MS + LEAVE_MS + 500)

    assert End("lost") in items
    assert client.kinds() == ["opened", "disconnect"]
    client.told(CallEnded(at=400, reason="lost"))
    assert client.closed


# --- mistakes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"id": CONVERSATION}, "the id is not that of the session"),
        ({"seq": 7}, "seq 2 was expected"),
        ({"seq": 1}, "seq 2 was expected"),
        ({"serverseq": 9}, "serverseq names a message that was never sent"),
        ({"serverseq": -1}, "serverseq names a message that was never sent"),
        ({"position": "1.2"}, "a time is not written like PT1.23S"),
        ({"position": "PT" + "1" * 400 + "S"}, "a time is not written like PT1.23S"),
    ],
)
def test_a_message_that_cannot_be_is_told_of(changed: dict[str, Any], why: str) -> None:
    client = opened()
    items = client.say("ping", **changed)

    assert error(client) == f"{why}."
    assert End("error") in items


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("discarded", {"start": "PT1S"}),
        ("discarded", {"start": "PT1S", "discarded": 2}),
        ("discarded", {"start": "PT1S", "discarded": "P1D"}),
        ("update", {}),
        ("update", {"language": 7}),
        ("error", {"code": "x"}),
        ("close", {"reason": 7}),
        ("open", {}),
    ],
)
def test_a_field_that_is_missing_or_wrong_is_told_of(kind: str, parameters: Any) -> None:
    client = opened()
    client.say(kind, parameters)

    assert error(client)


@pytest.mark.parametrize("kind", ["ping", "paused", "resumed", "discarded", "update", "strange"])
def test_open_comes_first(kind: str) -> None:
    client = Client()
    client.say(kind, {"start": "PT0S", "discarded": "PT0S", "language": "en-US"})

    assert error(client) == "open comes first."


@pytest.mark.parametrize("field", ["organizationId", "conversationId", "participant", "media"])
@pytest.mark.parametrize("value", [7, None, "x", {}, []])
def test_an_open_with_a_wrong_field_makes_no_call(field: str, value: Any) -> None:
    client = Client()
    items = client.say("open", opening() | {field: value})

    assert client.last["type"] == "disconnect"
    assert without(items, Send) == []


def test_types_and_fields_that_we_do_not_know_are_passed_over() -> None:
    client = opened()

    assert client.say("dtmf", {"digit": "5"}) == []
    assert client.say("ping", {"later": [1]}, more={"x": 1}) != []
    assert client.kinds() == ["opened", "pong"]


def test_after_a_mistake_nothing_counts_but_the_close() -> None:
    client = heard(200)
    client.say("ping", seq=99)
    client.seq = 99
    client.audio()
    client.say("ping")
    client.told(said(("Hello", 0, 200)), CallEnded(at=200))
    items = client.close("disconnect")

    assert client.kinds() == ["opened", "disconnect", "closed"]
    assert items[-1] == Close(1000)


# --- whatever comes -------------------------------------------------------------------------------

KINDS = ("open", "ping", "paused", "resumed", "discarded", "update", "error", "close", "dtmf")
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
spans = st.builds("PT{}S".format, st.integers(0, 10**10) | st.floats(0, 100)) | st.text(max_size=9)
sensible = st.fixed_dictionaries(
    {
        "start": spans,
        "discarded": spans,
        "language": st.sampled_from(["en-US", "x"]),
        "code": st.integers(),
        "reason": st.sampled_from(["end", "error"]),
    }
)
fields = st.sampled_from(
    ("version", "id", "type", "seq", "serverseq", "position", "parameters", "x")
)
steps = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(KINDS), anything | sensible),
    st.tuples(st.just("change"), st.sampled_from(KINDS), st.dictionaries(fields, anything)),
    st.tuples(st.just("binary"), st.binary(max_size=64), st.none()),
    st.tuples(st.just("text"), st.text(max_size=64), st.none()),
    st.tuples(st.just("told"), st.integers(0, 5), st.none()),
    st.tuples(st.just("wait"), st.integers(0, 4_000), st.none()),
)
HAPPENING = (
    CallPaused(at=100, reason="privacy", by="agent"),
    CallResumed(at=5_100, skipped=5_000),
    CallEnded(at=6_000),
    said(("Hello", 0, 400)),
    SpeechStarted(at=0, channel="agent", start=0),
    Tick(at=0),
)


def act(client: Client, what: str, first: Any, second: Any) -> list[Item]:
    if what == "say":
        return client.say(first, opening() if first == "open" and second is None else second)
    if what == "change":
        return client.say(first, {}, **second)
    if what == "told":
        return client.told(HAPPENING[first])
    return list(getattr(client, what)(first))


@settings(max_examples=100, deadline=None)
@given(st.booleans(), st.lists(steps, max_size=15))
def test_whatever_comes_only_unacceptable_leaves_and_numbers_have_no_holes(
    begun: bool, happening: list[tuple[str, Any, Any]]
) -> None:
    client = opened() if begun else Client(SENDING)
    items: list[Item] = []
    codes = set()
    for one in happening:
        try:
            items += [] if client.closed else act(client, *one)
        except Unacceptable as error:
            codes.add(error.code)

    assert codes <= {1007, 1009, 4400}
    assert sum(isinstance(item, End) for item in items) <= 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", 1007),
        ("{", 1007),
        ("[" * 60_000, 4400),
        ('"\ud800"', 1007),
        ("[]", 4400),
        ("{}", 4400),
        ('{"version": "2"}', 4400),
        ("x" * 65_536, 1009),
    ],
)
def test_what_is_no_message_closes_the_socket(text: str, code: int) -> None:
    with pytest.raises(Unacceptable) as caught:
        opened().text(text)

    assert caught.value.code == code


def test_deep_nonsense_in_a_field_closes_no_socket_by_accident() -> None:
    client = Client()
    deep = '{"a":' * 9_000 + "1" + "}" * 9_000
    text = json.dumps(
        {
            "version": "2",
            "id": SESSION,
            "type": "open",
            "seq": 1,
            "serverseq": 0,
            "position": "PT0S",
            "parameters": opening(customConfig="DEEP"),
        }
    ).replace('"DEEP"', deep)

    with suppress(Unacceptable):
        client.text(text)

    assert client.kinds() in ([], ["opened"], ["disconnect"])


# --- a whole conversation -------------------------------------------------------------------------


def test_a_whole_conversation() -> None:
    client = Client(SENDING)
    items = client.open(language="en-US", supportedLanguages=True)
    for _ in range(5):
        items += client.audio()
    items += client.say("ping")
    items += client.say("ping", {"rtt": "PT0.010S"})
    items += client.say("paused")
    items += client.told(paused("source"))
    items += client.resumed(2_000)
    items += client.told(CallResumed(at=3_000, skipped=2_000))
    items += client.audio()
    items += client.discarded(600)
    items += client.say("update", {"language": "de-DE"})
    items += client.audio()
    items += client.close()
    items += client.told(said(("Hallo", 3_000, 3_200)), CallEnded(at=4_000))

    assert [type(item).__name__ for item in without(items, Send, Audio)] == [
        "Start",
        "Pause",
        "Resume",
        *["Gap"] * 6,
        "Split",
        "End",
        "Close",
    ]
    assert client.kinds() == ["opened", "pong", "pong", "updated", "event", "closed"]
    assert sum(isinstance(item, Audio) for item in items) == 14
    assert client.transcripts()[0]["alternatives"][0]["languages"] == ["de-DE"]
    assert client.transcripts()[0]["offset"] == "PT1.000S"
    assert ORGANISATION not in "".join(map(json.dumps, client.answers))
