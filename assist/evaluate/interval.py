"""Counts of each call → the interval in which a share lies, by bootstrap over the calls."""

from collections.abc import Sequence
from functools import lru_cache
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

Interval = tuple[float, float] | None
"""The lower and the upper bound; none where nothing counts."""
RESAMPLES, SEED = 1000, 1
LEVEL = 95
"""Per cent of the resamples that lie in the interval."""


def interval(counts: Sequence[tuple[int, int]]) -> Interval:
    """Return the bounds of a share.

    Args:
        counts: for each call what counts for it, and all that counts.
    """
    if not sum(whole for _, whole in counts):
        return None
    met, whole = (_weights(len(counts)) @ np.array(side) for side in zip(*counts, strict=True))
    shares = met[whole > 0] / whole[whole > 0]
    edge = (100 - LEVEL) / 2
    low, high = np.percentile(shares, [edge, 100 - edge])
    return float(low), float(high)


@lru_cache(maxsize=8)  # sets of calls that are scored at a time
def _weights(calls: int) -> NDArray[Any]:
    """Return how often each call is drawn in each resample, of shape (RESAMPLES, calls)."""
    chance = Random(SEED)
    drawn = [chance.choices(range(calls), k=calls) for _ in range(RESAMPLES)]
    return np.array([np.bincount(one, minlength=calls) for one in drawn])
