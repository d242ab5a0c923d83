"""Sound that says when it was made."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.core.audio import Samples
from assist.ingest.items import Audio, Gap
from assist.ingest.session import Unacceptable
from assist.ingest.track import ABSURD_MS, Track

RATE = 8_000
FRAME = RATE // 50


def frame(value: int, size: int = FRAME) -> Samples:
    return np.full(size, value, np.int16)


def put(track: Track, *stamps: int) -> list[Audio | Gap]:
    """Push a frame for each stamp, with the stamp's number as its sound, in real time."""
    return [
        item
        for number, at in enumerate(stamps, 1)
        for item in track.push(frame(number), at=at, now=max(stamps))
    ]


def track() -> Track:
    return Track("agent", rate=RATE, since=0)


def runs(items: Iterable[Audio | Gap]) -> list[tuple[int, int]]:
    """Return the sound and the silence as pairs of value and samples."""
    return [
        (0, item.ms * RATE // 1000) if isinstance(item, Gap) else (int(item.pcm[0]), len(item.pcm))
        for item in items
    ]


def test_sound_without_holes_goes_through_as_it_is() -> None:
    assert runs(put(track(), 0, 20, 40)) == [(1, FRAME), (2, FRAME), (3, FRAME)]


def test_a_lost_frame_is_filled_with_its_length() -> None:
    items = put(track(), 0, 40)

    assert runs(items) == [(1, FRAME), (0, FRAME), (2, FRAME)]
    assert [item.reason for item in items if isinstance(item, Gap)] == ["lost"]


def test_a_long_hole_is_filled_to_the_sample() -> None:
    assert runs(put(track(), 0, 20 + 987))[1] == (0, 987 * RATE // 1000)


def test_a_stream_that_begins_late_begins_with_silence() -> None:
    assert runs(put(track(), 300)) == [(0, 300 * RATE // 1000), (1, FRAME)]


def test_a_hole_shorter_than_a_frame_is_no_loss() -> None:
    assert runs(put(track(), 0, 39, 59)) == [(1, FRAME), (2, FRAME), (3, FRAME)]


def test_what_comes_twice_is_dropped() -> None:
    assert runs(put(track(), 0, 20, 0, 20, 40)) == [(1, FRAME), (2, FRAME), (5, FRAME)]


def test_of_a_frame_that_overlaps_only_the_overlap_is_dropped() -> None:
    assert runs(put(track(), 0, 15)) == [(1, FRAME), (2, FRAME - 5 * RATE // 1000)]


def test_the_rounding_of_a_stamp_drops_nothing() -> None:
    here = track()
    size = 125  # 15.625 ms

    items = [
        item
        for number in range(200)
        for item in here.push(frame(1, size), at=number * size * 1000 // RATE, now=5_000)
    ]

    assert runs(items) == [(1, size)] * 200


def test_a_stamp_more_than_a_minute_ahead_of_real_time_is_refused() -> None:
    here = track()

    with pytest.raises(Unacceptable) as refused:
        list(here.push(frame(1), at=ABSURD_MS + 1, now=0))

    assert refused.value.code == 4400


def test_a_hole_of_more_than_a_minute_is_filled_when_it_was_one() -> None:
    here = track()

    items = list(here.push(frame(1), at=5 * ABSURD_MS, now=5 * ABSURD_MS))

    assert runs(items)[0] == (0, 5 * ABSURD_MS * RATE // 1000)


def test_a_stamp_that_goes_back_by_more_than_a_minute_is_refused() -> None:
    here = track()
    list(here.push(frame(1), at=ABSURD_MS, now=ABSURD_MS))

    with pytest.raises(Unacceptable):
        list(here.push(frame(1), at=0, now=ABSURD_MS))


def test_a_new_stream_goes_on_where_the_old_one_was_lost() -> None:
    here = Track("agent", rate=RATE, since=1_000)
    list(here.push(frame(1), at=0, now=1_000))

    here.restart(since=4_000)
    items = [*here.push(frame(2), at=0, now=4_000), *here.push(frame(3), at=20, now=4_020)]

    assert runs(items) == [(0, 2_980 * RATE // 1000), (2, FRAME), (3, FRAME)]


@given(st.lists(st.booleans(), max_size=400).map(lambda lost: [*lost, False]))
def test_sound_and_silence_together_are_the_time_that_passed(lost: list[bool]) -> None:
    here = track()
    came = [number for number, gone in enumerate(lost) if not gone]

    items = [
        item
        for number in came
        for item in here.push(frame(number + 1), at=number * 20, now=number * 20 + 40)
    ]

    assert sum(size for _, size in runs(items)) == len(lost) * FRAME
    position = 0
    for value, size in runs(items):
        assert value in (0, position // FRAME + 1)
        position += size


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(-30, 30)), min_size=1, max_size=100))
def test_stamps_in_any_order_keep_the_track_true_to_a_frame(
    stamps: list[tuple[int, int]],
) -> None:
    here = track()
    told = [max(0, number * 20 + shift) for number, shift in stamps]

    items = put(here, *told)

    length = sum(size for _, size in runs(items)) * 1000 // RATE
    assert max(told) <= length + 20
    assert length <= max(told) + 20
