import pytest

from assist.core.language import AUTO, DOUBTED, ENOUGH, UNSURE, LanguageKeeper
from assist.events import Word


def told(*stretches: tuple[str, float, int, int]) -> LanguageKeeper:
    """Return a keeper that was told language, certainty, start and speech, in this order."""
    keeper = LanguageKeeper(AUTO)
    for language, certainty, start, speech in stretches:
        keeper.tell(language, certainty, start=start, speech=speech)
    return keeper


def said(probability: float, *, length: int = 1000) -> tuple[Word, ...]:
    return (Word(text="so", start=500, end=500 + length, probability=probability),)


def kept() -> LanguageKeeper:
    return told(("en", 0.9, 0, ENOUGH))


def test_a_language_that_is_set_stays() -> None:
    keeper = LanguageKeeper("de")

    keeper.tell("en", 1.0, start=0, speech=9000)
    keeper.judge(said(0.1, length=9000))

    assert keeper.asked == keeper.likeliest == "de"


def test_at_first_the_recogniser_is_to_tell() -> None:
    keeper = LanguageKeeper(AUTO)

    assert (keeper.asked, keeper.likeliest) == ("", "")


def test_before_enough_speech_the_likeliest_is_known_and_not_yet_kept() -> None:
    keeper = told(("de", 0.6, 0, ENOUGH - 1))

    assert (keeper.asked, keeper.likeliest) == ("", "de")


def test_from_enough_speech_on_it_is_kept() -> None:
    keeper = told(("en", 0.6, 0, ENOUGH - 1000), ("en", 0.6, 6000, 1000))
    assert keeper.asked == "en"

    keeper.tell("de", 1.0, start=9000, speech=20_000)
    assert keeper.asked == "en"


def test_long_and_certain_speech_outweighs_a_short_mistake() -> None:
    assert told(("de", 0.5, 0, 700), ("en", 0.9, 2000, 3000)).likeliest == "en"


def test_a_longer_window_about_the_same_speech_counts_in_place_of_the_shorter() -> None:
    keeper = told(("de", 0.9, 0, 3000), ("en", 0.9, 0, 3500))

    assert (keeper.asked, keeper.likeliest) == ("", "en")


def test_a_late_answer_about_a_shorter_window_counts_nothing() -> None:
    assert told(("en", 0.5, 0, 3500), ("de", 0.9, 0, 3000)).likeliest == "en"


def test_a_window_without_speech_counts_nothing() -> None:
    assert told(("en", 0.5, 0, 0)).likeliest == ""


def test_doubtful_words_in_a_row_have_it_told_again() -> None:
    keeper = kept()

    keeper.judge(said(UNSURE - 0.1, length=DOUBTED - 1000))
    assert keeper.asked == "en"

    keeper.judge(said(UNSURE - 0.1))
    assert (keeper.asked, keeper.likeliest) == ("", "en")


@pytest.mark.parametrize("probability", [UNSURE, 0.9])
def test_sure_words_end_the_doubt(probability: float) -> None:
    keeper = kept()

    for words in (said(0.1, length=DOUBTED - 1), said(probability), said(0.1, length=DOUBTED - 1)):
        keeper.judge(words)

    assert keeper.asked == "en"


def test_a_final_without_words_says_nothing() -> None:
    keeper = kept()

    keeper.judge(said(0.1, length=DOUBTED - 1))
    keeper.judge(())
    keeper.judge(said(0.1, length=1))

    assert keeper.asked == ""


@pytest.mark.parametrize("language", ["en", "de"])
def test_after_a_doubt_the_language_that_is_told_is_kept(language: str) -> None:
    keeper = kept()
    keeper.judge(said(0.1, length=DOUBTED))

    keeper.tell(language, 0.8, start=9000, speech=2000)
    assert (keeper.asked, keeper.likeliest) == ("", language)

    keeper.tell(language, 0.8, start=12_000, speech=ENOUGH - 2000)
    assert keeper.asked == language
