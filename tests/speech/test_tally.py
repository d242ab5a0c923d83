import numpy as np
import pytest

from assist.speech.recogniser import Heard, Request
from assist.speech.tally import Tally

SECOND = Request(np.zeros(16_000, np.float32))


@pytest.fixture
def tally() -> Tally:
    """Two batches: two windows of a second in 300 ms, then one in 100 ms."""
    made = Tally(0, cpu=1.0)
    made.add(1000, 300, [SECOND, SECOND], [Heard(guards=("doubt",)), ValueError("bad")])
    made.add(2000, 100, [SECOND], [Heard(guards=("doubt", "loop"))])
    return made


def test_decodes_and_guards_are_counted(tally: Tally) -> None:
    figures = tally.figures(2000, cpu=2.0)

    assert figures["decodes"] == 3
    assert [figures[f"guards_{name}"] for name in ("silence", "doubt", "loop")] == [0, 2, 1]


def test_the_real_time_factor_is_compute_over_audio(tally: Tally) -> None:
    assert tally.figures(2000, cpu=2.0)["rtf"] == 0.133


def test_the_batch_is_the_mean_size(tally: Tally) -> None:
    assert tally.figures(2000, cpu=2.0)["batch"] == 1.5


def test_cores_are_processor_time_over_time(tally: Tally) -> None:
    assert tally.figures(2000, cpu=2.5)["cores"] == 0.75


def test_what_is_long_ago_only_counts_in_sums(tally: Tally) -> None:
    figures = tally.figures(60_000, cpu=2.0)

    assert (figures["rtf"], figures["batch"], figures["decodes"]) == (0, 0, 3)
