"""What may be set about the doors."""

import msgspec
import pytest

from assist.settings.doors import Ingest


def test_only_our_own_door_is_open_at_first() -> None:
    doors = msgspec.structs.asdict(Ingest())

    assert [name for name, door in doors.items() if door.enabled] == ["native"]


@pytest.mark.parametrize(
    "door",
    [
        {"twilio": {"inbound": "agent"}},
        {"twilio": {"outbound": "customer"}},
        {"freeswitch": {"left": "agent"}},
        {"freeswitch": {"right": "customer"}},
    ],
)
def test_the_two_sides_of_a_call_have_two_roles(door: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError, match="two different roles"):
        msgspec.convert(door, Ingest)


def test_the_roles_may_be_turned_round() -> None:
    told = {"inbound": "agent", "outbound": "customer"}

    door = msgspec.convert({"twilio": told}, Ingest).twilio

    assert (door.inbound, door.outbound) == ("agent", "customer")


@pytest.mark.parametrize("rate", [0, 11_025, 48_000])
def test_freeswitch_sends_one_of_two_rates(rate: int) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"freeswitch": {"rate": rate}}, Ingest)
