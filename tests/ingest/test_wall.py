"""Sound that is timed by its arrival alone."""

from collections.abc import Iterable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.core.audio import Samples
from assist.ingest.items import Audio, Gap
from assist.ingest.wall import AHEAD_MS, QUIET_MS, WallClock

RATE = 8_000
FRAME_MS = 20
JITTER_MS = 60
"""Of the arrivals in the property test."""


def frame(number: int, *, ms: int = FRAME_MS) -> Samples:
    """Return sound that tells which frame it was."""
    return np.full(ms * RATE // 1000, number + 1, np.int16)


def regular(numbers: Iterable[int], *, late: int = 0) -> list[tuple[int, int]]:
    """Return frames with the time at which they arrive, each when it was spoken or `late`."""
    return [(number * FRAME_MS + late, number) for number in numbers]


def played(
    clock: WallClock, arrivals: Iterable[tuple[int, int]], *, until: int = 0
) -> list[Audio | Gap]:
    """Push frames at their times, and ask every 100 ms what time alone brings."""
    items: list[Audio | Gap] = []
    asked = 0
    for now, number in [*arrivals, (until, -1)]:
        while asked + 100 < now:
            asked += 100
            items += clock.wait(asked)
        items += clock.push(frame(number), now) if number >= 0 else clock.wait(now)
    return items


def sound(items: Iterable[Audio | Gap]) -> list[int]:
    """Return what stands at each frame of the channel: a frame's number, or -1 for silence."""
    parts = [
        item.pcm if isinstance(item, Audio) else np.zeros(item.ms * RATE // 1000, np.int16)
        for item in items
    ]
    return [int(value) - 1 for value in np.concatenate(parts)[:: FRAME_MS * RATE // 1000]]


def gaps(items: Iterable[Audio | Gap]) -> list[tuple[int, str]]:
    return [(item.ms, item.reason) for item in items if isinstance(item, Gap)]


def length(items: Iterable[Audio | Gap]) -> int:
    """Return the milliseconds of a channel, sound and silence together."""
    return sum(
        len(item.pcm) * 1000 // item.rate if isinstance(item, Audio) else item.ms for item in items
    )


def clock() -> WallClock:
    return WallClock("agent", rate=RATE)


def test_regular_sound_passes_at_once_and_unchanged() -> None:
    items = played(clock(), regular(range(100)))

    assert sound(items) == list(range(100))
    assert gaps(items) == []


def test_a_stall_of_two_seconds_and_a_burst_lose_nothing_and_add_no_silence() -> None:
    before, after = regular(range(50)), regular(range(150, 250))
    burst = [(150 * FRAME_MS, number) for number in range(50, 150)]

    items = played(clock(), before + burst + after)

    assert sound(items) == list(range(250))
    assert gaps(items) == []


def test_a_burst_that_takes_eighty_milliseconds_is_still_delay() -> None:
    burst = [(2_000 + number, 50 + number) for number in range(80)]
    rest = regular(range(130, 200), late=JITTER_MS)

    items = played(clock(), regular(range(50)) + burst + rest)

    assert [number for number in sound(items) if number >= 0] == list(range(200))


def test_what_was_not_sent_is_silence_of_that_length_at_its_place() -> None:
    items = played(clock(), regular(range(50)) + regular(range(90, 150)))

    assert gaps(items) == [(800, "not_sent")]
    assert sound(items) == [*range(50), *[-1] * 40, *range(90, 150)]


def test_jitter_does_not_change_the_length_of_what_was_not_sent() -> None:
    jitter = [0, 17, 5, 38, 30, 9]
    late = [(now + jitter[i % 6], n) for i, (now, n) in enumerate(regular(range(90, 150)))]

    items = played(clock(), regular(range(50)) + late)

    assert gaps(items) == [(800, "not_sent")]


def test_a_part_that_came_late_and_a_part_that_never_came_are_told_apart() -> None:
    late = [(100 * FRAME_MS, number) for number in range(70, 100)]

    items = played(clock(), regular(range(50)) + late + regular(range(100, 150)))

    assert gaps(items) == [(400, "not_sent")]
    assert sound(items) == [*range(50), *[-1] * 20, *range(70, 150)]


def test_a_hole_of_one_frame_is_made_up_for_without_a_pause() -> None:
    items = played(clock(), regular(range(50)) + regular(range(51, 120)))

    assert gaps(items) == [(FRAME_MS, "not_sent")]
    assert [number for number in sound(items) if number >= 0] == [*range(50), *range(51, 120)]


def test_where_nothing_comes_silence_follows_real_time_after_two_seconds() -> None:
    quiet = clock()
    items = played(quiet, regular(range(50)))

    before = list(quiet.wait(980 + QUIET_MS))
    first = list(quiet.wait(980 + QUIET_MS + 100))
    second = list(quiet.wait(980 + QUIET_MS + 200))

    assert length(items) == 1_000
    assert before == []
    assert gaps(first) == [(QUIET_MS + 100, "not_sent")]
    assert gaps(second) == [(100, "not_sent")]


def test_where_it_is_known_that_nothing_comes_silence_follows_at_once() -> None:
    left = clock()
    items = played(left, regular(range(50)))

    items += list(left.fill(1_180))

    assert gaps(items) == [(200, "not_sent")]


def test_sound_after_a_long_quiet_stands_where_it_arrived() -> None:
    items = played(clock(), regular(range(50)) + regular(range(500, 550)))

    assert sound(items)[500:] == list(range(500, 550))


def test_sound_far_ahead_of_real_time_is_dropped_and_marked_once() -> None:
    flood = [(100, number) for number in range(1, 1_000)]

    items = played(clock(), [(0, 0), *flood])

    assert length(items) <= 100 + FRAME_MS + AHEAD_MS
    assert gaps(items) == [(0, "late")]


def test_the_time_of_a_pause_is_left_out() -> None:
    paused = clock()
    items = played(paused, regular(range(50)))

    paused.pause()
    unheard = [*paused.push(frame(50), 1_000), *paused.wait(30_000)]
    paused.skip(29_000)
    for number in range(51, 101):
        items += paused.push(frame(number), 29_000 + (number - 1) * FRAME_MS)

    assert unheard == []
    assert sound(items) == [*range(50), *range(51, 101)]


def test_a_pause_forgets_what_was_held() -> None:
    held = clock()
    played(held, regular(range(50)))
    assert list(held.push(frame(90), 1_800)) == []

    held.pause()
    held.skip(1_000)

    assert all(isinstance(item, Gap) for item in held.wait(4_000))


def test_a_channel_that_begins_later_is_placed_by_its_arrival() -> None:
    second = WallClock("customer", rate=RATE, origin=1_000)

    items = list(second.push(frame(0), 4_020))

    assert gaps(items) == [(3_000, "not_sent")]
    assert length(items) == 3_020


def test_silence_that_others_placed_is_not_placed_again() -> None:
    second = WallClock("customer", rate=RATE, origin=1_000, placed=2_900)

    items = list(second.push(frame(0), 4_020))

    assert gaps(items) == [(100, "not_sent")]


def test_empty_sound_changes_nothing() -> None:
    assert list(clock().push(np.zeros(0, np.int16), 5)) == []


Trouble = st.one_of(
    st.tuples(st.just("lost"), st.integers(1, 200)),
    st.tuples(st.just("delayed"), st.integers(11, 95)),
)


@settings(deadline=None)  # what it shows has nothing to do with how busy the machine is
@given(
    stretches=st.lists(st.tuples(Trouble, st.integers(1, 100)), max_size=8),
    seed=st.integers(0, 2**16),
)
def test_received_and_inserted_are_what_elapsed_whatever_the_arrivals(
    stretches: list[tuple[tuple[str, int], int]], seed: int
) -> None:
    chance = np.random.default_rng(seed)
    arrivals: list[tuple[int, int]] = [(FRAME_MS, 0)]
    number, lost = 1, 0
    for (kind, count), regularly in [*stretches, (("lost", 0), 100)]:
        after = number + count
        if kind == "delayed":
            arrivals += [(after * FRAME_MS, n) for n in range(number, after)]
        else:
            lost += count
        number = after + regularly
        late = chance.integers(0, JITTER_MS, regularly).tolist()
        arrivals += [((after + i + 1) * FRAME_MS + ms, after + i) for i, ms in enumerate(late)]
    last = 0
    arrivals = [(last := max(last, now), n) for now, n in arrivals]  # a connection keeps the order

    items = played(clock(), arrivals, until=last + 100)

    inserted = sum(ms for ms, _ in gaps(items))
    assert only_sound(items) == [n for _, n in arrivals]
    assert abs(inserted - lost * FRAME_MS) <= FRAME_MS + JITTER_MS
    assert abs(length(items) - number * FRAME_MS) <= FRAME_MS + JITTER_MS


def only_sound(items: Iterable[Audio | Gap]) -> list[int]:
    """Return the numbers of the frames that passed, without the silence."""
    return sound([item for item in items if isinstance(item, Audio)])
