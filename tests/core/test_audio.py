import numpy as np
import pytest

from assist.core.audio import RATE, Windows, loudness, milliseconds, samples


def test_milliseconds_and_samples_are_each_other_s_inverse_on_whole_milliseconds() -> None:
    assert samples(1000) == RATE
    assert [milliseconds(samples(ms)) for ms in (0, 1, 20, 999)] == [0, 1, 20, 999]


def test_part_of_a_millisecond_is_not_counted() -> None:
    assert milliseconds(15) == 0
    assert milliseconds(31) == 1


def test_windows_are_whole_and_in_order_whatever_the_slices() -> None:
    sound = np.arange(2000, dtype=np.int16)
    windows = Windows(512)

    found = [w for i in range(0, 2000, 320) for w in windows.push(sound[i : i + 320])]

    assert [len(w) for w in found] == [512, 512, 512]
    assert np.array_equal(np.concatenate(found), sound[:1536])


def test_a_full_square_wave_is_the_loudest() -> None:
    wave = np.tile(np.array([32767, -32767], np.int16), 256)

    assert loudness(wave) == pytest.approx(0.0, abs=0.01)


def test_half_the_height_is_six_decibels_less() -> None:
    tone = 20_000 * np.sin(np.arange(512) / 4)

    whole, half = loudness(tone.astype(np.int16)), loudness((tone / 2).astype(np.int16))

    assert whole - half == pytest.approx(6.02, abs=0.01)


@pytest.mark.parametrize("level", [0, 1, 900])
def test_sound_that_stands_still_is_silence(level: int) -> None:
    assert loudness(np.full(512, level, np.int16)) == -100
