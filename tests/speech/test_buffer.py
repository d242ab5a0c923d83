import numpy as np

from assist.speech.buffer import Buffer
from assist.speech.scripted import coded


def filled(ms: int) -> Buffer:
    buffer = Buffer()
    for at in range(0, ms, 20):
        buffer.push(coded(at, at + 20))
    return buffer


def test_now_is_the_length_of_the_sound() -> None:
    assert filled(100).now == 100


def test_sound_is_taken_by_the_call_clock() -> None:
    sound = filled(200).take(60, 120)

    assert np.array_equal(sound * 32768, coded(60, 120))


def test_forgotten_sound_does_not_move_the_clock() -> None:
    buffer = filled(200)
    buffer.forget(100)

    assert buffer.now == 200
    assert np.array_equal(buffer.take(100, 140) * 32768, coded(100, 140))


def test_what_is_forgotten_is_not_given() -> None:
    buffer = filled(200)
    buffer.forget(100)

    assert np.array_equal(buffer.take(0, 120) * 32768, coded(100, 120))


def test_an_empty_buffer_gives_nothing() -> None:
    assert len(Buffer().take(0, 100)) == 0
