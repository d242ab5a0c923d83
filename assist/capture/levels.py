"""Levels of a channel's sound, and what is to be said of them; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assist.capture.choosing import KINDS
from assist.capture.sameness import ALIKE, likeness
from assist.core.audio import RATE, SILENCE, STEP_MS, Samples, loudness, samples
from assist.core.coupling import QUANTILE, find_delay, losses
from assist.events import Channel

LOUDEST, QUIETEST = 95, 10
"""Percentiles of the loudness of steps: speech, and the noise between."""
CLIPPED, CLIPPING_S = 0.01, 5
"""More of the samples of so many seconds at full scale than this distort."""
FULL = 32_700
TOO_LOW = -55.0
"""Speech below this, in dB of full scale, is too low."""
SPEAKS = 10.0
"""Decibels of speech above the noise; less, and nobody spoke."""
TOO_STRONG = -15.0
"""A leak above this against its source, in dB, is a loudspeaker, not a headset."""
LEAST_BLOCK = RATE
NEAR_MS = 100
"""A headset's leak comes sooner than this; an echo of the far end comes later."""
SWAPPED = "The sides seem swapped: the call's device hears the microphone, later and softer."
TURNED = "The sides are swapped: the microphone is an output, the call's device a microphone."
"""By what the devices are, which is told before the sound is judged."""


@dataclass(frozen=True, slots=True)
class Levels:
    """What was measured of one channel."""

    speech: float
    """In dB of full scale."""
    noise: float
    clipped: float
    """The largest share of samples at full scale in any five seconds."""
    dead: bool
    """Whether there was nothing but zeros."""

    @property
    def spoken(self) -> bool:
        """Whether somebody spoke, or something was played."""
        return not self.dead and self.speech - max(self.noise, -80.0) >= SPEAKS

    @property
    def word(self) -> str:
        """How it is, in a word or two."""
        if self.dead:
            return "silent"
        if not self.spoken:
            return "only noise"
        if self.clipped > CLIPPED:
            return "too loud"
        return "too low" if self.speech < TOO_LOW else "good"


@dataclass(frozen=True, slots=True)
class Leak:
    """How the customer is heard in the agent's microphone."""

    delay_ms: int
    level: float
    """Against the customer's own, in dB."""


def measure(pcm: Samples) -> Levels:
    """Measure a channel's sound of shape (n,)."""
    step = samples(STEP_MS)
    steps = pcm[: len(pcm) // step * step].reshape(-1, step)
    found = [loudness(one) for one in steps] or [SILENCE]
    speech, noise = np.percentile(found, [LOUDEST, QUIETEST])
    full = np.abs(pcm.astype(np.int32)) >= FULL
    stretch = CLIPPING_S * RATE
    counts = (int(full[i : i + stretch].sum()) for i in range(0, len(full), stretch // 2))
    clipped = max(counts, default=0) / stretch
    return Levels(float(speech), float(noise), clipped, dead=not pcm.any())


def find_leak(agent: Samples, customer: Samples) -> Leak | None:
    """Return how the customer leaks into the agent's microphone, if that can be told.

    Args:
        agent: shape (n,).
        customer: the same.
    """
    if len(agent) < LEAST_BLOCK:
        return None
    delay = find_delay(agent, customer)
    if delay is None:
        return None
    heard = losses(agent, customer, delay)
    return Leak(delay * 1000 // RATE, float(np.percentile(heard, QUANTILE))) if heard else None


def verdicts(agent: Samples, customer: Samples) -> list[str]:
    """Return what is wrong, a sentence each; none = all is well.

    Args:
        agent: shape (n,).
        customer: the same.
    """
    sides: Sequence[tuple[Channel, Samples]] = (("agent", agent), ("customer", customer))
    measured = {channel: measure(pcm) for channel, pcm in sides}
    found = [text for channel, levels in measured.items() for text in judge(channel, levels)]
    if all(levels.spoken for levels in measured.values()):
        found += _together(agent, customer)
    return found


def judge(channel: Channel, levels: Levels) -> list[str]:
    """Return what is wrong with one channel."""
    help_for = {
        "silent": f"nothing but zeros. {_HELP[channel]}",
        "only noise": f"only noise. {_ASK[channel]}",
        "too loud": "too loud, it distorts. Turn it down in the system's sound settings.",
        "too low": "too low. Turn it up in the system's sound settings.",
    }
    name, word = KINDS[channel].capitalize(), levels.word
    return [f"{name}: {help_for[word]}"] if word in help_for else []


def relation(agent: Samples, customer: Samples) -> list[str]:
    """Return what of one side is heard on the other, a sentence each, be it well or wrong."""
    if min(len(agent), len(customer)) < LEAST_BLOCK:
        return []
    alike = likeness(agent, customer)
    found = [f"Both sides are alike by {alike:.0%}; one device on both gives over {ALIKE:.0%}."]
    leak = find_leak(agent, customer)
    if leak is not None:
        told = f"{-leak.level:.0f} dB lower, {leak.delay_ms} ms later"
        found.append(f"The customer is heard in the microphone: {told}.")
    return found


_HELP: dict[Channel, str] = {
    "agent": "Is it muted, or may this program not use it (macOS: Privacy, Microphone)?",
    "customer": "Does the call play on this device? `assist capture --list` shows the others.",
}
_ASK: dict[Channel, str] = {
    "agent": "Speak while it is checked.",
    "customer": "Play something while it is checked.",
}


def _together(agent: Samples, customer: Samples) -> list[str]:
    if len(agent) >= LEAST_BLOCK and likeness(agent, customer) > ALIKE:
        return ["Both sides carry the same sound: choose another device for one of them."]
    leak, back = find_leak(agent, customer), find_leak(customer, agent)
    if leak is None and back is not None and back.level < 0 and back.delay_ms < NEAR_MS:
        return [SWAPPED]
    if leak is not None and leak.level > TOO_STRONG:
        return ["The customer is loud in the microphone: use a headset, or turn the speaker down."]
    return []
