"""Who is decoded next: one queue for all channels of all calls, and what it costs to work it off.

Finals come first, then partials, then second opinions; among equals whoever is wanted earliest. It
starts no thread and reads no clock: the time is passed in, in milliseconds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from statistics import fmean
from typing import Generic, TypeVar

from assist.core.measure import Recent, Spans
from assist.core.pace import FINALS_ONLY, Load, Pace

PATIENCE = 30_000
"""A second opinion that has waited so long, in milliseconds, comes too late to correct anything."""
_PACED, _ADMITTED = 2_000, 10_000
"""What counts for the hop, and what for a new call: the last so many milliseconds."""
_LOOK = 100
"""The load is looked at every so many milliseconds: listeners ask for the hop all the time."""

T = TypeVar("T")


class Rank(IntEnum):
    """What goes before what."""

    FINAL = 0
    PARTIAL = 1
    SECOND = 2


_WORDS = (Rank.FINAL, Rank.PARTIAL)


@dataclass(eq=False, slots=True)
class Job(Generic[T]):
    """A request in the queue; all times in milliseconds."""

    item: T
    rank: Rank
    arrived: int
    wanted: int
    """When its answer is wanted."""
    begun: int = 0


class Queue(Generic[T]):
    """Hand out first what matters most, then what is wanted earliest."""

    def __init__(self) -> None:
        self._jobs: list[Job[T]] = []

    def __len__(self) -> int:
        return len(self._jobs)

    def put(self, job: Job[T]) -> None:
        """Let a job wait."""
        self._jobs.append(job)

    def discard(self, job: Job[T]) -> bool:
        """Forget a job that nobody wants any more; tell whether it waited."""
        waited = job in self._jobs
        if waited:
            self._jobs.remove(job)
        return waited

    def waiting(self, *ranks: Rank) -> list[Job[T]]:
        """Return the jobs of these ranks, in the order in which they came."""
        return [job for job in self._jobs if job.rank in ranks]

    def take(
        self,
        most: int,
        ranks: tuple[Rank, ...] = tuple(Rank),
        begin: Callable[[T], bool] = lambda _: True,
    ) -> list[Job[T]]:
        """Take the job that comes next and others of its rank, to be decoded together.

        Args:
            most: jobs in all.
            ranks: others are left where they are.
            begin: tells of each whether it is still wanted; it is dropped if not.
        """
        taken: list[Job[T]] = []
        for job in sorted(self.waiting(*ranks), key=lambda job: (job.rank, job.wanted)):
            if len(taken) == most or (taken and job.rank is not taken[0].rank):
                break
            self._jobs.remove(job)
            if begin(job.item):
                taken.append(job)
        return taken


class Schedule(Generic[T]):
    """The queue, what is under work, and what follows for the hop and for new calls.

    Partials never take the last worker: a decode cannot be broken off, and a final that comes
    while all of them are at partials would wait for as long as a decode lasts.

    Args:
        workers: jobs, or batches of them, under work at a time.
    """

    def __init__(self, *, workers: int = 1) -> None:
        self._workers = workers
        self._queue: Queue[T] = Queue()
        self._running: list[list[Job[T]]] = []
        self._second: Job[T] | None = None
        self._pace = Pace()
        self._waits, self._late = Recent(_PACED), Recent(_ADMITTED)
        self._work = Spans(_ADMITTED)
        self._opened: int | None = None
        self._looked = -_LOOK

    def __len__(self) -> int:
        """Count what waits."""
        return len(self._queue)

    def open(self, at: int) -> None:
        """Begin: how long requests waited for a model that was not there says nothing."""
        self._opened = at

    def put(self, item: T, *, rank: Rank, at: int, slack: int) -> Job[T]:
        """Let a request wait whose answer is wanted within `slack`."""
        job = Job(item, rank, arrived=at, wanted=at + slack)
        self._queue.put(job)
        return job

    def discard(self, job: Job[T], at: int) -> None:
        """Forget a request that was taken back, but not that it waited."""
        if self._queue.discard(job) and job.rank is not Rank.SECOND:
            self._waits.add(at, self._waited(job, at))

    def take(self, most: int, at: int, begin: Callable[[T], bool] = lambda _: True) -> list[Job[T]]:
        """Take finals, or else partials if a worker is left for finals, for one worker."""
        taken = self._queue.take(most, _WORDS if self._has_room else (Rank.FINAL,), begin)
        for job in taken:
            job.begun = at
            self._waits.add(at, self._waited(job, at))
        if taken:
            self._running.append(taken)
        return taken

    def take_second(self, at: int, begin: Callable[[T], bool] = lambda _: True) -> list[Job[T]]:
        """Take a second opinion if nothing else waits or is under work, one at a time."""
        if self._running or self._second or self._queue.waiting(*_WORDS):
            return []
        taken = self._queue.take(1, (Rank.SECOND,), begin)
        if taken:
            (self._second,) = taken
            self._second.begun = at
        return taken

    def done(self, jobs: list[Job[T]], at: int) -> None:
        """Take note that what was taken has been worked off."""
        if jobs == [self._second]:
            self._second = None
            return
        self._running.remove(jobs)
        self._work.add(jobs[0].begun, at)
        for job in jobs:
            if job.rank is Rank.FINAL:
                self._late.add(at, self._lateness(job, at))

    def give_up(self, at: int) -> list[Job[T]]:
        """Return what waits in vain: partials while only finals count, opinions out of date."""
        hopeless = self._queue.waiting(Rank.PARTIAL) if self.hop(at) >= FINALS_ONLY else []
        opinions = self._queue.waiting(Rank.SECOND)
        return hopeless + [job for job in opinions if at - job.arrived > PATIENCE]

    def waiting(self, *ranks: Rank) -> list[Job[T]]:
        """Return the jobs of these ranks that wait, in the order in which they came."""
        return self._queue.waiting(*ranks)

    def hop(self, at: int) -> int:
        """Return how much new speech is worth another partial, in milliseconds."""
        if self._opened is not None and at - self._looked >= _LOOK:
            self._looked = at
            self._pace.update(at, wait=self.wait(at), busy=self._busy(at, _PACED))
        return self._pace.hop

    def wait(self, at: int) -> float:
        """Return how long requests wait, in milliseconds: the mean of the last seconds."""
        waiting = self._queue.waiting(*_WORDS)
        waits = [*self._waits.values(at), *(self._waited(job, at) for job in waiting)]
        return fmean(waits) if waits else 0.0

    def load(self, at: int, *, calls: int) -> Load:
        """Return what the machine has to bear."""
        waiting = [
            lateness
            for job in self._queue.waiting(Rank.FINAL)
            if (lateness := self._lateness(job, at))
        ]
        late = [*self._late.values(at), *waiting]
        return Load(
            calls=calls,
            busy=self._busy(at, _ADMITTED),
            late=fmean(late) if late else 0.0,
            hop=self.hop(at),
        )

    @property
    def _has_room(self) -> bool:
        """Whether one more worker may take partials; a lone one takes what there is."""
        partials = sum(jobs[0].rank is Rank.PARTIAL for jobs in self._running)
        return partials < max(1, self._workers - 1)

    def _busy(self, at: int, reach: int) -> float:
        since = at - reach
        running = sum(at - max(jobs[0].begun, since) for jobs in self._running)
        return min(1.0, (self._work.sum(since) + running) / (reach * self._workers))

    def _waited(self, job: Job[T], at: int) -> int:
        opened = at if self._opened is None else self._opened
        return at - max(job.arrived, opened)

    def _lateness(self, job: Job[T], at: int) -> int:
        opened = at if self._opened is None else self._opened
        return max(0, at - max(job.wanted, opened))
