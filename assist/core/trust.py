"""Which channels can be believed: of a device that is gone, silent or wrong nothing is concluded.

Faults say so, and a fault is part of the log: a replay holds back the same.
"""

from collections.abc import Collection, Mapping

from assist.events import CHANNELS, Channel, Fault

AGENT: tuple[Channel, ...] = ("agent",)
CUSTOMER: tuple[Channel, ...] = ("customer",)
DOUBTFUL: Mapping[str, tuple[Channel, ...]] = {
    "mic_missing": AGENT,
    "mic_denied": AGENT,
    "mic_silent": AGENT,
    "mic_muted": AGENT,
    "customer_missing": CUSTOMER,
    "customer_silent": CUSTOMER,
    "tab_ended": CUSTOMER,
    "same_sound": CHANNELS,
    "channels_swapped": CHANNELS,
    "capture_suspended": CHANNELS,
}
"""The channels of which nothing is believed while a fault lasts. Lost frames (`xrun`) are not among
them: their places are known, and short."""


class Trust:
    """Follow the faults of a call."""

    def __init__(self) -> None:
        self._active: set[str] = set()
        self._since: dict[Channel, int] = dict.fromkeys(CHANNELS, 0)
        """From when on a channel's sound counts."""

    @property
    def lost(self) -> frozenset[Channel]:
        """The channels that cannot be believed now."""
        return frozenset(channel for code in self._active for channel in DOUBTFUL[code])

    def apply(self, fault: Fault) -> bool:
        """Take a fault or its end; tell whether other channels than before are believed."""
        before = self.lost
        if fault.code in DOUBTFUL:
            (self._active.add if fault.active else self._active.discard)(fault.code)
        for channel in before - self.lost:
            self._since[channel] = fault.at
        return before != self.lost

    def covers(self, channels: Collection[Channel], start: int) -> bool:
        """Tell whether all of these channels are believed, and have been since a moment."""
        return all(c not in self.lost and start >= self._since[c] for c in channels)
