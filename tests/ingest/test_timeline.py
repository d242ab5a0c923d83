import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.core.audio import Samples, samples
from assist.events import CHANNELS, AudioGap, Channel
from assist.ingest.items import Audio, Gap
from assist.ingest.timeline import STEP, Step, Timeline


def tone(ms: int, *, rate: int = 16_000, hertz: float = 440, level: int = 8000) -> Samples:
    at = np.arange(ms * rate // 1000) / rate
    return (level * np.sin(2 * np.pi * hertz * at)).astype(np.int16)


def fed(line: Timeline, *items: Audio | Gap) -> list[Step | AudioGap]:
    return [found for item in items for found in line.take(item)]


def steps(found: list[Step | AudioGap]) -> list[Step]:
    return [one for one in found if isinstance(one, Step)]


def gaps(found: list[Step | AudioGap]) -> list[AudioGap]:
    return [one for one in found if isinstance(one, AudioGap)]


def joined(found: list[Step | AudioGap], channel: Channel) -> Samples:
    return np.concatenate([one.sound[channel] for one in steps(found)])


@pytest.fixture
def line() -> Timeline:
    return Timeline(CHANNELS, skew_ms=1_000)


def test_a_step_waits_for_both_channels(line: Timeline) -> None:
    alone = fed(line, Audio("agent", tone(100)))
    both = fed(line, Audio("customer", tone(60)))

    assert alone == []
    assert len(steps(both)) == 3


def test_sound_comes_out_as_it_came_in(line: Timeline) -> None:
    mine, theirs = tone(200), tone(200, hertz=880)
    items = [Audio("agent", mine[:1000]), Audio("customer", theirs), Audio("agent", mine[1000:])]

    found = fed(line, *items)

    assert np.array_equal(joined(found, "agent"), mine)
    assert np.array_equal(joined(found, "customer"), theirs)


def test_a_gap_is_silence_of_its_length_and_is_told(line: Timeline) -> None:
    items: list[Audio | Gap] = [
        Audio("agent", tone(400)),
        Audio("customer", tone(100)),
        Gap("customer", 200, "lost"),
        Audio("customer", tone(100)),
    ]

    found = fed(line, *items)

    (gap,) = gaps(found)
    assert (gap.channel, gap.start, gap.end, gap.reason) == ("customer", 100, 300, "lost")
    assert not joined(found, "customer")[samples(100) : samples(300)].any()
    assert [one.missing for one in steps(found)][5:15] == [("customer",)] * 10


def test_a_channel_far_behind_is_filled_up_and_what_comes_late_is_dropped(line: Timeline) -> None:
    found = fed(line, Audio("agent", tone(1_500)))
    late = fed(line, Audio("customer", tone(1_500)), Audio("customer", tone(100, hertz=880)))
    more = fed(line, Audio("agent", tone(100)))

    assert len(steps(found)) == 75
    assert not joined(found, "customer").any()
    assert steps(late) == []
    (gap,) = gaps(late)
    assert (gap.start, gap.end, gap.reason) == (0, 1_500, "stalled")
    assert np.array_equal(joined(more, "customer"), tone(100, hertz=880))


def test_a_gap_declared_for_what_was_filled_is_not_filled_again(line: Timeline) -> None:
    fed(line, Audio("agent", tone(1_500)))
    fed(line, Gap("customer", 1_500, "device_lost"))
    found = fed(line, Audio("customer", tone(100)), Audio("agent", tone(100)))

    assert len(steps(found)) == 5
    assert np.array_equal(joined(found, "customer"), tone(100))


def test_at_the_end_the_shorter_channel_is_filled_up(line: Timeline) -> None:
    fed(line, Audio("agent", tone(250)), Audio("customer", tone(100)))
    rest = list(line.align())

    assert line.received == line.released
    assert len(steps(rest)) == 8  # 250 ms and the rest of a step


def test_after_a_pause_gaps_stand_where_the_clock_is(line: Timeline) -> None:
    line.jump(5_000)
    found = fed(line, Gap("agent", 100, "lost"), Audio("agent", tone(20)))

    (gap,) = gaps(found)
    assert (gap.start, gap.end) == (5_000, 5_100)


def test_a_channel_that_the_call_does_not_have_is_not_heard() -> None:
    line = Timeline(("agent",), skew_ms=400)

    assert fed(line, Audio("customer", tone(100))) == []
    assert len(steps(fed(line, Audio("agent", tone(100))))) == 5


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
def test_another_rate_is_resampled_to_the_sample(line: Timeline, rate: int) -> None:
    pieces = [tone(1_000, rate=rate)[i : i + 777] for i in range(0, rate, 777)]
    found = fed(line, *(Audio("agent", piece, rate) for piece in pieces))
    found += fed(line, Gap("agent", 20, "lost"), Audio("customer", tone(1_020)))

    sound = joined(found, "agent")
    expected = tone(1_000)
    middle = slice(samples(100), samples(900))
    assert len(sound) == samples(1_020)
    assert np.corrcoef(sound[middle], expected[middle])[0, 1] > 0.999


def test_a_long_gap_takes_no_memory(line: Timeline) -> None:
    found = line.take(Gap("agent", 60_000, "lost"))

    assert sum(isinstance(one, Step) for one in found) == 3_000


PIECES = st.lists(
    st.tuples(st.sampled_from(CHANNELS), st.integers(0, 700), st.booleans()), max_size=30
)


@settings(deadline=None)
@given(PIECES)
def test_both_channels_are_always_of_one_length(pieces: list[tuple[Channel, int, bool]]) -> None:
    line = Timeline(CHANNELS, skew_ms=400)
    owed = dict.fromkeys(CHANNELS, 0)
    found = []
    for channel, ms, lost in pieces:
        owed[channel] += ms
        item = Gap(channel, ms, "lost") if lost else Audio(channel, tone(ms))
        found += list(line.take(item))
    found += list(line.align())

    longest = max(owed.values())
    assert all(len(pcm) == STEP for one in steps(found) for pcm in one.sound.values())
    assert len(steps(found)) == -(-samples(longest) // STEP)
