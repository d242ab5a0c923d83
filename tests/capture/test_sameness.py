import numpy as np
import pytest

from assist.capture.sameness import Sameness, likeness
from assist.core.audio import RATE, Samples


def noise(seed: int, seconds: float = 5.0) -> Samples:
    random = np.random.default_rng(seed)
    return np.asarray(random.standard_normal(round(seconds * RATE)) * 3000, np.int16)


def watch(first: Samples, second: Samples) -> list[bool]:
    same = Sameness()
    found = []
    for i in range(0, len(first), 1600):
        same.push(first[i : i + 1600], second[i : i + 1600])
        found.append(same.holds)
    return found


@pytest.mark.parametrize("lag", [0, 320, 700, -799])
def test_one_sound_on_both_channels_is_seen_after_two_to_three_seconds(lag: int) -> None:
    sound = noise(1)

    found = watch(sound, np.roll(sound, lag))

    assert 2.0 <= (found.index(True) + 1) / 10 <= 3.0


def test_a_reversed_cable_is_the_same_sound_too() -> None:
    assert likeness(noise(1, 1), -noise(1, 1)) > 0.95


def test_two_voices_are_not_the_same() -> None:
    assert not any(watch(noise(1), noise(2)))


def test_one_voice_in_the_other_is_not_the_same() -> None:
    assert not any(watch(noise(1), noise(2) + noise(1) // 4))


def test_silence_on_both_sides_is_not_compared() -> None:
    silent = np.zeros(RATE * 5, np.int16)

    assert not any(watch(silent, silent))


def test_it_ends_when_the_sounds_part() -> None:
    first = noise(1, 8)
    second = np.concatenate([first[: 4 * RATE], noise(2, 4)])

    found = watch(first, second)

    assert found[35]
    assert not found[55]
