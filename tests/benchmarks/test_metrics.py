import math

import pytest

from assist.events import TranscriptFinal, TranscriptPartial, Word
from assist.speech.scripted import say
from benchmarks.live import Shown
from benchmarks.metrics import erasure, first_shown, heard, laal, percentile
from benchmarks.traffic import Spoken

WORDS = say("no thank you", start=1_000)
SPOKEN = Spoken("agent", 1_000, 1_850, WORDS)


def final(at: float, words: tuple[Word, ...]) -> Shown:
    event = TranscriptFinal(at=0, utterance="a1", channel="agent", revision=2, words=words)
    return Shown(at, event)


def partial(at: float, words: tuple[Word, ...], tail: tuple[Word, ...]) -> Shown:
    event = TranscriptPartial(
        at=0, utterance="a1", channel="agent", revision=1, words=words, tail=tail
    )
    return Shown(at, event)


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(1, 21)]

    assert percentile(values, 0.95) == 19
    assert percentile([3.0], 0.95) == 3
    assert math.isnan(percentile([], 0.5))


def test_the_delay_counts_from_the_end_of_speech_to_the_last_final_with_its_words() -> None:
    shown = [
        final(2_000, WORDS[:2]),
        final(2_300, WORDS[2:]),
        final(9_000, say("bye", start=8_000)),
    ]

    (found,) = heard([SPOKEN], shown)

    assert (found.delay, found.words) == (450, 3)


def test_a_word_whose_beginning_was_clipped_is_found() -> None:
    clipped = Word(text="no", start=WORDS[0].end - 60, end=WORDS[0].end)

    (found,) = heard([SPOKEN], [final(2_000, (clipped, *WORDS[1:]))])

    assert found.words == 3


def test_an_utterance_without_a_final_is_lost() -> None:
    (found,) = heard([SPOKEN], [partial(2_000, WORDS, ())])

    assert (found.delay, found.words) == (math.inf, 0)


def test_laal_of_words_that_come_as_they_are_spoken_is_their_delay() -> None:
    delays = [500.0, 1_500.0, 2_500.0, 3_500.0]

    assert laal(delays, source=4_000, reference=4) == 500


def test_laal_counts_no_word_past_the_first_that_comes_after_the_end() -> None:
    # (1000 - 0 + 5000 - 1000) / 2: the third and fourth say nothing more
    assert laal([1_000, 5_000, 5_000, 5_000], source=4_000, reference=4) == 2_500


def test_laal_does_not_reward_words_that_were_not_said() -> None:
    # the pace is that of the longer text: 4000 / 8, not 4000 / 4
    assert laal([1_000] * 8, source=4_000, reference=4) == pytest.approx(1_000 - 500 * 3.5)


def test_laal_is_the_first_delay_when_all_comes_after_the_end() -> None:
    assert laal([4_400, 4_400], source=4_000, reference=2) == 4_400


def test_erasure_counts_words_after_the_common_beginning() -> None:
    texts = [["no"], ["No,", "I", "sing"], ["no", "I", "think", "so"]]

    assert erasure(texts) == (1, 4)


def test_a_word_is_first_shown_where_it_was_spoken() -> None:
    elsewhere = partial(1_200, say("you", start=4_000), ())
    shown = [elsewhere, partial(1_900, (), WORDS[:2]), final(2_300, WORDS)]

    assert first_shown(WORDS[1], shown) == 1_900
    assert first_shown(WORDS[2], shown) == 2_300
    assert first_shown(say("never", start=1_000)[0], shown) is None
