"""No test waits for time to pass: a fake recogniser stands still until it may go on."""

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from threading import Event

import numpy as np
import pytest

from assist.core.schedule import PATIENCE
from assist.errors import CapacityError, RecogniserError
from assist.speech.recogniser import Heard, Recogniser, Report, Request
from assist.speech.scheduler import Scheduler

SOON = 10
"""Seconds after which a test that hangs fails."""


class Gated:
    """Hears the name of each window, once its gate is open."""

    languages = ("en",)

    def __init__(self, *, shut: bool = True) -> None:
        self.entered, self.gate = Event(), Event()
        self.batches: list[str] = []
        if not shut:
            self.gate.set()

    def transcribe(self, requests: Sequence[Request]) -> list[Heard]:
        names = [request.prompt for request in requests]
        self.batches.append(" ".join(names))
        self.entered.set()
        assert self.gate.wait(SOON)
        if "bad" in names:
            raise ValueError("a bad window")
        return [Heard(language=name, guards=("loop",)) for name in names]

    def detect_language(self, samples: object) -> tuple[str, float]:
        return "en", 1.0


class Clock:
    """A clock that is set by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def ask(name: str, *, careful: bool = False, second: bool = False, slack: int = 700) -> Request:
    sound = np.zeros(16_000, np.float32)
    return Request(sound, prompt=name, careful=careful, second=second, slack=slack)


class Occupied:
    """A scheduler whose only worker is at its first window."""

    def __init__(self, *, batch: int = 4, second: Recogniser | None = None) -> None:
        self.ears, self.clock = Gated(), Clock()
        self.pool = Scheduler(self.ears, second=second, batch=batch, clock=self.clock)
        self.first = self.pool.submit(ask("first"))
        assert self.ears.entered.wait(SOON)

    def __enter__(self) -> "Occupied":
        return self

    def __exit__(self, *_: object) -> None:
        self.ears.gate.set()
        self.pool.__exit__(None, None, None)

    def submit(self, *requests: Request) -> "list[Future[Heard]]":
        return [self.pool.submit(request) for request in requests]

    def work(self, *futures: "Future[Heard]") -> list[str]:
        """Let the worker go on until these are answered; return all batches."""
        self.ears.gate.set()
        for future in futures:
            future.exception(SOON)
        return self.ears.batches


def language(future: "Future[Heard]") -> str:
    return future.result(SOON).language


# ---- who comes next ------------------------------------------------------------------------------


def test_a_request_is_answered() -> None:
    with Scheduler(Gated(shut=False)) as pool:
        assert language(pool.submit(ask("a"))) == "a"


def test_finals_overtake_partials() -> None:
    with Occupied(batch=1) as busy:
        waiting = busy.submit(ask("partial"), ask("final", careful=True))

        assert busy.work(*waiting) == ["first", "final", "partial"]


def test_what_is_wanted_earlier_comes_first() -> None:
    with Occupied(batch=1) as busy:
        waiting = busy.submit(ask("late", slack=900), ask("early", slack=100))

        assert busy.work(*waiting) == ["first", "early", "late"]


def test_what_waits_is_decoded_together() -> None:
    with Occupied(batch=3) as busy:
        partials = busy.submit(*(ask(name) for name in "abcd"))
        finals = busy.submit(ask("x", careful=True), ask("y", careful=True))

        assert busy.work(*partials, *finals) == ["first", "x y", "a b c", "d"]
        assert [language(future) for future in partials] == list("abcd")


def test_a_partial_that_was_taken_back_is_never_decoded() -> None:
    with Occupied() as busy:
        old, new = busy.submit(ask("old"), ask("new"))
        assert old.cancel()

        assert busy.work(new) == ["first", "new"]
        assert busy.pool.figures()["partials_dropped"] == 1


def test_what_is_under_work_cannot_be_taken_back() -> None:
    with Occupied() as busy:
        assert not busy.first.cancel()


def test_one_bad_window_does_not_spoil_the_others() -> None:
    with Occupied() as busy:
        good, bad, other = busy.submit(ask("good"), ask("bad"), ask("other"))

        assert busy.work(good, bad, other)[1:] == ["good bad other", "good", "bad", "other"]
        assert (language(good), language(other)) == ("good", "other")
        assert isinstance(bad.exception(SOON), ValueError)


def test_as_many_workers_as_asked_for_work_at_a_time() -> None:
    ears = Gated()
    with Scheduler(ears, workers=2) as pool:
        first = pool.submit(ask("a"))
        assert ears.entered.wait(SOON)
        ears.entered.clear()
        second = pool.submit(ask("b", careful=True))

        assert ears.entered.wait(SOON)
        assert not first.done()
        assert not second.done()
        ears.gate.set()


# ---- second opinions -----------------------------------------------------------------------------


def test_a_second_opinion_comes_from_another_recogniser() -> None:
    better = Gated(shut=False)
    with Scheduler(Gated(shut=False), second=better) as pool:
        pool.submit(ask("opinion", careful=True, second=True)).result(SOON)

    assert better.batches == ["opinion"]


def test_a_second_opinion_waits_until_nobody_else_does() -> None:
    better = Gated(shut=False)
    with Occupied(second=better) as busy:
        opinion, partial = busy.submit(ask("opinion", second=True), ask("partial"))
        assert not better.batches
        busy.work(partial)

        assert language(opinion) == "opinion"


def test_second_opinions_do_not_keep_the_worker() -> None:
    better = Gated()
    with Scheduler(Gated(shut=False), second=better) as pool:
        opinion = pool.submit(ask("opinion", second=True))
        assert better.entered.wait(SOON)

        assert language(pool.submit(ask("partial"))) == "partial"
        assert not opinion.done()
        better.gate.set()


def test_a_second_opinion_that_waited_too_long_is_given_up() -> None:
    with Occupied(second=Gated(shut=False)) as busy:
        (opinion,) = busy.submit(ask("opinion", second=True))
        busy.clock.now = PATIENCE / 1000 + 1
        busy.submit(ask("partial"))

        assert opinion.cancelled()


def test_where_nobody_gives_second_opinions_they_are_given_up_at_once() -> None:
    with Scheduler(Gated(shut=False)) as pool:
        assert pool.submit(ask("opinion", second=True)).cancelled()


# ---- loading -------------------------------------------------------------------------------------


class Slow:
    """Loads a recogniser when it may; tells that it has got to 43 %."""

    def __init__(self, found: Recogniser | Exception) -> None:
        self.found = found
        self.told, self.gate = Event(), Event()

    def __call__(self, report: Report) -> Recogniser:
        report(0.43)
        self.told.set()
        assert self.gate.wait(SOON)
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


def test_requests_wait_for_the_model() -> None:
    slow = Slow(Gated(shut=False))
    with Scheduler(load=slow) as pool:
        waiting = pool.submit(ask("a", careful=True))
        assert slow.told.wait(SOON)
        assert (pool.state, pool.ready, pool.progress) == ("loading", False, "loading 43 %")
        assert pool.figures()["loaded"] == 0.43
        slow.gate.set()

        assert language(waiting) == "a"
        assert (pool.state, pool.ready, pool.progress) == ("ready", True, "ready")
        assert pool.figures()["loaded"] == 1


def test_a_model_that_is_there_is_ready_at_once() -> None:
    with Scheduler(Gated()) as pool:
        assert (pool.state, pool.ready, pool.failure) == ("ready", True, "")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (RecogniserError("There is no such model."), "There is no such model."),
        (OSError("disk"), "The speech model cannot be loaded (disk)."),
    ],
)
def test_a_model_that_does_not_load_answers_everybody(error: Exception, text: str) -> None:
    slow = Slow(error)
    with Scheduler(load=slow) as pool:
        waiting = pool.submit(ask("a", careful=True))
        slow.gate.set()

        with pytest.raises(RecogniserError, match=text.rstrip(".()")[:20]):
            waiting.result(SOON)
        assert str(pool.submit(ask("later")).exception(SOON)) == text
        assert (pool.state, pool.ready, pool.failure) == ("failed", False, text)


def test_something_must_hear() -> None:
    with pytest.raises(ValueError, match="needs a recogniser"):
        Scheduler()


# ---- the end -------------------------------------------------------------------------------------


def when_cancelled(future: "Future[Heard]", then: Callable[[], None]) -> None:
    future.add_done_callback(lambda done: then() if done.cancelled() else None)


def test_closing_finishes_finals_and_cancels_partials() -> None:
    ears = Gated()
    with Scheduler(ears) as pool:
        pool.submit(ask("first"))
        assert ears.entered.wait(SOON)
        final, partial = pool.submit(ask("final", careful=True)), pool.submit(ask("partial"))
        when_cancelled(partial, ears.gate.set)

    assert language(final) == "final"
    assert ears.batches == ["first", "final"]


def test_closing_does_not_wait_for_the_model() -> None:
    slow = Slow(Gated(shut=False))
    with Scheduler(load=slow) as pool:
        final, partial = pool.submit(ask("final", careful=True)), pool.submit(ask("partial"))
    slow.gate.set()

    assert "before the speech model was loaded" in str(final.exception(SOON))
    with pytest.raises(CancelledError):
        partial.result(SOON)


def test_what_comes_after_the_end_is_an_error() -> None:
    with Scheduler(Gated(shut=False)) as pool:
        pass

    assert isinstance(pool.submit(ask("late")).exception(SOON), RecogniserError)


# ---- load ----------------------------------------------------------------------------------------


def test_a_call_is_refused_when_finals_come_late_and_admitted_when_they_do_not() -> None:
    with Occupied() as busy:
        busy.pool.admit("first")
        (final,) = busy.submit(ask("final", careful=True, slack=0))
        busy.clock.now = 3.0

        with pytest.raises(CapacityError, match="no room for another call: with 1 call"):
            busy.pool.admit("second")
        busy.pool.admit("first")
        busy.work(final)
        busy.clock.now = 20.0
        busy.pool.admit("second")


def test_the_room_of_a_call_is_given_back() -> None:
    with Occupied() as busy:
        busy.pool.admit("first")
        busy.submit(ask("final", careful=True, slack=0))
        busy.clock.now = 3.0
        busy.pool.release("first")

        busy.pool.admit("second")


def test_a_backlog_widens_the_hop() -> None:
    with Occupied() as busy:
        busy.submit(ask("a"))
        before = busy.pool.hop
        busy.clock.now = 2.5

        assert (before, busy.pool.hop) == (700, 1500)


def test_partials_are_given_up_when_only_finals_count() -> None:
    with Occupied() as busy:
        (partial,) = busy.submit(ask("a"))
        for second in range(0, 12, 2):
            busy.clock.now = second
            assert busy.pool.hop
        busy.submit(ask("final", careful=True))

        assert partial.cancelled()


def test_the_figures_say_how_it_goes() -> None:
    with Occupied() as busy:
        busy.pool.admit("call")
        final, _ = busy.submit(ask("final", careful=True), ask("partial"))
        busy.clock.now = 0.5
        waiting = busy.pool.figures()
        busy.work(final, _)
        done = busy.pool.figures()

    assert {k: waiting[k] for k in ("waiting", "calls", "queue_age_ms", "hop_ms", "busy")} == {
        "waiting": 2,
        "calls": 1,
        "queue_age_ms": round(1000 / 3),
        "hop_ms": 700,
        "busy": 0.05,
    }
    assert (done["waiting"], done["decodes"], done["guards_loop"]) == (0, 3, 3)
    assert (done["rtf"], done["batch"], done["partials_dropped"]) == (0.167, 1, 0)
    assert done["cores"] >= 0
