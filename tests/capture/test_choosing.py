import pytest

from assist.capture.choosing import choose
from assist.capture.sound import Device, DeviceError

BUILT_IN = Device("alsa_input.pci", "Built-in microphone", loopback=False)
HEADSET = Device("alsa_input.usb", "Jabra headset", loopback=False, default=True)
SPEAKER = Device("alsa_output.pci.monitor", "Monitor of speaker", loopback=True)
EARPIECE = Device(
    "alsa_output.usb.monitor", "Monitor of Jabra headset", loopback=True, default=True
)
ALL = [BUILT_IN, SPEAKER, HEADSET, EARPIECE]


def test_where_nobody_chose_it_is_what_the_system_uses() -> None:
    assert choose(ALL, "agent") == HEADSET
    assert choose(ALL, "customer") == EARPIECE


def test_where_the_system_names_none_it_is_the_first_that_fits() -> None:
    assert choose([SPEAKER, BUILT_IN], "agent") == BUILT_IN


def test_a_part_of_the_title_finds_the_device_of_its_kind() -> None:
    assert choose(ALL, "agent", "jabra") == HEADSET
    assert choose(ALL, "customer", "jabra") == EARPIECE


def test_a_cable_that_looks_like_a_microphone_may_be_the_calls_sound() -> None:
    cable = Device("cable", "Some cable", loopback=False)

    assert choose([*ALL, cable], "customer", "some cable") == cable


def test_a_part_that_fits_more_than_one_is_refused_with_their_names() -> None:
    with pytest.raises(DeviceError, match=r"alsa_input\.pci, alsa_input\.usb"):
        choose(ALL, "agent", "alsa_input")


def test_a_name_that_nobody_has_is_refused() -> None:
    with pytest.raises(DeviceError, match="There is no call audio 'sonos'"):
        choose(ALL, "customer", "sonos")


def test_without_a_microphone_it_is_said() -> None:
    with pytest.raises(DeviceError, match="There is no microphone"):
        choose([SPEAKER], "agent")
