from hypothesis import given
from hypothesis import strategies as st

from assist.core.pace import FINALS_ONLY, HOPS
from assist.core.schedule import PATIENCE, Job, Queue, Rank, Schedule

FINAL, PARTIAL, SECOND = Rank.FINAL, Rank.PARTIAL, Rank.SECOND


def job(name: str, rank: Rank, wanted: int) -> Job[str]:
    return Job(name, rank, arrived=0, wanted=wanted)


def queue(*jobs: Job[str]) -> Queue[str]:
    made: Queue[str] = Queue()
    for each in jobs:
        made.put(each)
    return made


def names(jobs: list[Job[str]]) -> list[str]:
    return [each.item for each in jobs]


def schedule(**jobs: Rank) -> Schedule[str]:
    """Make a schedule in which these wait since 0, wanted within 700 ms."""
    made: Schedule[str] = Schedule()
    made.open(0)
    for name, rank in jobs.items():
        made.put(name, rank=rank, at=0, slack=700)
    return made


# ---- the queue -----------------------------------------------------------------------------------


def test_what_is_wanted_earliest_comes_first() -> None:
    waiting = queue(job("late", PARTIAL, 900), job("early", PARTIAL, 100))

    assert names(waiting.take(1)) == ["early"]


def test_a_final_overtakes_partials() -> None:
    waiting = queue(job("partial", PARTIAL, 100), job("final", FINAL, 900))

    assert names(waiting.take(1)) == ["final"]


def test_second_opinions_come_last() -> None:
    waiting = queue(job("second", SECOND, 0), job("partial", PARTIAL, 900))

    assert [names(waiting.take(1)) for _ in range(2)] == [["partial"], ["second"]]


def test_only_like_are_taken_together() -> None:
    waiting = queue(
        job("a", FINAL, 1), job("b", PARTIAL, 1), job("c", FINAL, 2), job("d", PARTIAL, 2)
    )

    assert [names(waiting.take(4)) for _ in range(3)] == [["a", "c"], ["b", "d"], []]


def test_no_more_are_taken_than_asked_for() -> None:
    waiting = queue(*(job(str(i), PARTIAL, i) for i in range(5)))

    assert names(waiting.take(3)) == ["0", "1", "2"]
    assert len(waiting) == 2


def test_what_was_taken_back_is_skipped() -> None:
    waiting = queue(job("gone", FINAL, 1), job("wanted", FINAL, 2), job("too", FINAL, 3))

    taken = waiting.take(2, begin=lambda item: item != "gone")

    assert names(taken) == ["wanted", "too"]
    assert not len(waiting)


def test_what_is_discarded_never_comes() -> None:
    first, second = job("a", PARTIAL, 1), job("b", PARTIAL, 2)
    waiting = queue(first, second)

    assert [waiting.discard(first) for _ in range(2)] == [True, False]
    assert names(waiting.take(4)) == ["b"]


@given(
    st.lists(st.tuples(st.sampled_from(Rank), st.integers(0, 50)), max_size=20), st.integers(1, 5)
)
def test_everything_comes_once_and_in_order(put: list[tuple[Rank, int]], most: int) -> None:
    waiting = queue(*(job(str(i), rank, wanted) for i, (rank, wanted) in enumerate(put)))
    batches = iter(lambda: waiting.take(most), [])

    taken = [each for batch in batches for each in batch]

    assert sorted(names(taken)) == sorted(str(i) for i in range(len(put)))
    assert [(each.rank, each.wanted) for each in taken] == sorted(put)


# ---- the schedule --------------------------------------------------------------------------------


def test_second_opinions_are_not_for_the_workers() -> None:
    assert schedule(opinion=SECOND).take(4, 0) == []


def test_a_second_opinion_waits_until_nobody_else_does() -> None:
    busy = schedule(opinion=SECOND, partial=PARTIAL)
    assert busy.take_second(0) == []

    partial = busy.take(4, 0)
    assert busy.take_second(0) == []

    busy.done(partial, 100)
    assert names(busy.take_second(100)) == ["opinion"]


def test_second_opinions_come_one_at_a_time() -> None:
    idle = schedule(first=SECOND, then=SECOND)
    first = idle.take_second(0)
    assert idle.take_second(0) == []

    idle.done(first, 5000)
    assert names(idle.take_second(5000)) == ["then"]


def test_a_second_opinion_out_of_date_is_given_up() -> None:
    waiting = schedule(opinion=SECOND)

    assert waiting.give_up(PATIENCE) == []
    assert names(waiting.give_up(PATIENCE + 1)) == ["opinion"]


def test_the_wait_is_that_of_the_last_seconds() -> None:
    waiting = schedule(a=PARTIAL)
    waiting.take(1, 300)
    waiting.put("b", rank=PARTIAL, at=400, slack=700)

    assert waiting.wait(500) == (300 + 100) / 2
    assert waiting.wait(2400) == 2000


def test_a_wait_in_vain_counts() -> None:
    waiting: Schedule[str] = Schedule()
    waiting.open(0)
    waiting.discard(waiting.put("a", rank=PARTIAL, at=0, slack=700), 600)

    assert waiting.wait(700) == 600


def test_waiting_for_the_model_does_not_count() -> None:
    waiting: Schedule[str] = Schedule()
    waiting.put("a", rank=FINAL, at=0, slack=100)
    assert (waiting.wait(9000), waiting.hop(9000)) == (0, HOPS[0])

    waiting.open(10_000)
    done = waiting.take(1, 10_000)
    waiting.done(done, 10_100)
    assert waiting.wait(10_100) == 0
    assert waiting.load(10_100, calls=1).late == 100


def test_busy_is_the_share_of_the_workers_time() -> None:
    working: Schedule[str] = Schedule(workers=2)
    working.open(0)
    for name in "ab":
        working.put(name, rank=FINAL, at=0, slack=700)
    first, _ = working.take(1, 0), working.take(1, 5000)
    working.done(first, 4000)

    assert working.load(10_000, calls=1).busy == (4000 + 5000) / 20_000


def test_partials_leave_a_worker_to_finals() -> None:
    working: Schedule[str] = Schedule(workers=2)
    working.open(0)
    for name in "ab":
        working.put(name, rank=PARTIAL, at=0, slack=700)

    first = working.take(1, 0)
    assert (names(first), working.take(1, 100)) == (["a"], [])

    working.put("final", rank=FINAL, at=200, slack=100)
    assert names(working.take(1, 200)) == ["final"]

    working.done(first, 300)
    assert names(working.take(1, 300)) == ["b"]


def test_a_final_that_still_waits_counts_as_late() -> None:
    waiting = schedule(final=FINAL)

    assert waiting.load(700, calls=1).late == 0
    assert waiting.load(1700, calls=1).late == 1000


def test_partials_that_wait_are_given_up_when_only_finals_count() -> None:
    waiting = schedule(partial=PARTIAL, final=FINAL)
    for at in range(0, 10_000, 100):
        waiting.hop(at)

    assert waiting.hop(10_000) == FINALS_ONLY
    assert names(waiting.give_up(10_000)) == ["partial"]
