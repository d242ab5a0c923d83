from collections.abc import Sequence

import numpy as np
import pytest

from assist.core.schedule import Rank
from assist.errors import RecogniserError
from assist.speech.recogniser import Heard, Request
from assist.speech.task import Task, hear

SOUND = np.zeros(1600, np.float32)


class Picky:
    """Hears the language of each window in it; fails where one is bad, and may lose an answer."""

    languages = ("en",)
    loses = False

    def transcribe(self, requests: Sequence[Request]) -> list[Heard]:
        if any(request.language == "bad" for request in requests):
            raise ValueError("a bad window")
        heard = [Heard(language=request.language) for request in requests]
        return heard[1:] if self.loses and len(heard) > 1 else heard

    def detect_language(self, samples: object) -> tuple[str, float]:
        return "en", 1.0


def ask(language: str) -> Request:
    return Request(SOUND, language=language)


@pytest.mark.parametrize(
    ("request_", "rank"),
    [
        (Request(SOUND), Rank.PARTIAL),
        (Request(SOUND, careful=True), Rank.FINAL),
        (Request(SOUND, careful=True, second=True), Rank.SECOND),
    ],
)
def test_finals_go_before_partials_and_second_opinions(request_: Request, rank: Rank) -> None:
    assert Task(request_).rank is rank


def test_what_has_begun_cannot_be_taken_back() -> None:
    task = Task(ask("a"))

    assert task.begin()
    assert not task.future.cancel()


def test_what_was_taken_back_does_not_begin() -> None:
    task = Task(ask("a"))
    task.future.cancel()

    assert not task.begin()


def test_one_bad_window_alone_bears_its_error() -> None:
    first, bad, last = hear(Picky(), [ask("a"), ask("bad"), ask("c")])

    assert (first, last) == (Heard(language="a"), Heard(language="c"))
    assert str(bad) == "a bad window"


def test_answers_that_do_not_match_are_asked_for_again() -> None:
    picky = Picky()
    picky.loses = True

    assert hear(picky, [ask("a"), ask("b")]) == [Heard(language="a"), Heard(language="b")]


def test_an_answer_that_never_comes_is_an_error() -> None:
    class Silent(Picky):
        def transcribe(self, requests: Sequence[Request]) -> list[Heard]:
            return []

    (answer,) = hear(Silent(), [ask("a")])

    assert isinstance(answer, RecogniserError)
    assert str(answer) == "0 answers came for 1 windows."
