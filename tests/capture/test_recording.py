import numpy as np

from assist.capture.recording import Kept
from tests.capture.card import tone


def test_sound_and_gaps_are_kept_in_their_order() -> None:
    kept = Kept()
    kept.audio("agent", tone(440, 0.1).tobytes(), 100)
    kept.gap("device_lost", agent=40)
    kept.gap("device_lost", customer=140)

    sound = kept.sound()

    assert np.array_equal(sound["agent"][:1600], tone(440, 0.1))
    assert not sound["agent"][1600:].any()
    assert {channel: len(pcm) for channel, pcm in sound.items()} == {
        "agent": 2240,
        "customer": 2240,
    }
    assert kept.missing_ms == {"agent": 40, "customer": 140}


def test_troubles_are_kept_with_their_details() -> None:
    kept = Kept()
    kept.status("mic_missing", active=True, detail="Headset")
    kept.status("mic_missing", active=False)

    assert kept.troubles == {"mic_missing": "Headset"}
