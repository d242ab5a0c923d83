"""A pool that waits for each answer."""

import threading
from collections.abc import Sequence

import pytest

from assist.errors import RecogniserError
from assist.speech.patient import Patient
from assist.speech.pool import Inline
from assist.speech.recogniser import Heard, Request, to_sound
from assist.speech.scheduler import Scheduler
from assist.speech.scripted import ScriptedRecogniser, coded, say

SOUND = to_sound(coded(0, 500))


class Slow(ScriptedRecogniser):
    """Answer only once it is let go, from a thread that decodes."""

    def __init__(self, going: threading.Event) -> None:
        super().__init__(say("no", start=0))
        self.going = going

    def transcribe(self, requests: Sequence[Request]) -> list[Heard]:
        assert self.going.wait(10)
        return super().transcribe(requests)


def test_who_asks_comes_back_when_the_answer_is_there() -> None:
    going = threading.Event()
    threading.Timer(0.05, going.set).start()
    with Scheduler(Slow(going)) as scheduler:
        future = Patient(scheduler).submit(Request(SOUND))

        assert future.done()
        assert [word.text for word in future.result().words] == ["no"]


def test_an_error_waits_in_the_future() -> None:
    def load(report: object) -> ScriptedRecogniser:
        raise RecogniserError("there is no such model")

    with Scheduler(load=load) as scheduler:
        future = Patient(scheduler).submit(Request(SOUND))

    with pytest.raises(RecogniserError, match="no such model"):
        future.result()


def test_what_nobody_answers_is_given_up_at_once() -> None:
    pool = Patient(Inline(ScriptedRecogniser(())))

    assert pool.submit(Request(SOUND, second=True)).cancelled()


def test_it_has_the_pace_of_its_pool_and_no_figures() -> None:
    pool = Patient(Inline(ScriptedRecogniser(())))

    assert (pool.hop, pool.figures()) == (Inline.hop, {})
