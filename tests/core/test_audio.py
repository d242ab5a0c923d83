import numpy as np

from assist.core.audio import RATE, Windows, milliseconds, samples


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
