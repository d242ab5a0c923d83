import numpy as np
import pytest

from assist.speech.decoding import Decoded, before, fill_up, likeliest, to_words


def decoded(*, text: str = "no", log_probability: float = -0.2, no_speech: float = 0.1) -> Decoded:
    return Decoded(
        tokens=[1, 2],
        text=text,
        log_probability=log_probability,
        no_speech=no_speech,
        seconds=2.0,
    )


def test_the_sound_is_kept_and_silence_follows() -> None:
    window = fill_up(np.ones(1600, np.float32), floor=300, margin=50)

    assert window.sum() == 1600
    assert window[:1600].all()


def test_no_text_is_silence() -> None:
    assert decoded(text="").is_silence


def test_unsure_words_are_silence_where_no_speech_is_likely() -> None:
    assert decoded(log_probability=-1.3, no_speech=0.9).is_silence
    assert not decoded(no_speech=0.9).is_silence


def test_silence_is_not_doubtful() -> None:
    assert decoded(log_probability=-1.3).is_doubtful
    assert not decoded(log_probability=-1.3, no_speech=0.9).is_doubtful


def test_words_lie_within_the_window_in_order() -> None:
    alignment = [
        {"word": " No,", "start": 0.5, "end": 0.5, "probability": 0.91239},
        {"word": "", "start": 0.5, "end": 0.6, "probability": 0.5},
        {"word": " never", "start": 0.4, "end": 3.0, "probability": 1.2},
    ]

    words = to_words(alignment, decoded())

    assert [(word.text, word.start, word.end) for word in words] == [
        ("No,", 500, 540),
        ("never", 500, 2000),
    ]
    assert [word.probability for word in words] == [0.912, 1.0]


def test_guards_are_named() -> None:
    assert decoded().guards == ()
    assert decoded(text="", log_probability=-3).guards == ()
    assert decoded(log_probability=-1.3).guards == ("doubt",)
    assert decoded(log_probability=-1.3, no_speech=0.9).guards == ("silence",)
    assert "loop" in decoded(text="we can do " * 9).guards


@pytest.mark.parametrize(("said", "kept"), [(0, 0), (5, 5), (8, 8), (9, 8), (23, 16), (99, 64)])
def test_of_what_was_said_the_end_stands_before_a_window(said: int, kept: int) -> None:
    assert before([], list(range(said))) == list(range(said - kept, said))


def test_hotwords_stand_first_as_far_as_there_is_room() -> None:
    hotwords = [[1] * 10, [2] * 15, [3] * 14]

    assert before(hotwords, []) == [1] * 10 + [3] * 14


@pytest.mark.parametrize("said", [14, 40, 99])
def test_hotwords_leave_what_was_said_in_place(said: int) -> None:
    tokens = before([[-1] * 5, [-2] * 5], list(range(said)))

    assert tokens[:10] == [-1] * 5 + [-2] * 5
    assert tokens[-14:] == list(range(said - 14, said))
    assert len(tokens) % 8 == 0
    assert len(tokens) <= 64


def test_a_word_or_two_before_the_window_are_not_cut_away_for_hotwords() -> None:
    assert before([[-1] * 8, [-2] * 3], [7]) == [-1] * 8 + [-2] * 3 + [7]


def test_the_best_hypothesis_comes_first() -> None:
    hypotheses = [decoded(text="my rooter"), decoded(text="my rudder")]

    assert likeliest(hypotheses, ("router",), "en") is hypotheses[0]


@pytest.mark.parametrize(("log_probability", "chosen"), [(-0.6, 1), (-0.8, 0)])
def test_hypotheses_are_weighed_by_the_probability_of_all_tokens(
    log_probability: float, chosen: int
) -> None:
    hypotheses = [
        decoded(text="my rooter"),
        decoded(text="my router", log_probability=log_probability),
    ]

    assert likeliest(hypotheses, ("router",), "en") is hypotheses[chosen]
