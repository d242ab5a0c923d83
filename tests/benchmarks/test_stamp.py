import numpy as np
import pytest

from assist.core.audio import samples
from assist.speech.recogniser import to_sound
from benchmarks.stamp import LONGEST, read, stamped

SPEECH = np.random.default_rng(1).integers(-9_000, 9_000, samples(500)).astype(np.int16)


@pytest.mark.parametrize(("number", "start"), [(0, 0), (2047, 0), (5, LONGEST - 500)])
def test_a_window_tells_whose_it_is_and_when(number: int, start: int) -> None:
    sound = to_sound(stamped(SPEECH, number, start=start))

    assert read(sound[samples(120) :]) == (number, start + 120)


def test_the_stamp_changes_no_sample_by_more_than_two_bits() -> None:
    change = stamped(SPEECH, 7).astype(int) - SPEECH

    assert np.abs(change).max() <= 3


@pytest.mark.parametrize(("number", "start"), [(2048, 0), (-1, 0), (0, LONGEST)])
def test_what_does_not_fit_is_refused(number: int, start: int) -> None:
    with pytest.raises(ValueError, match="cannot be stamped"):
        stamped(SPEECH, number, start=start)
