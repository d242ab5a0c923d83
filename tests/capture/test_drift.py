import numpy as np
import pytest

from assist.capture.drift import ENOUGH, Drift


def watch(ppm: float, *, seconds: int, mean_delay: float = 0.006) -> Drift:
    """Let a device of this drift arrive for so long, late by chance."""
    drift, random = Drift(), np.random.default_rng(1)
    for i in range(seconds * 20):
        elapsed = i / 20 + float(random.exponential(mean_delay))
        drift.push(elapsed, i / 20 * ppm * 1e-6 + (elapsed - i / 20))
    return drift


@pytest.mark.parametrize("ppm", [-200, -20, 0, 80])
def test_after_five_minutes_the_drift_is_known_to_a_part_in_a_million(ppm: int) -> None:
    assert abs(watch(ppm, seconds=301).ppm - ppm) < 1.5


def test_nothing_is_said_before_half_a_minute() -> None:
    drift = watch(80, seconds=ENOUGH - 1)

    assert not drift.known
    assert drift.ppm == 0.0
