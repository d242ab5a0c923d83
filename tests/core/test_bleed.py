from collections.abc import Iterable

import pytest

from assist.core.bleed import ENOUGH, LEAST, Bleed

SILENT = -70.0
SPEECH = (-20.0, -24.0, -18.0, -30.0, -22.0, -45.0)
"""Loudness of spoken windows: syllables and what lies between, in dB of full scale."""


def speech(windows: int) -> list[float]:
    return [SPEECH[i % len(SPEECH)] for i in range(windows)]


def later(source: list[float], *, delay: int, decibels: float) -> list[float]:
    """Return what leaks of a source."""
    leaked = [level - decibels for level in [SILENT] * delay + source]
    return [max(level, SILENT) for level in leaked][: len(source)]


def judge(bleed: Bleed, own: Iterable[float], source: Iterable[float]) -> list[bool]:
    return [bleed.push(*levels) for levels in zip(own, source, strict=True)]


@pytest.mark.parametrize("delay", [0, 2, 4])
@pytest.mark.parametrize("decibels", [15, 20, 25, 30, 35])
def test_the_others_voice_is_held_for_a_leak_from_the_first_word(delay: int, decibels: int) -> None:
    source = speech(200)

    found = judge(Bleed(), later(source, delay=delay, decibels=decibels), source)

    assert all(found)


def test_it_is_still_a_leak_when_the_source_has_just_stopped() -> None:
    bleed = Bleed()
    source = speech(100) + [SILENT] * 4

    found = judge(bleed, later(source, delay=4, decibels=20), source)

    assert all(found)


def test_who_speaks_alone_is_heard() -> None:
    bleed = Bleed()

    assert not any(judge(bleed, speech(100), [SILENT] * 100))


def test_who_speaks_right_after_the_other_is_heard() -> None:
    bleed = Bleed()
    judge(bleed, [SILENT] * 100, speech(100))

    found = judge(bleed, speech(20), [SILENT] * 20)

    assert not any(found[5:])


def test_who_speaks_softly_over_the_other_is_heard_where_nothing_leaks() -> None:
    bleed = Bleed()
    judge(bleed, [SILENT] * 100, speech(100))

    assert not any(judge(bleed, [-45.0] * 20, speech(20)))


def test_who_speaks_over_the_other_is_heard_though_it_leaks() -> None:
    bleed = Bleed()
    source = speech(100)
    judge(bleed, later(source, delay=2, decibels=25), source)

    found = judge(bleed, [level - 12 for level in speech(18)], speech(18))

    assert found.count(False) >= 12


def test_a_long_stretch_of_both_does_not_make_speech_a_leak() -> None:
    bleed = Bleed()

    judge(bleed, [level - 8 for level in speech(300)], speech(300))

    assert bleed.bound == LEAST


def test_nothing_is_learned_from_a_second_of_sound() -> None:
    bleed = Bleed()

    judge(bleed, [SILENT] * ENOUGH, speech(ENOUGH))

    assert bleed.bound == LEAST


def test_it_learns_anew_when_the_leak_grows() -> None:
    bleed = Bleed()
    quiet, loud = speech(100), speech(100)
    judge(bleed, later(quiet, delay=1, decibels=35), quiet)
    judge(bleed, later(loud, delay=1, decibels=20), loud)

    assert 15 <= bleed.bound <= 20


def test_a_source_that_is_all_but_silent_leaks_nothing() -> None:
    assert not any(judge(Bleed(), [-100.0] * 50, [-65.0] * 50))
