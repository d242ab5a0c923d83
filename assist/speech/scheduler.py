"""One queue for the windows of all channels of all calls, and the threads that decode them.

Who comes next is decided in core/schedule.py. CTranslate2 has a queue of its own, without order and
without a way back, so that no more than one job, or batch, for each of its workers is ever inside.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Literal

from assist.core.pace import refusal
from assist.core.schedule import Job, Rank, Schedule
from assist.errors import CapacityError, RecogniserError
from assist.speech.recogniser import Heard, Recogniser, Report, Request
from assist.speech.tally import Tally
from assist.speech.task import Task, hear

Loader = Callable[[Report], Recogniser]
"""Loads a model; it may take its time and tell how far it is."""
State = Literal["loading", "ready", "failed"]


_Jobs = list[Job[Task]]


class Scheduler:
    """Decode the windows of many calls in threads; a context manager.

    Args:
        recogniser: that hears the words; or
        load: what makes it, in a thread of its own, while requests wait.
        second: a better recogniser for second opinions, in a thread of its own.
        workers: decodes at a time, the `inter_threads` of CTranslate2.
        batch: windows that are decoded together when so many wait.
        clock: the machine's own, in seconds.
    """

    def __init__(
        self,
        recogniser: Recogniser | None = None,
        *,
        load: Loader | None = None,
        second: Recogniser | None = None,
        workers: int = 1,
        batch: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if recogniser is None and load is None:
            raise ValueError("a scheduler needs a recogniser or what loads one")
        self._clock = clock
        self._recogniser = recogniser
        self._second = second
        self._batch = batch
        self._changed = threading.Condition()
        """Guards all that follows, and tells of news."""
        self._schedule: Schedule[Task] = Schedule(workers=workers)
        self._tally = Tally(self._now(), cpu=time.process_time())
        self._calls: set[str] = set()
        self._loaded = 0.0
        self._failure = ""
        self._closed = False
        self._threads = [_thread(self._work, f"decode-{n}") for n in range(workers)]
        if second is not None:
            self._threads.append(_thread(self._work_second, "second opinion"))
        if recogniser is not None:
            self._open(recogniser)
        elif load is not None:
            _thread(lambda: self._load(load), "load")

    # ---- what the edges ask for ----------------------------------------------------------------

    @property
    def hop(self) -> int:
        """New speech that is worth another partial now, in milliseconds."""
        with self._changed:
            return self._schedule.hop(self._now())

    def submit(self, request: Request) -> "Future[Heard]":
        """Take a request; its future may be cancelled as long as nobody works on it.

        The future of a second opinion is cancelled at once where nobody gives one, and after half
        a minute of waiting. A final's never is.
        """
        task = Task(request)
        if request.second and self._second is None:
            task.future.cancel()
            return task.future
        with self._changed:
            if self._failure or self._closed:
                text = self._failure or "The recogniser has been closed."
                task.future.set_exception(RecogniserError(text))
                return task.future
            job = self._schedule.put(task, rank=task.rank, at=self._now(), slack=request.slack)
            self._changed.notify_all()
        task.future.add_done_callback(lambda _: self._forget(job))
        self._give_up()
        return task.future

    def admit(self, call_id: str) -> None:
        """Make room for a call.

        Raises:
            CapacityError: there is none; the sentence says why.
        """
        with self._changed:
            reason = refusal(self._schedule.load(self._now(), calls=len(self._calls - {call_id})))
            if reason:
                raise CapacityError(reason)
            self._calls.add(call_id)

    def release(self, call_id: str) -> None:
        """Give the room of a call back."""
        with self._changed:
            self._calls.discard(call_id)

    def figures(self) -> dict[str, float]:
        """Return figures about the machine, by name; docs/design.md says what they mean."""
        with self._changed:
            now = self._now()
            load = self._schedule.load(now, calls=len(self._calls))
            return {
                "queue_age_ms": round(self._schedule.wait(now)),
                "hop_ms": load.hop,
                "waiting": len(self._schedule),
                "calls": load.calls,
                "busy": round(load.busy, 3),
                "late_ms": round(load.late),
                "loaded": round(self._loaded, 2),
                **self._tally.figures(now, cpu=time.process_time()),
            }

    # ---- loading -------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """Whether the model is there."""
        if self._failure:
            return "failed"
        return "ready" if self.ready else "loading"

    @property
    def ready(self) -> bool:
        """Whether words are being heard."""
        return self._recogniser is not None

    @property
    def failure(self) -> str:
        """Why the model could not be loaded, in a sentence; empty if it could, or may yet."""
        return self._failure

    @property
    def progress(self) -> str:
        """The state in words, like `loading 43 %`."""
        return f"loading {100 * self._loaded:.0f} %" if self.state == "loading" else self.state

    def _load(self, load: Loader) -> None:
        try:
            self._open(load(self._report))
        except RecogniserError as error:
            self._fail(str(error))
        except Exception as error:  # models and hubs raise what they like
            self._fail(f"The speech model cannot be loaded ({error}).")

    def _report(self, fraction: float) -> None:
        self._loaded = fraction

    def _open(self, recogniser: Recogniser) -> None:
        with self._changed:
            if self._closed:
                return
            self._recogniser, self._loaded = recogniser, 1.0
            self._schedule.open(self._now())
            self._changed.notify_all()

    def _fail(self, text: str) -> None:
        """Answer all who wait, and all who come, with the reason."""
        with self._changed:
            self._failure = text
            jobs = self._drop(*Rank)
            self._changed.notify_all()
        for job in jobs:
            if job.item.begin():
                job.item.answer(RecogniserError(text))

    # ---- threads -------------------------------------------------------------------------------

    def _work(self) -> None:
        while jobs := self._next(second=False):
            assert self._recogniser is not None, "work begins when the model is there"
            self._decode(self._recogniser, jobs)

    def _work_second(self) -> None:
        while jobs := self._next(second=True):
            assert self._second is not None, "the thread is there for it"
            self._decode(self._second, jobs)

    def _next(self, *, second: bool) -> _Jobs:
        """Wait for work and take it; nothing once there will be no more."""
        with self._changed:
            while True:
                if jobs := self._take(second=second):
                    return jobs
                if self._closed or self._failure:
                    return []
                self._changed.wait()

    def _take(self, *, second: bool) -> _Jobs:
        if not self.ready:
            return []
        if second:
            return self._schedule.take_second(self._now(), Task.begin)
        return self._schedule.take(self._batch, self._now(), Task.begin)

    def _decode(self, recogniser: Recogniser, jobs: _Jobs) -> None:
        tasks = [job.item for job in jobs]
        began = self._now()
        answers = hear(recogniser, [task.request for task in tasks])
        with self._changed:
            now = self._now()
            self._schedule.done(jobs, now)
            if recogniser is self._recogniser:
                self._tally.add(now, now - began, [task.request for task in tasks], answers)
            self._changed.notify_all()
        for task, answer in zip(tasks, answers, strict=True):
            task.answer(answer)
        self._give_up()

    # ---- giving up -----------------------------------------------------------------------------

    def _now(self) -> int:
        return round(self._clock() * 1000)

    def _forget(self, job: Job[Task]) -> None:
        """Take note of what was taken back."""
        if job.item.future.cancelled():
            with self._changed:
                self._schedule.discard(job, self._now())
                self._tally.partials_dropped += job.rank is Rank.PARTIAL

    def _give_up(self) -> None:
        with self._changed:
            hopeless = self._schedule.give_up(self._now())
        for job in hopeless:
            job.item.future.cancel()

    def _drop(self, *ranks: Rank) -> _Jobs:
        jobs = self._schedule.waiting(*ranks)
        for job in jobs:
            self._schedule.discard(job, self._now())
        return jobs

    def __enter__(self) -> "Scheduler":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the finals that wait, cancel the rest; a model that still loads hears nothing."""
        with self._changed:
            self._closed = True
            ready = self.ready
            jobs = self._schedule.waiting(Rank.PARTIAL, Rank.SECOND)
            self._changed.notify_all()
        for job in jobs:
            job.item.future.cancel()
        if not ready and not self._failure:
            self._fail("The program ended before the speech model was loaded.")
        for thread in self._threads:
            thread.join()


def _thread(work: Callable[[], None], name: str) -> threading.Thread:
    """Start a thread that does not keep the program from ending."""
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread
