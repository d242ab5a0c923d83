import pytest

from assist.core.guards import compression, is_doubtful, is_loop, is_phantom, is_silence
from assist.events import Word


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


def said(text: str, *, probability: float = 0.9) -> tuple[Word, ...]:
    return tuple(
        Word(text=word, start=i * 300, end=i * 300 + 250, probability=probability)
        for i, word in enumerate(text.split())
    )


@pytest.mark.parametrize("text", ["No.", "Nein!", "ja", "Okay?", "Thank you."])
def test_a_short_answer_is_no_phantom(text: str) -> None:
    assert not is_phantom(said(text), voice=0.75, stretches=[200])


@pytest.mark.parametrize(
    ("probability", "voice", "length"), [(0.9, 0.6, 300), (0.9, 0.7, 128), (0.4, 0.7, 300)]
)
def test_a_no_with_one_doubt_about_it_is_no_phantom(
    probability: float, voice: float, length: int
) -> None:
    assert not is_phantom(said("No.", probability=probability), voice=voice, stretches=[length])


@pytest.mark.parametrize(
    ("probability", "voice", "length"), [(0.9, 0.6, 128), (0.4, 0.7, 128), (0.4, 0.6, 600)]
)
def test_a_no_with_two_doubts_about_it_is_a_phantom(
    probability: float, voice: float, length: int
) -> None:
    assert is_phantom(said("No.", probability=probability), voice=voice, stretches=[length])


def test_where_hardly_anybody_spoke_words_must_be_surer() -> None:
    words = said("I can't", probability=0.65)

    assert is_phantom(words, voice=0.53, stretches=[480])
    assert not is_phantom(words, voice=0.66, stretches=[480])


def test_several_short_noises_are_not_one_long_word() -> None:
    assert is_phantom(said("I can't"), voice=0.55, stretches=[160, 160, 160])


def test_unsure_words_of_a_clear_voice_are_no_phantom() -> None:
    assert not is_phantom(said("It sprung again", probability=0.3), voice=0.9, stretches=[1200])


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for watching!",
        "Thank you for watching.",
        "Untertitel der Amara.org-Community",
        "Untertitelung des ZDF, 2020",
    ],
)
@pytest.mark.parametrize(("voice", "spoken"), [(0.6, 3000), (0.9, 600)])
def test_the_credits_of_videos_are_phantoms(text: str, voice: float, spoken: int) -> None:
    assert is_phantom(said(text), voice=voice, stretches=[spoken])


def test_what_sounds_like_credits_but_was_spoken_is_none() -> None:
    assert not is_phantom(said("Thanks for watching"), voice=0.9, stretches=[1300])


def test_credits_within_a_sentence_are_none() -> None:
    assert not is_phantom(said("thank you for watching my cat"), voice=0.6, stretches=[600])


def test_thanks_that_nobody_spoke_are_a_phantom() -> None:
    assert is_phantom(said("Thank you."), voice=0.55, stretches=[600])


def test_one_unsure_word_over_seconds_is_a_phantom() -> None:
    assert is_phantom(said("you", probability=0.4), voice=0.9, stretches=[2500])


def test_one_clear_word_before_a_long_sigh_is_none() -> None:
    assert not is_phantom(said("No."), voice=0.9, stretches=[2500])


def test_nothing_is_no_phantom() -> None:
    assert not is_phantom((), voice=0.1, stretches=[100])
