"""Which of the devices is the agent's, which the customer's: by name, or a sensible choice."""

from collections.abc import Sequence

from assist.capture.sound import Device, DeviceError
from assist.events import Channel

DEFAULT = "default"
KINDS: dict[Channel, str] = {"agent": "microphone", "customer": "call audio"}


def choose(devices: Sequence[Device], channel: Channel, wanted: str = DEFAULT) -> Device:
    """Return the device of a channel.

    Args:
        devices: what is there.
        channel: whose; the customer's is what an output plays.
        wanted: its name, a part of its name or title that no other has, or `default`.

    Raises:
        DeviceError: there is none, or more than one.
    """
    if wanted in ("", DEFAULT):
        return _usual(devices, channel)
    exact = [device for device in devices if wanted in (device.name, device.title)]
    part = [device for device in devices if _names(device, wanted)]
    found = exact or [device for device in part if device.loopback == (channel == "customer")]
    found = found or part  # a virtual cable is a microphone to the system
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(device.name for device in found)
        raise DeviceError(f"{wanted!r} may be more than one device: {names}.")
    raise DeviceError(f"There is no {KINDS[channel]} {wanted!r}; `assist capture --list` tells.")


def _usual(devices: Sequence[Device], channel: Channel) -> Device:
    fitting = [device for device in devices if device.loopback == (channel == "customer")]
    if not fitting:
        raise DeviceError(f"There is no {KINDS[channel]}; `assist capture --list` tells.")
    return next((device for device in fitting if device.default), fitting[0])


def _names(device: Device, wanted: str) -> bool:
    return wanted.casefold() in f"{device.name}\n{device.title}".casefold()
