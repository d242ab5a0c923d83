import pytest

from benchmarks.search import POINTS, Search


def run(search: Search, truth: int) -> list[int]:
    asked = []
    while search.next is not None:
        asked.append(search.next)
        search.tell(borne=search.next <= truth)
    return asked


@pytest.mark.parametrize("start", POINTS)
@pytest.mark.parametrize("truth", [0, *POINTS, 40])
def test_the_largest_load_is_found_wherever_it_begins(start: int, truth: int) -> None:
    search = Search(start=start)

    asked = run(search, truth)

    assert search.capacity == max((p for p in POINTS if p <= truth), default=0)
    assert len(asked) == len(set(asked)) <= 6


def test_it_doubles_and_then_halves_what_is_left() -> None:
    assert run(Search(), 6) == [1, 2, 4, 8, 6]
