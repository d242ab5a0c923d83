import pytest

from assist.core.delay import FinalDelay
from assist.events import SpeechEnded, TranscriptFinal, Word


@pytest.fixture
def delay() -> FinalDelay:
    """The customer's speech has just ended at 2000 ms."""
    made = FinalDelay()
    ended(made, 1000, 2000)
    return made


def ended(delay: FinalDelay, start: int, end: int) -> None:
    delay.observe(SpeechEnded(at=end + 200, channel="customer", start=start, end=end))


def final(delay: FinalDelay, *, spoken: int, at: int, words: bool = True) -> None:
    said = (Word(text="no", start=spoken - 200, end=spoken),) if words else ()
    delay.observe(
        TranscriptFinal(at=at, utterance="c1", channel="customer", revision=1, words=said)
    )


def test_it_runs_from_the_end_of_speech(delay: FinalDelay) -> None:
    final(delay, spoken=1950, at=2500)

    assert delay.take_worst() == 500


def test_the_worst_since_the_last_time_is_told(delay: FinalDelay) -> None:
    final(delay, spoken=1950, at=2900)
    ended(delay, 4000, 5000)
    final(delay, spoken=5000, at=5400)

    assert [delay.take_worst() for _ in range(2)] == [900, None]


def test_a_short_gap_within_an_utterance_is_not_its_end(delay: FinalDelay) -> None:
    ended(delay, 2300, 3000)
    final(delay, spoken=2900, at=3450)

    assert delay.take_worst() == 450


def test_late_finals_find_their_own_end(delay: FinalDelay) -> None:
    ended(delay, 3000, 4000)
    final(delay, spoken=2000, at=4500)
    first = delay.take_worst()
    final(delay, spoken=4000, at=4600)

    assert (first, delay.take_worst()) == (2500, 600)


def test_a_later_revision_is_no_news(delay: FinalDelay) -> None:
    final(delay, spoken=1950, at=2500)
    delay.take_worst()
    ended(delay, 3000, 4000)
    final(delay, spoken=1960, at=4300)

    assert delay.take_worst() is None


def test_a_final_of_speech_that_goes_on_has_no_delay(delay: FinalDelay) -> None:
    final(delay, spoken=3000, at=3100)

    assert delay.take_worst() is None


def test_a_final_without_words_has_no_delay(delay: FinalDelay) -> None:
    final(delay, spoken=1950, at=2500, words=False)

    assert delay.take_worst() is None
