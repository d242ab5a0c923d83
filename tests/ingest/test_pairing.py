"""Which connection is which side of which call."""

import json

import pytest

from assist.errors import CapacityError, ProtocolError
from assist.events import CallEnded
from assist.ingest.pairing import KEPT_MS, SILENT_MS, Announcement, Pairing, Side, read
from assist.ingest.session import Unacceptable
from tests.ingest.legs import ONE, TWO


def announcement(number: int = 1, streams: dict[str, str] | None = None) -> Announcement:
    told = {
        "call_id": f"call-{number:04}",
        "streams": streams or {str(ONE): "customer", str(TWO): "agent"},
    }
    return read(json.dumps(told).encode())


def come(pairing: Pairing, name: object, now: int = 0) -> Side:
    side = pairing.come(str(name), now, first_sound=None)
    assert side is not None
    return side


def test_an_announcement_tells_call_agent_language_and_streams() -> None:
    body = b'{"call_id":"call-0001","agent":"a1","language":"de","streams":{"x":"agent"}}'

    told = read(body)

    assert (told.call_id, told.agent, told.language) == ("call-0001", "a1", "de")
    assert told.streams == {"x": "agent"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"call_id":"call-0001"}',
        b'{"call_id":"call-0001","streams":{}}',
        b'{"call_id":"call-0001","streams":{"x":"third"}}',
        b'{"call_id":"call-0001","streams":{"x":"agent","y":"agent"}}',
        b'{"call_id":"call-0001","streams":{"x":"agent","y":"customer","z":"agent"}}',
        b'{"call_id":"call-0001","streams":{"":"agent"}}',
        b'{"call_id":"short","streams":{"x":"agent"}}',
        b'{"call_id":"call-0001\\n","streams":{"x":"agent"}}',
        b'{"call_id":"call-0001","language":"fr","streams":{"x":"agent"}}',
        b'{"call_id":"call-0001","agent":"a\\u0007","streams":{"x":"agent"}}',
        b'{"call_id":"call-0001","streams":{"x":"agent"},"more":1}',
    ],
)
def test_what_is_no_announcement_is_refused_in_a_sentence(body: bytes) -> None:
    with pytest.raises(ProtocolError, match="no announcement of a call"):
        read(body)


def test_announced_streams_find_their_call_and_side() -> None:
    pairing = Pairing()
    pairing.announce(announcement(), 0)

    customer, agent = come(pairing, ONE), come(pairing, TWO)

    assert (customer.channel, agent.channel) == ("customer", "agent")
    assert customer.call is agent.call
    assert customer.call.start.channels == ("agent", "customer")
    assert customer.call.start.skew_ms == 2_000


def test_a_call_of_one_stream_has_one_channel() -> None:
    pairing = Pairing()
    pairing.announce(announcement(streams={"x": "customer"}), 0)

    assert come(pairing, "x").call.start.channels == ("customer",)


def test_a_stream_that_nobody_announced_has_no_place_yet() -> None:
    pairing = Pairing()
    early = pairing.come(str(ONE), 0, first_sound=None)

    pairing.announce(announcement(), 3_000)

    assert early is None
    assert come(pairing, ONE, 3_100).channel == "customer"


def test_the_name_of_a_stream_is_good_for_one_connection() -> None:
    pairing = Pairing()
    pairing.announce(announcement(), 0)
    come(pairing, ONE)

    assert pairing.come(str(ONE), 10, first_sound=None) is None


def test_a_uuid_may_be_announced_in_capital_letters() -> None:
    pairing = Pairing()
    pairing.announce(announcement(1, {"ABCDEF00-0000-4000-8000-00000000000A": "agent"}), 0)

    assert come(pairing, "abcdef00-0000-4000-8000-00000000000a").channel == "agent"


def test_a_second_stream_that_is_too_late_is_refused() -> None:
    pairing = Pairing()
    pairing.announce(announcement(), 0)
    come(pairing, ONE, 0)

    with pytest.raises(Unacceptable, match="too late"):
        pairing.come(str(TWO), 10_001, first_sound=None)


@pytest.mark.parametrize(
    "other",
    [announcement(), announcement(2, {str(ONE): "agent"}), announcement(1, {"other": "agent"})],
    ids=["the same", "a stream of it", "its id"],
)
def test_what_is_announced_twice_is_refused(other: Announcement) -> None:
    pairing = Pairing()
    pairing.announce(announcement(), 0)

    with pytest.raises(ProtocolError, match="announced before"):
        pairing.announce(other, 10)


def test_one_uuid_in_two_spellings_is_one_stream() -> None:
    spelled = announcement(
        1,
        {
            "abcdef00-0000-4000-8000-00000000000a": "agent",
            "ABCDEF00-0000-4000-8000-00000000000A": "customer",
        },
    )

    with pytest.raises(ProtocolError, match="announced before"):
        Pairing().announce(spelled, 0)


def test_no_more_calls_are_announced_than_there_is_room_for() -> None:
    pairing = Pairing(most=2)
    pairing.announce(announcement(1, {"a": "agent"}), 0)
    pairing.announce(announcement(2, {"b": "agent"}), 0)

    with pytest.raises(CapacityError):
        pairing.announce(announcement(3, {"c": "agent"}), 10)


def test_announced_calls_that_nobody_came_to_are_forgotten() -> None:
    pairing = Pairing(most=1)
    pairing.announce(announcement(1, {"a": "agent"}), 0)

    pairing.announce(announcement(2, {"b": "agent"}), KEPT_MS)

    assert pairing.come("a", KEPT_MS, first_sound=None) is None
    assert come(pairing, "b", KEPT_MS).channel == "agent"


def test_calls_whose_connections_asked_nothing_any_more_are_forgotten() -> None:
    pairing = Pairing(most=1)
    pairing.announce(announcement(1, {"a": "agent"}), 0)
    come(pairing, "a", 0)

    pairing.announce(announcement(2, {"b": "agent"}), SILENT_MS)

    assert come(pairing, "b", SILENT_MS).channel == "agent"


def test_streams_that_wait_are_bounded_and_all_of_them_find_their_call() -> None:
    pairing = Pairing(most=3)
    for number in range(10):
        assert pairing.come(f"s{number}", 0, first_sound=0) is None

    pairing.announce(announcement(1, {"s9": "agent"}), 10)

    assert come(pairing, "s9", 20).channel == "agent"


def test_connections_that_name_their_call_meet_in_it() -> None:
    pairing = Pairing()

    one = pairing.enter("call-0001", "customer", 0, agent="a1", language="de")
    two = pairing.enter("call-0001", "agent", 50)

    assert one.call is two.call
    assert (one.call.start.agent, one.call.start.language) == ("a1", "de")


def test_a_side_that_is_there_already_is_refused() -> None:
    pairing = Pairing()
    pairing.enter("call-0001", "customer", 0)

    with pytest.raises(Unacceptable) as refused:
        pairing.enter("call-0001", "customer", 50)

    assert refused.value.code == 4409


def test_nobody_enters_a_call_that_is_over() -> None:
    pairing = Pairing()
    side = pairing.enter("call-0001", "customer", 0)
    list(side.call.told(CallEnded(at=0)))
    pairing.close(side)

    with pytest.raises(Unacceptable) as refused:
        pairing.enter("call-0001", "agent", 50)

    assert refused.value.code == 4410


def test_a_call_goes_on_until_it_is_over() -> None:
    pairing = Pairing()
    side = pairing.enter("call-0001", "customer", 0)

    pairing.close(side)

    assert pairing.enter("call-0001", "agent", 50).call is side.call
