from collections.abc import Sequence

import numpy as np
import pytest

from assist.core.audio import WINDOW, Samples, loudness, samples
from assist.core.gate import Edge
from assist.events import CHANNELS, Channel
from assist.speech.ears import Ears
from assist.speech.vad import VadStream
from tests.audio.hostile import leak

SECONDS = 6


class HearsAnySound:
    """A detector that takes all sound for speech, however faint."""

    def stream(self) -> VadStream:
        return _AnySound()


class _AnySound:
    def measure(self, window: Samples) -> float:
        return loudness(window)

    def probabilities(self, windows: Sequence[Samples]) -> list[float]:
        return [float(loudness(window) > -90) for window in windows]


def syllables(*spans: tuple[float, float]) -> Samples:
    """Return noise in syllables of 200 ms within spans of seconds, at -20 dB of full scale."""
    noise = np.random.default_rng(3).standard_normal(samples(SECONDS * 1000)) * 4600
    t = np.arange(len(noise)) / samples(1000)
    spoken = np.any([(t >= start) & (t < end) for start, end in spans], axis=0)
    wave = noise * spoken * np.sin(np.pi * t * 5) ** 2
    return np.asarray(np.clip(wave, -32768, 32767), np.int16)


def hear(**sound: Samples) -> dict[Channel, list[Edge]]:
    channels = tuple(channel for channel in CHANNELS if channel in sound)
    ears = Ears(HearsAnySound(), channels)
    found: dict[Channel, list[Edge]] = {channel: [] for channel in channels}
    for i in range(0, len(sound["agent"]), samples(20)):
        step = {channel: sound[channel][i : i + samples(20)] for channel in channels}
        for channel, edge in ears.push(step).items():
            found[channel] += [edge] if edge else []
    for channel, edge in ears.flush().items():
        found[channel] += [edge] if edge else []
    return found


def spoken(edges: Sequence[Edge]) -> int:
    return sum(edge.end - edge.start for edge in edges if edge.kind == "ended")


def test_both_channels_are_heard() -> None:
    found = hear(agent=syllables((1, 2)), customer=syllables((3, 5)))

    assert [edge.kind for edge in found["agent"]] == ["started", "ended"]
    assert [edge.kind for edge in found["customer"]] == ["started", "ended"]
    assert abs(found["customer"][0].start - 3000) <= 2 * WINDOW // 16


def test_speech_at_the_end_of_the_call_ends_with_it() -> None:
    (_, ended) = hear(agent=syllables((4, 6)))["agent"]

    assert ended.end > 5800


@pytest.mark.parametrize("decibels", [15, 20, 30])
@pytest.mark.parametrize("delay", [0, 60, 120])
def test_the_others_voice_in_a_channel_is_nobody(decibels: int, delay: int) -> None:
    customer = syllables((1, 5))

    found = hear(agent=leak(customer, decibels, delay=delay), customer=customer)

    assert found["agent"] == []
    assert spoken(found["customer"]) > 3500


def test_with_one_channel_the_same_sound_is_somebody() -> None:
    assert hear(agent=leak(syllables((1, 5)), 20))["agent"]


def test_who_speaks_over_the_other_is_heard_though_it_leaks() -> None:
    customer, agent = syllables((0, 6)), syllables((4, 5)) // 4
    both = np.roll(agent, samples(60)) + leak(customer, 25)

    found = hear(agent=both, customer=customer)

    assert [edge.kind for edge in found["agent"]][:2] == ["started", "ended"]
    assert 3900 <= found["agent"][0].start < 4400
