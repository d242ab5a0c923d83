import subprocess
import sys

import numpy as np
import pytest

from assist.core.audio import Samples
from assist.speech.vad import Vad


@pytest.fixture
def sound() -> Samples:
    """Two seconds of a buzz that swells and fades, for lack of a voice."""
    t = np.arange(32_256) / 16_000
    buzz = np.sign(np.sin(2 * np.pi * 120 * t)) * np.sin(2 * np.pi * 3 * t)
    return (buzz * 9000).astype(np.int16)


def test_window_by_window_equals_faster_whispers_whole(sound: Samples) -> None:
    from faster_whisper.vad import get_vad_model

    stream = Vad().stream()
    windows = sound.reshape(-1, 512)
    expected = get_vad_model()((sound / 32768).astype(np.float32)).reshape(-1)

    ours = [one for window in windows for one in stream.probabilities([window])]

    # all but the last window, of which faster-whisper zeroes the end by mistake
    assert np.abs(np.array(ours) - expected)[:-1].max() < 1e-3


def test_silence_is_no_speech() -> None:
    stream = Vad().stream()

    assert max(stream.probabilities([np.zeros(512, np.int16)] * 20)) < 0.1


@pytest.mark.parametrize("count", [3, 6, 16])
def test_many_windows_at_once_are_judged_as_one_by_one(sound: Samples, count: int) -> None:
    vad = Vad()
    one, many = vad.stream(), vad.stream()
    windows = list(sound.reshape(-1, 512))
    expected = [each for window in windows for each in one.probabilities([window])]

    found = [
        each
        for i in range(0, len(windows), count)
        for each in many.probabilities(windows[i : i + count])
    ]

    assert np.abs(np.array(expected) - found).max() < 1e-5


def test_streams_do_not_share_their_memory(sound: Samples) -> None:
    vad = Vad()
    first, second = vad.stream(), vad.stream()
    windows = sound.reshape(-1, 512)
    first.probabilities(list(windows[:10]))

    assert second.probabilities([windows[0]]) == vad.stream().probabilities([windows[0]])


def test_the_slow_import_of_faster_whisper_is_not_needed() -> None:
    code = "import sys; from assist.speech.vad import Vad; Vad().stream()"
    code += "; sys.exit('faster_whisper' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_it_tells_how_loud_a_window_is(sound: Samples) -> None:
    stream = Vad().stream()

    loudness = [stream.measure(window) for window in sound.reshape(-1, 512)]

    assert max(loudness) == pytest.approx(-11.2, abs=0.3)
    assert min(loudness) < -25
