from pathlib import Path

import pytest

from assist.events import TranscriptFinal
from benchmarks.store import Speaker, call, measure, spread, vocabulary


def test_every_word_is_another_one() -> None:
    assert len(set(vocabulary())) == len(vocabulary()) == 20_000


def test_a_call_is_numbered_and_says_the_same_each_time() -> None:
    first, again = (list(call("c", 3, Speaker(), whole=True)) for _ in range(2))

    assert first == again
    assert [event.seq for event in first] == list(range(1, len(first) + 1))
    assert sum(isinstance(event, TranscriptFinal) for event in first) == 3


def test_the_spread_names_median_and_tail() -> None:
    assert spread([float(n) for n in range(1, 102)]) == {"p50": 51.0, "p95": 96.0, "max": 101.0}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_all_is_measured_on_a_small_store(tmp_path: Path) -> None:
    figures = await measure("", tmp_path / "data", 1000, runs=2)

    assert set(figures["search_ms"]) >= {"rare word", "all"}
    assert figures["open_hour_ms"]["p95"] > 0
