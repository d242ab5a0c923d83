import pytest

from assist.core.guards import compression, is_doubtful, is_loop, is_silence


@pytest.mark.parametrize(
    ("no_speech", "log_probability", "expected"),
    [(0.9, -1.5, True), (0.9, -0.2, False), (0.3, -1.5, False)],
)
def test_silence_needs_both_signs(no_speech: float, log_probability: float, expected: bool) -> None:
    assert is_silence(no_speech=no_speech, log_probability=log_probability) is expected


def test_clear_words_are_not_doubtful() -> None:
    assert not is_doubtful("We can do that.", log_probability=-0.2, tokens=5, seconds=1.5)


def test_unsure_words_are_doubtful() -> None:
    assert is_doubtful("We can do that.", log_probability=-1.2, tokens=5, seconds=1.5)


def test_too_many_words_for_the_time_are_doubtful() -> None:
    assert is_doubtful("We can do that.", log_probability=-0.2, tokens=17, seconds=2)


def test_one_short_word_is_not_too_fast() -> None:
    assert not is_doubtful("No.", log_probability=-0.2, tokens=3, seconds=0.25)


def test_text_that_repeats_itself_is_doubtful() -> None:
    text = "thank you very much " * 12

    assert compression(text) > 2.4
    assert is_doubtful(text, log_probability=-0.2, tokens=48, seconds=20)


@pytest.mark.parametrize(
    "text",
    [
        "thank you thank you thank you thank you",
        "so " * 8,
        "a b c a b c a b c a b c",
        "x y. X, y x y x y",
    ],
)
def test_endless_repetition_is_a_loop(text: str) -> None:
    assert is_loop(text.split())


@pytest.mark.parametrize(
    "text", ["", "no no no no no", "thank you thank you", "yes yes I know I know I know that"]
)
def test_what_people_repeat_is_no_loop(text: str) -> None:
    assert not is_loop(text.split())
