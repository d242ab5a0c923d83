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
    expected = get_vad_model()((sound / 32768).astype(np.float32)).reshape(-1)

    ours = [stream.probability(window) for window in sound.reshape(-1, 512)]

    # all but the last window, of which faster-whisper zeroes the end by mistake
    assert np.abs(np.array(ours) - expected)[:-1].max() < 1e-3


def test_silence_is_no_speech() -> None:
    stream = Vad().stream()

    assert all(stream.probability(np.zeros(512, np.int16)) < 0.1 for _ in range(20))


def test_streams_do_not_share_their_memory(sound: Samples) -> None:
    vad = Vad()
    first, second = vad.stream(), vad.stream()
    windows = sound.reshape(-1, 512)
    for window in windows[:10]:
        first.probability(window)

    assert second.probability(windows[0]) == vad.stream().probability(windows[0])


def test_the_slow_import_of_faster_whisper_is_not_needed() -> None:
    code = "import sys; from assist.speech.vad import Vad; Vad().stream()"
    code += "; sys.exit('faster_whisper' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_it_tells_how_loud_the_last_window_was(sound: Samples) -> None:
    stream = Vad().stream()
    loudness = []
    for window in sound.reshape(-1, 512):
        stream.probability(window)
        loudness.append(stream.loudness)

    assert max(loudness) == pytest.approx(-11.2, abs=0.3)
    assert min(loudness) < -25
