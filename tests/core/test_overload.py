"""Many calls on one machine, on simulated time: who waits, who gives way, who is let in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import pytest

from assist.core.pace import FINALS_ONLY, HOPS, refusal
from assist.core.schedule import Job, Rank, Schedule

STEP = 10
SPOKEN, SILENT = 3000, 1000
"""Every call is a row of utterances of 3 s with a second between them."""
COST = {Rank.PARTIAL: (90, 60), Rank.FINAL: (115, 80)}
"""Of the first window of a batch and of each further one, in milliseconds: tiny on a slow core."""
CAPACITY = 10
"""Calls whose partials and finals, in full batches and with the shortest hop, fill that core."""
BATCH = 4


@dataclass(eq=False)
class Speaker:
    """What a listener does: partials while somebody speaks, the newest only, then a final."""

    began: int
    """When its first utterance did; negative times are before the simulation."""
    partial: Job["Window"] | None = None
    asked: int = -SPOKEN


@dataclass(frozen=True, eq=False)
class Window:
    """A stretch of speech that is to be decoded."""

    speaker: Speaker
    end: int


@dataclass
class Machine:
    """One worker and the calls whose windows it decodes."""

    speakers: list[Speaker]
    now: int = 0
    schedule: Schedule[Window] = field(default_factory=Schedule)
    finals: list[tuple[int, int]] = field(default_factory=list)
    """End of speech and delay of its final."""
    partials: list[int] = field(default_factory=list)
    """When one was decoded."""
    asked: int = 0
    """Finals that were asked for."""
    hops: list[int] = field(default_factory=list)
    refusals: list[str | None] = field(default_factory=list)
    _work: list[Job[Window]] = field(default_factory=list)
    _free: int = 0

    def run(self, until: int) -> "Machine":
        if not self.now:
            self.schedule.open(0)
        while self.now < until:
            self._finish()
            for speaker in self.speakers:
                self._speak(speaker)
            for job in self.schedule.give_up(self.now):
                self._drop(job)
            self._begin()
            self._note()
            self.now += STEP
        return self

    def _speak(self, speaker: Speaker) -> None:
        spoken = (self.now - speaker.began) % (SPOKEN + SILENT)
        if spoken < SPOKEN:
            hop = self.schedule.hop(self.now)
            if speaker.partial and self.now - speaker.partial.arrived >= hop:
                self._drop(speaker.partial)
            if not speaker.partial and spoken >= hop and self.now - speaker.asked >= hop:
                speaker.partial = self._put(speaker, Rank.PARTIAL, slack=hop)
                speaker.asked = self.now
        elif spoken == SPOKEN + 200 and self.now > speaker.began:
            if speaker.partial:
                self._drop(speaker.partial)
            self._put(speaker, Rank.FINAL, slack=200)
            self.asked += 1

    def _put(self, speaker: Speaker, rank: Rank, *, slack: int) -> Job[Window]:
        end = self.now - 200 * (rank is Rank.FINAL)
        return self.schedule.put(Window(speaker, end), rank=rank, at=self.now, slack=slack)

    def _drop(self, job: Job[Window]) -> None:
        if job not in self._work:
            self.schedule.discard(job, self.now)
            job.item.speaker.partial = None

    def _begin(self) -> None:
        if not self._work and (taken := self.schedule.take(BATCH, self.now)):
            first, further = COST[taken[0].rank]
            self._work = taken
            self._free = self.now + first + further * (len(taken) - 1)

    def _finish(self) -> None:
        if not self._work or self.now < self._free:
            return
        self.schedule.done(self._work, self.now)
        for job in self._work:
            if job.rank is Rank.FINAL:
                self.finals.append((job.item.end, self.now - job.item.end))
            else:
                self.partials.append(self.now)
                job.item.speaker.partial = None
        self._work = []

    def _note(self) -> None:
        hop = self.schedule.hop(self.now)
        if not self.hops or self.hops[-1] != hop:
            self.hops.append(hop)
        if self.now % 1000 == 0:
            load = self.schedule.load(self.now, calls=len(self.speakers))
            self.refusals.append(refusal(load))

    def delays(self, start: int, end: int) -> list[int]:
        """Return how long the finals of speech took that ended within a stretch."""
        return sorted(delay for spoken, delay in self.finals if start <= spoken < end)


def machine(calls: int) -> Machine:
    """Make a machine with calls that begin at any time; some always end together."""
    chance = Random(calls)
    return Machine(
        [Speaker(began=-STEP * chance.randrange((SPOKEN + SILENT) // STEP)) for _ in range(calls)]
    )


def percentile(values: Sequence[int], share: float) -> int:
    return values[min(len(values) - 1, int(len(values) * share))]


@pytest.fixture(scope="module")
def light() -> Machine:
    return machine(CAPACITY // 2).run(60_000)


@pytest.fixture(scope="module")
def overload() -> Machine:
    """Three times the capacity for a minute, then a fifth of that for half a minute."""
    loaded = machine(3 * CAPACITY).run(60_000)
    loaded.speakers = loaded.speakers[::5]
    return loaded.run(90_000)


@pytest.fixture(scope="module")
def flood() -> Machine:
    """So many calls that finals alone are too much, for 15 s; then half the capacity."""
    loaded = machine(6 * CAPACITY).run(15_000)
    loaded.speakers = loaded.speakers[::12]
    return loaded.run(40_000)


def test_under_light_load_nothing_changes(light: Machine) -> None:
    assert light.hops == [HOPS[0]]
    assert set(light.refusals) == {None}
    assert percentile(light.delays(0, 60_000), 0.95) < 600


@pytest.mark.parametrize("name", ["overload", "flood"])
def test_every_utterance_ends_in_a_final(name: str, request: pytest.FixtureRequest) -> None:
    loaded: Machine = request.getfixturevalue(name)

    assert loaded.asked > 100
    assert len(loaded.finals) >= loaded.asked - 1
    assert not loaded.schedule.waiting(Rank.FINAL)


def test_partials_give_way_first(overload: Machine) -> None:
    assert overload.hops[:4] == list(HOPS)
    assert not [at for at in overload.partials if 10_000 <= at < 60_000]
    assert percentile(overload.delays(10_000, 59_000), 0.95) < 1000


def test_new_calls_are_refused_as_long_as_it_lasts(overload: Machine) -> None:
    assert None not in overload.refusals[5:60]
    assert overload.refusals[-1] is None


def test_finals_come_late_when_they_alone_are_too_much(flood: Machine) -> None:
    assert percentile(flood.delays(10_000, 15_000), 0.5) > 1000
    assert None not in flood.refusals[5:15]


@pytest.mark.parametrize(("name", "falls"), [("overload", 60_000), ("flood", 15_000)])
def test_ten_seconds_after_the_load_fell_words_are_in_time(
    name: str, falls: int, request: pytest.FixtureRequest
) -> None:
    loaded: Machine = request.getfixturevalue(name)

    assert max(loaded.delays(falls + 10_000, falls + 19_000)) < 1000


def test_partials_come_back(overload: Machine) -> None:
    assert overload.hops[-1] == HOPS[0]
    assert FINALS_ONLY in overload.hops
