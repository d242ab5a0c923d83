from collections.abc import Callable, Sequence
from random import Random

import numpy as np
import pytest

from assist.core.audio import Samples
from assist.core.gate import Edge, Gate
from assist.speech.ear import TOGETHER, Ear

Script = Sequence[tuple[float, float]]
"""For each window how likely speech is in it, and its loudness in dB of full scale."""
WINDOW = np.zeros(512, np.int16)


class Reads:
    """A detector that reads from a script, and notes how many windows it is asked for at once."""

    def __init__(self, script: Script) -> None:
        self._script = iter(script)
        self.asked: list[int] = []

    def measure(self, window: Samples) -> float:
        return 0.0

    def probabilities(self, windows: Sequence[Samples]) -> list[float]:
        self.asked.append(len(windows))
        return [next(self._script)[0] for _ in windows]


def hear(script: Script) -> tuple[list[tuple[int, Edge]], list[int]]:
    """Return each edge with the number of the window that brought it, and what was asked."""
    reads = Reads(script)
    ear = Ear(reads)
    edges = [(i, ear.push(WINDOW, loudness)) for i, (_, loudness) in enumerate(script)]
    edges.append((len(script), ear.flush()))
    return [(i, edge) for i, edge in edges if edge], reads.asked


def gate(script: Script) -> list[tuple[int, Edge]]:
    """Return what the gate says that is asked of each window at once."""
    one = Gate()
    edges = [
        (i, one.push(voice, 32, loud=one.measure(loudness, 32)))
        for i, (voice, loudness) in enumerate(script)
    ]
    edges.append((len(script), one.flush()))
    return [(i, edge) for i, edge in edges if edge]


def conversation(random: Random) -> list[tuple[float, float]]:
    """Return windows of speech and silence of random lengths, some of them in between."""
    script: list[tuple[float, float]] = []
    while len(script) < 400:
        likely, loud = random.choice([(0.9, -26), (0.1, -70), (0.45, -50), (0.7, -66), (0.2, -30)])
        length = random.randrange(1, random.choice([4, 8, 60]))
        script += [
            (min(1.0, max(0.0, random.gauss(likely, 0.1))), random.gauss(loud, 4))
            for _ in range(length)
        ]
    return script


@pytest.mark.parametrize("seed", range(50))
def test_what_waits_changes_nothing_and_delays_nothing(seed: int) -> None:
    script = conversation(Random(seed))

    found, asked = hear(script)

    assert found == gate(script)
    assert sum(asked) == len(script)


@pytest.mark.parametrize(
    ("script", "few"),
    [
        ([(0.0, -80.0)] * 160, 10),
        ([(0.9, -26.0)] * 160, 30),
    ],
    ids=["silence", "speech"],
)
def test_the_detector_is_asked_now_and_again(script: Script, few: int) -> None:
    _, asked = hear(script)

    assert len(asked) <= few
    assert max(asked) <= TOGETHER


def test_the_onset_is_heard_with_its_third_window() -> None:
    ((at, edge), _), _ = hear([(0.0, -80.0)] * 10 + [(0.9, -26.0)] * 20)

    assert at == 12
    assert edge == Edge("started", 320, 416, voice=0.9)


def over(ear: Ear, **how: bool) -> Callable[[int], list[Edge]]:
    return lambda count: [
        edge for _ in range(count) if (edge := ear.push(WINDOW, -26.0, **how)) is not None
    ]


def test_what_holds_nobody_but_the_other_is_silence() -> None:
    ear = Ear(Reads([(0.9, 0.0)] * 100))

    assert over(ear, leaked=True)(50) == []
    assert [edge.kind for edge in over(ear)(3)] == ["started"]


def test_what_never_came_ends_no_speech() -> None:
    ear = Ear(Reads([(0.9, 0.0)] * 5 + [(0.0, 0.0)] * 100))
    over(ear)(5)

    assert over(ear, missing=True)(10) == []
    assert [edge.kind for edge in over(ear)(6)] == ["ended"]


def test_the_clock_jumps_over_what_is_not_heard() -> None:
    ear = Ear(Reads([(0.9, 0.0)] * 100))
    over(ear)(1)

    ear.skip(1000)

    (edge,) = over(ear)(2)
    assert (edge.start, edge.end) == (1000, 1096)
