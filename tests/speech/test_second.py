from concurrent.futures import Future

import numpy as np
import pytest

from assist.core.gate import Edge
from assist.core.utterance import Due, ListenerSettings, Utterance
from assist.events import Fault, TranscriptFinal
from assist.speech.recogniser import Heard, Request
from assist.speech.scripted import say
from assist.speech.second import SecondOpinions

REQUEST = Request(np.zeros(0, np.float32), careful=True, second=True)


class Idle:
    """Answer when the test says so."""

    hop = 700

    def __init__(self) -> None:
        self.futures: list[Future[Heard]] = []

    def submit(self, request: Request) -> "Future[Heard]":
        future: Future[Heard] = Future()
        self.futures.append(future)
        return future

    def figures(self) -> dict[str, float]:
        return {}


@pytest.fixture
def pool() -> Idle:
    return Idle()


@pytest.fixture
def opinions(pool: Idle) -> SecondOpinions:
    """A question about an utterance that said "we can do that"."""
    utterance = Utterance("a1", "agent", window=700, opened=1000, knobs=ListenerSettings())
    utterance.turn(Edge("ended", 1000, 2200))
    list(utterance.hear(heard("we can do that").words, Due(700, 2400, careful=True), 2400))
    utterance.final(2600)
    found = SecondOpinions(pool)
    found.ask(utterance, REQUEST)
    return found


def heard(text: str, *guards: str) -> Heard:
    return Heard(say(text, start=300), guards=guards)


def test_other_words_are_a_new_revision_of_the_final(opinions: SecondOpinions, pool: Idle) -> None:
    pool.futures[0].set_result(heard("we can't do that"))

    (final,) = opinions.collect(5000)

    assert isinstance(final, TranscriptFinal)
    assert (final.at, final.utterance, final.revision) == (5000, "a1", 3)
    assert [(word.text, word.start) for word in final.words] == [
        *(("we", 1000), ("can't", 1300), ("do", 1600), ("that", 1900))
    ]


def test_words_may_be_corrected_until_the_answer_is_there(
    opinions: SecondOpinions, pool: Idle
) -> None:
    before = opinions.open_from
    pool.futures[0].set_result(heard("we can't do that"))
    list(opinions.collect(5000))

    assert (before, opinions.open_from) == (700, None)


def test_an_answer_counts_once(opinions: SecondOpinions, pool: Idle) -> None:
    pool.futures[0].set_result(heard("we can't do that"))
    list(opinions.collect(5000))

    assert list(opinions.collect(5020)) == []


def test_nothing_comes_before_the_answer(opinions: SecondOpinions) -> None:
    assert list(opinions.collect(5000)) == []


def test_the_same_words_written_otherwise_change_nothing(
    opinions: SecondOpinions, pool: Idle
) -> None:
    pool.futures[0].set_result(heard("We can do that."))

    assert list(opinions.collect(5000)) == []


def test_an_opinion_of_which_a_guard_doubts_corrects_nothing(
    opinions: SecondOpinions, pool: Idle
) -> None:
    pool.futures[0].set_result(heard("we can't do that", "loop"))

    assert list(opinions.collect(5000)) == []


def test_an_opinion_without_words_corrects_nothing(opinions: SecondOpinions, pool: Idle) -> None:
    pool.futures[0].set_result(heard(""))

    assert list(opinions.collect(5000)) == []


def test_words_outside_the_speech_correct_nothing(opinions: SecondOpinions, pool: Idle) -> None:
    pool.futures[0].set_result(Heard(say("thanks", start=9000)))

    assert list(opinions.collect(5000)) == []


def test_what_the_pool_gave_up_changes_nothing(opinions: SecondOpinions, pool: Idle) -> None:
    pool.futures[0].cancel()

    assert list(opinions.collect(5000)) == []


def test_a_second_model_that_fails_is_not_asked_again(opinions: SecondOpinions, pool: Idle) -> None:
    pool.futures[0].set_exception(RuntimeError("disk."))

    (fault,) = opinions.collect(5000)
    opinions.ask(Utterance("a2", "agent", window=0, opened=0, knobs=ListenerSettings()), REQUEST)

    assert isinstance(fault, Fault)
    assert fault.text == "The second opinion failed (disk): the first opinions stand."
    assert len(pool.futures) == 1


def test_what_is_open_at_the_end_is_taken_back(opinions: SecondOpinions, pool: Idle) -> None:
    opinions.give_up()

    assert pool.futures[0].cancelled()
    assert list(opinions.collect(5000)) == []
