from assist.events import OverlapDetected, SilenceDetected
from tests.script import Stretch, script, told


def overlaps(customer: list[Stretch], agent: list[Stretch]) -> list[OverlapDetected]:
    events = told(script(customer=customer, agent=agent))
    return [e for e in events if isinstance(e, OverlapDetected)]


def test_half_a_second_of_both_is_an_overlap_told_once() -> None:
    found = overlaps([(0, 8000)], [(3000, 6000)])

    assert [(e.channel, e.start) for e in found] == [("agent", 3000)]
    assert found[0].at >= 3500


def test_it_names_who_came_in() -> None:
    assert [e.channel for e in overlaps([(3000, 6000)], [(0, 8000)])] == ["customer"]


def test_a_short_overlap_is_not_told() -> None:
    assert overlaps([(0, 3300)], [(3000, 6000)]) == []


def test_five_seconds_of_nobody_are_told_once() -> None:
    events = told(script(customer=[(0, 2000)], agent=[(9000, 10_000)], after=1000))

    found = [e for e in events if isinstance(e, SilenceDetected)]
    assert [e.start for e in found] == [2000]
    assert found[0].at == 7000


def test_a_silence_while_on_hold_is_expected() -> None:
    call = script(
        customer=[(0, 2000, "can you look that up")],
        agent=[(2500, 4000, "One moment please.")],
        after=15_000,
    )

    assert [e for e in told(call) if isinstance(e, SilenceDetected)] == []
