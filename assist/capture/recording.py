"""An outlet that keeps the sound of a few seconds, for a check of the devices; pure."""

import numpy as np

from assist.core.audio import Samples, samples
from assist.events import CHANNELS, Channel
from assist.protocol import GapReason, Trouble


class Kept:
    """Take sound and troubles, and send nothing anywhere."""

    paused = False

    def __init__(self) -> None:
        self._sound: dict[Channel, list[Samples]] = {channel: [] for channel in CHANNELS}
        self.missing_ms: dict[Channel, int] = dict.fromkeys(CHANNELS, 0)
        self.troubles: dict[Trouble, str] = {}
        """All that were told, with their details."""

    def audio(self, channel: Channel, payload: bytes, ms: int) -> None:
        """Keep sound."""
        self._sound[channel].append(np.frombuffer(payload, "<i2").astype(np.int16))

    def gap(self, reason: GapReason, *, agent: int = 0, customer: int = 0) -> None:
        """Keep silence in place of what never came."""
        channel: Channel = "agent" if agent else "customer"
        self._sound[channel].append(np.zeros(samples(agent or customer), np.int16))
        self.missing_ms[channel] += agent or customer

    def status(self, code: Trouble, *, active: bool, detail: str = "") -> None:
        """Keep a trouble."""
        if active:
            self.troubles[code] = detail

    def sound(self) -> dict[Channel, Samples]:
        """Return both channels, of one length."""
        whole = {c: np.concatenate([np.zeros(0, np.int16), *p]) for c, p in self._sound.items()}
        length = min(map(len, whole.values()))
        return {channel: pcm[:length] for channel, pcm in whole.items()}
