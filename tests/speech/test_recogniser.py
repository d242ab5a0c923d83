import numpy as np

from assist.speech.recogniser import to_sound


def test_16_bit_samples_become_floats_below_one() -> None:
    sound = to_sound(np.array([-32768, 0, 16384], np.int16))

    assert sound.dtype == np.float32
    assert sound.tolist() == [-1, 0, 0.5]
