"""An operator's cue of timing alone; it needs no words."""

import pytest

from assist.events import NumberEvidence
from tests.core.own import played
from tests.script import Stretch, cleared, heard, script

TURN = "[cues.timing]\nturn_s = 10\n"


def measured(cue: str, agent: list[Stretch], customer: list[Stretch]) -> list[tuple[str, int]]:
    """Return what was measured in each detection, and when."""
    events = played(script(agent=agent, customer=customer, after=8000), cue)
    numbers = [(e.evidence[0], e.at) for e in heard(events, "own")]
    return [(n.name, at) for n, at in numbers if isinstance(n, NumberEvidence)]


@pytest.mark.parametrize(
    ("keys", "agent", "customer", "name", "start"),
    [
        ("turn_s = 10", [(0, 14_000)], [], "turn_ms", 10_000),
        ("silence_s = 6", [(0, 2000)], [(2500, 4000)], "silence_ms", 10_000),
        ("overlap_s = 2", [(0, 9000)], [(3000, 9000)], "overlap_ms", 5000),
        ("talk_share = 0.8\nover_s = 20", [(0, 30_000)], [], "talk_share", 20_000),
    ],
)
def test_each_timing_is_noticed_once_when_it_is_reached(
    keys: str, agent: list[Stretch], customer: list[Stretch], name: str, start: int
) -> None:
    ((found, at),) = measured(f"[cues.timing]\n{keys}\n", agent, customer)

    assert found == name
    assert start <= at <= start + 700


@pytest.mark.parametrize(
    ("keys", "agent", "customer"),
    [
        ("turn_s = 10", [(0, 9000)], []),
        ("turn_s = 10", [], [(0, 14_000)]),
        ("silence_s = 9", [(0, 2000)], [(2500, 4000)]),
        ("overlap_s = 2", [(0, 9000)], [(3000, 4500)]),
        ("talk_share = 0.8\nover_s = 20", [(0, 14_000)], [(14_500, 30_000)]),
    ],
)
def test_below_the_limit_nothing_is_noticed(
    keys: str, agent: list[Stretch], customer: list[Stretch]
) -> None:
    assert measured(f"[cues.timing]\n{keys}\n", agent, customer) == []


def test_it_is_over_when_it_no_longer_holds() -> None:
    events = played(script(agent=[(0, 14_000)]), TURN)

    assert [e.reason for e in cleared(events, "own")] == ["cleared"]


def test_it_is_noticed_anew_when_it_comes_again() -> None:
    assert len(measured(TURN, [(0, 12_000), (15_000, 27_000)], [(12_500, 14_500)])) == 2


def test_words_may_say_where_a_timing_counts() -> None:
    cue = '[cues.timing]\nsilence_s = 4\n[cues.after]\nmatch = ["pounds"]\n'

    assert len(measured(cue, [(0, 2000, "It costs ten pounds.")], [])) == 1
    assert measured(cue, [(0, 2000, "It costs nothing.")], []) == []
