import numpy as np
import pytest

from assist.capture.levels import SWAPPED, find_leak, measure, relation, verdicts
from assist.core.audio import Samples


def talk(seed: int, *, level: float = 3000.0, seconds: int = 10) -> Samples:
    """Return noise in syllables with pauses between, like speech."""
    random = np.random.default_rng(seed)
    t = np.arange(seconds * 16000) / 16000
    spoken = np.sin(np.pi * t * 4) ** 2 * (np.sin(np.pi * t / 2 + seed) > -0.3)
    return np.asarray(random.standard_normal(len(t)) * spoken * level, np.int16)


def leak(source: Samples, decibels: float, *, delay: int) -> Samples:
    """Return what a microphone hears of a source."""
    moved = np.concatenate([np.zeros(delay * 16), source])[: len(source)]
    return np.asarray(moved * 10 ** (-decibels / 20), np.int16)


def test_two_people_who_speak_are_well() -> None:
    assert verdicts(talk(1), talk(2)) == []


def test_a_muted_microphone_is_said_with_what_to_do() -> None:
    (text,) = verdicts(talk(1) * 0, talk(2))

    assert text.startswith("Microphone: nothing but zeros. Is it muted")


def test_a_call_that_plays_elsewhere_is_said() -> None:
    (text,) = verdicts(talk(1), talk(2) * 0)

    assert "Does the call play on this device?" in text


def test_who_does_not_speak_is_asked_to() -> None:
    noise = np.asarray(np.random.default_rng(3).standard_normal(160_000) * 20, np.int16)

    assert verdicts(noise, talk(2)) == ["Microphone: only noise. Speak while it is checked."]


def test_a_microphone_that_distorts_is_said() -> None:
    loud = np.clip(talk(1).astype(np.int32) * 40, -32768, 32767).astype(np.int16)

    assert "too loud" in verdicts(loud, talk(2))[0]


def test_a_crack_in_the_last_moment_is_not_too_loud() -> None:
    crack = np.full(160, 32767, np.int16)

    assert measure(np.concatenate([talk(1), crack])).word == "good"


def test_a_microphone_that_is_too_low_is_said() -> None:
    assert "too low" in verdicts(talk(1, level=20), talk(2))[0]


def test_the_same_sound_on_both_sides_is_said() -> None:
    sound = talk(1)

    assert verdicts(sound, np.roll(sound, 160)) == [
        "Both sides carry the same sound: choose another device for one of them."
    ]


@pytest.mark.parametrize(("decibels", "delay"), [(24, 80), (12, 200)])
def test_a_leak_is_measured(decibels: int, delay: int) -> None:
    customer = talk(2)
    agent = leak(customer, decibels, delay=delay) + talk(5, level=2)

    found = find_leak(agent, customer)

    assert found is not None
    assert abs(found.delay_ms - delay) <= 1
    assert abs(found.level + decibels) <= 1


def test_a_loudspeaker_is_said() -> None:
    customer = talk(2)
    agent = talk(1, level=1500) // 2 + leak(customer, 8, delay=40)

    assert any("use a headset" in text for text in verdicts(agent, customer))


def test_where_nothing_leaks_no_leak_is_found() -> None:
    assert find_leak(talk(1), talk(2)) is None


def test_nothing_at_all_is_no_mistake() -> None:
    nothing = np.zeros(0, np.int16)

    assert measure(nothing).dead
    assert len(verdicts(nothing, nothing)) == 2


def test_swapped_sides_are_known_by_what_leaks_the_wrong_way() -> None:
    call = talk(2)
    microphone = talk(1) + leak(call, 24, delay=60)

    assert verdicts(microphone, call) == []
    assert verdicts(call, microphone) == [SWAPPED]


@pytest.mark.parametrize(
    ("pcm", "word"),
    [
        (talk(1), "good"),
        (talk(1) * 0, "silent"),
        (talk(1, level=20), "too low"),
        (np.clip(talk(1).astype(np.int32) * 40, -32768, 32767).astype(np.int16), "too loud"),
        (np.full(160_000, 100, np.int16), "only noise"),
    ],
)
def test_a_level_is_told_in_a_word(pcm: Samples, word: str) -> None:
    assert measure(pcm).word == word


def test_how_both_sides_belong_together_is_told() -> None:
    call = talk(2)
    alike, heard = relation(talk(1) + leak(call, 24, delay=60), call)

    assert alike.startswith("Both sides are alike by ")
    assert "dB lower, 60 ms later" in heard
    assert relation(call[:100], call[:100]) == []
