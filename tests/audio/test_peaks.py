"""How loud a recording is, drawn small."""

import numpy as np

from assist.audio.peaks import PEAK_MS, WIDTH, Peaks, duration
from assist.core.audio import samples

SIZE = samples(PEAK_MS)


def test_each_side_shows_its_largest_of_every_window() -> None:
    pcm = np.zeros((2 * SIZE, 2), np.int16)
    pcm[3] = (1_280, -2_560)
    pcm[SIZE + 5] = (-32_768, 32_767)

    drawn = Peaks().push(pcm)

    assert drawn == bytes([10, 20, 255, 255])


def test_pieces_of_any_size_draw_the_same() -> None:
    pcm = np.random.default_rng(1).integers(-9_000, 9_000, (10 * SIZE, 2)).astype(np.int16)
    peaks = Peaks()

    drawn = b"".join(peaks.push(pcm[i : i + 333]) for i in range(0, len(pcm), 333))

    assert drawn == Peaks().push(pcm)
    assert len(drawn) == 10 * WIDTH


def test_the_length_of_a_recording_is_that_of_its_peaks() -> None:
    drawn = Peaks().push(np.zeros((samples(2_000), 2), np.int16))

    assert duration(len(drawn)) == 2_000
