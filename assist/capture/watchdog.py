"""What the sound itself says about the devices that it comes from; pure.

A sound system says nothing when a device is gone, and may go on with another one. So the sound is
watched: zeros that no microphone gives, both channels alike, losses again and again.
"""

from collections import deque
from collections.abc import Mapping

from assist.capture.sameness import Sameness
from assist.core.audio import Samples, loudness, milliseconds
from assist.events import CHANNELS, Channel
from assist.protocol import Trouble

MUTE_MS = 3_000
"""A microphone that gives nothing but zeros for so long is switched off."""
OPENING_MS = 10_000
"""A call whose customer gives nothing but zeros for so long at its beginning has no customer."""
QUIET_MS, TALKED_MS = 20_000, 5_000
"""Later on zeros must last so long, while the agent spoke for so long."""
SPOKEN = -45.0
"""The agent counts as speaking above this loudness, in dB of full scale."""
LOSSES, LOSSES_MS = 3, 60_000
"""More losses of sound than this in so much time are trouble."""


class Watchdog:
    """Watch both channels of one call."""

    def __init__(self) -> None:
        self._same = Sameness()
        self._heard = 0
        self._zeros: dict[Channel, int] = dict.fromkeys(CHANNELS, 0)
        """How long each channel has been nothing but zeros."""
        self._talked = 0
        """How long the agent spoke while the customer's channel was zeros."""
        self._customer_came = False
        self._losses: deque[int] = deque(maxlen=LOSSES + 1)

    def lose(self) -> None:
        """Note that sound was lost within a stream."""
        self._losses.append(self._heard)

    def push(self, step: Mapping[Channel, Samples | None]) -> None:
        """Take the next sound of both channels, of one length; None = it never came."""
        found = [pcm for pcm in step.values() if pcm is not None]
        if not found:
            return
        length = milliseconds(len(found[0]))
        self._heard += length
        for channel, pcm in step.items():
            silent = pcm is not None and not pcm.any()
            self._zeros[channel] = self._zeros[channel] + length if silent else 0
        agent, customer = step["agent"], step["customer"]
        self._count(agent, customer, length)
        if agent is not None and customer is not None:
            self._same.push(agent, customer)

    def _count(self, agent: Samples | None, customer: Samples | None, length: int) -> None:
        if customer is None or customer.any():
            self._talked = 0
            self._customer_came = self._customer_came or customer is not None
        elif agent is not None and loudness(agent) >= SPOKEN:
            self._talked += length

    @property
    def holding(self) -> set[Trouble]:
        """The troubles whose condition holds now."""
        found: dict[Trouble, bool] = {
            "mic_silent": self._zeros["agent"] > MUTE_MS,
            "customer_silent": self._is_customer_silent(),
            "same_sound": self._same.holds,
            "xrun": len(self._losses) > LOSSES and self._heard - self._losses[0] < LOSSES_MS,
        }
        return {code for code, holds in found.items() if holds}

    def _is_customer_silent(self) -> bool:
        zeros = self._zeros["customer"]
        if not self._customer_came:
            return zeros >= OPENING_MS
        return zeros > QUIET_MS and self._talked >= TALKED_MS
