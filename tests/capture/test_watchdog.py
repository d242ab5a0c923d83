import numpy as np

from assist.capture.watchdog import Watchdog
from assist.core.audio import Samples
from assist.protocol import Trouble
from tests.capture.card import tone

STEP = 1600
ZEROS = np.zeros(STEP, np.int16)
SPEECH = tone(440, 0.1)
OTHER = tone(700, 0.1)


def watch(
    watchdog: Watchdog, agent: Samples | None, customer: Samples | None, seconds: float
) -> set[Trouble]:
    for _ in range(round(seconds * 10)):
        watchdog.push({"agent": agent, "customer": customer})
    return watchdog.holding


def test_all_is_well_while_both_speak() -> None:
    assert watch(Watchdog(), SPEECH, OTHER, 60) == set()


def test_a_microphone_of_zeros_for_more_than_three_seconds_is_silent() -> None:
    watchdog = Watchdog()

    assert watch(watchdog, ZEROS, OTHER, 3) == set()
    assert watch(watchdog, ZEROS, OTHER, 0.1) == {"mic_silent"}
    assert watch(watchdog, SPEECH, OTHER, 0.1) == set()


def test_a_call_that_begins_with_ten_seconds_of_no_customer_is_told_of() -> None:
    watchdog = Watchdog()

    assert watch(watchdog, SPEECH, ZEROS, 9.9) == set()
    assert watch(watchdog, SPEECH, ZEROS, 0.1) == {"customer_silent"}


def test_a_customer_who_is_silent_while_nobody_speaks_is_no_trouble() -> None:
    watchdog = Watchdog()
    watch(watchdog, SPEECH, OTHER, 1)

    assert watch(watchdog, SPEECH // 500, ZEROS, 60) == set()


def test_a_customer_of_zeros_while_the_agent_speaks_and_speaks_is_told_of() -> None:
    watchdog = Watchdog()
    watch(watchdog, SPEECH, OTHER, 1)

    assert watch(watchdog, SPEECH, ZEROS, 20) == set()
    assert watch(watchdog, SPEECH, ZEROS, 0.1) == {"customer_silent"}


def test_what_never_came_says_nothing_about_silence() -> None:
    assert watch(Watchdog(), None, None, 60) == set()
    assert watch(Watchdog(), None, OTHER, 60) == set()


def test_one_device_on_both_sides_is_seen() -> None:
    assert watch(Watchdog(), SPEECH, SPEECH, 3) == {"same_sound"}


def test_more_than_three_losses_in_a_minute_are_trouble_for_a_minute() -> None:
    watchdog = Watchdog()
    for _ in range(4):
        watch(watchdog, SPEECH, OTHER, 5)
        watchdog.lose()

    assert watchdog.holding == {"xrun"}
    assert watch(watchdog, SPEECH, OTHER, 60) == set()
