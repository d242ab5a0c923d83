from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from assist.ingest.coordinates import MOST, Coordinates


def test_both_run_alike_while_there_is_sound() -> None:
    times = Coordinates()
    times.hear(1_000)

    assert (times.clock, times.position) == (1_000, 1_000)
    assert times.place(400) == 400


def test_what_was_not_heard_lies_where_the_sound_stopped() -> None:
    times = Coordinates()
    times.hear(1_000)
    times.jump(6_000)
    times.hear(500)

    assert [times.place(at) for at in (1_000, 3_000, 6_000, 6_200)] == [1_000, 1_000, 1_000, 1_200]


def test_the_sources_word_counts_from_now_on() -> None:
    times = Coordinates()
    times.hear(1_000)
    times.anchor(1_300)
    times.hear(100)

    assert [times.place(at) for at in (900, 1_050)] == [900, 1_350]
    assert times.position == 1_400


def test_sound_that_nobody_hears_moves_the_source_alone() -> None:
    times = Coordinates()
    times.hear(1_000)
    times.miss(200)
    times.miss(200)

    assert (times.clock, times.position) == (1_000, 1_400)


def test_a_jump_can_be_corrected_after_more_was_heard() -> None:
    times = Coordinates()
    times.hear(1_000)
    since = times.jump(3_000)
    times.hear(400)
    times.shift(since, 3_020)

    assert times.clock == 3_420
    assert times.place(3_120) == 1_100
    assert times.place(900) == 900


def test_what_lies_before_all_that_is_kept_is_put_at_its_beginning() -> None:
    times = Coordinates()
    for _ in range(MOST + 5):
        times.hear(10)
        times.jump(times.clock + 10)

    assert times.place(0) == times.place(100) > 0


Moves = list[tuple[str, int]]
moves = st.lists(
    st.tuples(st.sampled_from(["hear", "pause", "discard", "miss"]), st.integers(1, 3_000)),
    min_size=1,
    max_size=40,
)


def played(happening: Moves) -> Iterator[tuple[Coordinates, float, float]]:
    """Yield the coordinates, and for each piece that was heard where it lies in both."""
    times = Coordinates()
    clock = position = 0
    pieces = []
    for what, ms in happening:
        if what == "hear":
            pieces.append((clock, position, ms))
            times.hear(ms)
            clock, position = clock + ms, position + ms
        elif what == "pause":
            clock += ms
            times.jump(clock)
        elif what == "discard":
            clock, position = clock + ms, position + ms
            times.jump(clock)
            times.anchor(position)
        else:
            position += ms
            times.miss(ms)
    for begun, where, length in pieces:
        for inside in (0, length // 2, length - 1):
            yield times, begun + inside, where + inside


@given(moves)
def test_all_that_was_heard_is_found_where_the_source_had_it(happening: Moves) -> None:
    assert all(times.place(at) == where for times, at, where in played(happening))
