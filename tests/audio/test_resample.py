import numpy as np

from assist.audio.resample import Resampler
from tests.audio.sound import pitch, tones


def test_sound_at_16_khz_passes_unchanged() -> None:
    pcm = tones(0.1, 16_000, 2)

    assert Resampler(16_000, 2).push(pcm) is pcm


def test_pieces_give_the_same_sound_as_the_whole() -> None:
    pcm = tones(1, 8_000, 1)
    whole, pieces = Resampler(8_000), Resampler(8_000)

    at_once = np.concatenate([whole.push(pcm), whole.flush()])
    in_turn = np.concatenate(
        [*(pieces.push(pcm[i : i + 160]) for i in range(0, len(pcm), 160)), pieces.flush()]
    )

    assert np.array_equal(at_once, in_turn)


def test_length_and_pitch_survive() -> None:
    resampler = Resampler(44_100, 2)

    pcm = np.concatenate([resampler.push(tones(1, 44_100, 2)), resampler.flush()])

    assert abs(len(pcm) - 16_000) <= 1
    assert [pitch(pcm[:16_000, i]) for i in range(2)] == [440, 880]
