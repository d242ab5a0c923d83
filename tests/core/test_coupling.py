import numpy as np
import pytest

from assist.core.audio import WINDOW, Samples, loudness
from assist.core.coupling import BLOCK, RESTS, Coupling, find_delay

RATE = 16000


def talk(seed: int, seconds: float = 8.0) -> Samples:
    random = np.random.default_rng(seed)
    t = np.arange(round(seconds * RATE)) / RATE
    return np.asarray(random.standard_normal(len(t)) * np.sin(np.pi * 4 * t) ** 2 * 3000, np.int16)


def later(source: Samples, *, ms: int, decibels: float) -> Samples:
    """Return what leaks of a source, in a room with noise."""
    moved = np.concatenate([np.zeros(ms * 16), source])[: len(source)]
    noise = np.random.default_rng(9).standard_normal(len(source)) * 2
    return np.asarray(moved * 10 ** (-decibels / 20) + noise, np.int16)


def judge(own: Samples, source: Samples) -> tuple[Coupling, list[bool]]:
    coupling = Coupling()
    whole = len(own) // WINDOW * WINDOW
    found = []
    for i in range(0, whole, WINDOW):
        windows = own[i : i + WINDOW], source[i : i + WINDOW]
        levels = loudness(windows[0]), loudness(windows[1])
        found.append(coupling.push(*windows, levels))
    return coupling, found


@pytest.mark.parametrize("ms", [5, 80, 150, 400])
@pytest.mark.parametrize("decibels", [10, 24, 30])
def test_delay_and_loudness_of_a_leak_are_found(ms: int, decibels: int) -> None:
    source = talk(1)

    coupling, _ = judge(later(source, ms=ms, decibels=decibels), source)

    assert coupling.delay is not None
    assert coupling.level is not None
    assert abs(coupling.delay - ms * 16) <= 2
    assert abs(coupling.level + decibels) <= 2.5


def test_what_is_only_the_leak_is_told_once_two_seconds_were_heard() -> None:
    source = talk(1)

    _, found = judge(later(source, ms=80, decibels=24), source)

    assert not any(found[:60])
    assert sum(found[80:]) >= 0.98 * len(found[80:])


def test_who_speaks_over_the_leak_is_no_leak() -> None:
    source = talk(1, 12)
    own = later(source, ms=80, decibels=24)
    own[8 * RATE :] += np.roll(talk(2, 4), 1500)

    _, found = judge(own, source)

    assert sum(found[260:]) <= 0.35 * len(found[260:])  # pauses between syllables are the leak's


def test_where_nothing_leaks_nothing_is_learned() -> None:
    coupling, found = judge(talk(2), talk(1))

    assert coupling.delay is None
    assert coupling.level is None
    assert not any(found)


def test_a_delay_longer_than_any_headset_has_is_none() -> None:
    source = talk(1, 3)

    assert find_delay(later(source, ms=700, decibels=10), source) is None


def test_silence_has_no_delay() -> None:
    silent = np.zeros(2 * RATE, np.int16)

    assert find_delay(silent, talk(1, 2)) is None


def test_once_the_headset_is_known_it_is_compared_seldom_and_still_followed() -> None:
    source = np.concatenate([talk(seed, 10) for seed in (1, 2, 3, 4)])
    own = later(source, ms=80, decibels=24)
    own[20 * RATE :] = later(source, ms=120, decibels=24)[20 * RATE :]

    coupling, found = judge(own, source)

    assert coupling.delay is not None
    assert RESTS * WINDOW > BLOCK
    assert sum(found[80:600]) >= 0.95 * 520
