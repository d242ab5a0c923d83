import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.core.pace import (
    CALM,
    CALM_BUSY,
    CALM_WAIT,
    FINALS_ONLY,
    HOPS,
    SETTLE,
    WAIT,
    Load,
    Pace,
    refusal,
)


def hops(pace: Pace, start: int, end: int, *, wait: float, busy: float) -> list[int]:
    """Return the hops that a stretch of steady load brings, each once."""
    found = []
    for at in range(start, end, 100):
        pace.update(at, wait=wait, busy=busy)
        if pace.hop not in found:
            found.append(pace.hop)
    return found


def test_a_machine_with_time_to_spare_hears_often() -> None:
    assert hops(Pace(), 0, 60_000, wait=20, busy=0.3) == [700]


@pytest.mark.parametrize(("wait", "busy"), [(WAIT + 1, 0.5), (0, 0.99)])
def test_a_backlog_makes_partials_rarer_until_finals_only(wait: float, busy: float) -> None:
    found = hops(Pace(), 0, 4 * SETTLE, wait=wait, busy=busy)

    assert found == [1500, 3000, FINALS_ONLY]


def test_the_hop_recovers_step_by_step() -> None:
    pace = Pace()
    hops(pace, 0, 4 * SETTLE, wait=1000, busy=1.0)

    assert hops(pace, 8000, 8000 + 3 * CALM, wait=10, busy=0.2) == [60_000, 3000, 1500]
    assert hops(pace, 8000 + 3 * CALM, 9000 + 3 * CALM, wait=10, busy=0.2) == [700]


def test_between_calm_and_spent_nothing_changes() -> None:
    pace = Pace()
    hops(pace, 0, SETTLE, wait=1000, busy=1.0)

    assert hops(pace, 2000, 60_000, wait=200, busy=0.7) == [1500]


def test_a_moment_of_calm_is_not_enough() -> None:
    pace = Pace()
    hops(pace, 0, SETTLE, wait=1000, busy=1.0)
    found = [
        hops(pace, at, at + 1000, wait=0 if at % 2000 else 200, busy=0.2)
        for at in range(2000, 30_000, 1000)
    ]

    assert all(found == [1500] for found in found)


def test_a_step_up_is_not_undone_at_once() -> None:
    for slower, faster in zip(HOPS[1:3], HOPS, strict=False):
        assert CALM_BUSY * slower / faster < 0.97


@given(st.lists(st.tuples(st.integers(0, 3000), st.floats(0, 5000), st.floats(0, 1))))
def test_the_hop_never_skips_a_step(looks: list[tuple[int, float, float]]) -> None:
    pace, at, level = Pace(), 0, 0
    for passed, wait, busy in looks:
        at += passed
        pace.update(at, wait=wait, busy=busy)
        now = HOPS.index(pace.hop)
        assert abs(now - level) <= 1
        assert now <= level or wait > WAIT or busy > 0.95
        assert now >= level or (wait < CALM_WAIT and busy < CALM_BUSY)
        level = now


def test_the_first_call_is_never_refused() -> None:
    assert refusal(Load(calls=0, busy=1.0, late=60_000, hop=FINALS_ONLY)) is None


def test_a_call_that_fits_in_is_admitted() -> None:
    assert refusal(Load(calls=5, busy=0.6, late=50, hop=1500)) is None


def test_a_call_is_admitted_when_partials_can_give_way() -> None:
    assert refusal(Load(calls=5, busy=0.95, hop=700)) is None


@pytest.mark.parametrize(
    ("load", "why"),
    [
        (Load(calls=9, late=1234), "with 9 calls the words already come 1.2 s late"),
        (Load(calls=9, hop=3000), "with 9 calls there is time for new words every 3 s only"),
        (
            Load(calls=9, hop=FINALS_ONLY),
            "with 9 calls there is no time for words before the end of a sentence",
        ),
        (Load(calls=1, busy=0.93, hop=1500), "with 1 call the recogniser is busy 93% of the time"),
    ],
)
def test_a_refusal_says_why(load: Load, why: str) -> None:
    assert refusal(load) == f"There is no room for another call: {why}."
