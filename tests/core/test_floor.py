import pytest

from assist.core.floor import Floor
from assist.events import Channel, SpeechEnded, SpeechStarted, Tick


def floor_of(*spans: tuple[Channel, int, int], now: int, listening: bool = False) -> Floor:
    """Fold stretches of speech, told as they begin and end, up to `now`."""
    floor = Floor(lambda channel, since: listening and channel == "agent")
    events: list[tuple[int, SpeechStarted | SpeechEnded | Tick]] = [
        (at, Tick(at=at)) for at in range(0, now, 100)
    ]
    for channel, start, end in spans:
        events.append((start, SpeechStarted(at=start, channel=channel, start=start)))
        if end <= now:
            events.append((end, SpeechEnded(at=end, channel=channel, start=start, end=end)))
    for at, event in sorted(events, key=lambda item: item[0]):
        floor.apply(event, at)
    floor.apply(Tick(at=now), now)
    return floor


def test_nobody_holds_the_floor_before_a_second_of_speech() -> None:
    assert floor_of(("customer", 0, 5000), now=900).holder is None


def test_a_second_of_speech_takes_the_floor_from_its_beginning() -> None:
    floor = floor_of(("customer", 200, 5000), now=1300)

    assert (floor.holder, floor.held("customer"), floor.held("agent")) == ("customer", 1100, 0)


def test_short_gaps_stay_within_the_turn() -> None:
    floor = floor_of(("customer", 0, 2000), ("customer", 2600, 5000), now=4000)

    assert floor.turn_length("customer") == 4000


def test_a_gap_of_700_ms_ends_the_turn() -> None:
    floor = floor_of(("customer", 0, 2000), ("customer", 2700, 5000), now=4000)

    assert floor.turn_length("customer") == 1300


def test_the_floor_lapses_after_1500_ms_of_silence() -> None:
    assert floor_of(("customer", 0, 2000), now=3400).holder == "customer"
    assert floor_of(("customer", 0, 2000), now=3500).holder is None


def test_listening_never_moves_the_floor() -> None:
    floor = floor_of(("customer", 0, 2000), ("agent", 2100, 3300), now=3300, listening=True)

    assert floor.holder == "customer"


def test_a_turn_of_the_other_moves_the_floor() -> None:
    floor = floor_of(("customer", 0, 2000), ("agent", 2100, 3300), now=3200)

    assert (floor.holder, floor.since) == ("agent", 2100)


def test_the_floor_stays_while_its_holder_talks_on() -> None:
    floor = floor_of(("customer", 0, 9000), ("agent", 3000, 6000), now=5500)

    assert floor.holder == "customer"


@pytest.mark.parametrize(
    ("start", "end", "expected"), [(0, 5000, 2500), (1500, 2500, 500), (6000, 7000, 0)]
)
def test_spoken_counts_speech_between_two_moments(start: int, end: int, expected: int) -> None:
    floor = floor_of(("customer", 0, 2000), ("customer", 3000, 3500), now=5000)

    assert floor.spoken("customer", start, end) == expected


def test_overlapped_counts_what_both_said_at_once() -> None:
    floor = floor_of(("customer", 0, 4000), ("agent", 3000, 6000), now=6000)

    assert floor.overlapped(0, 6000) == 1000


def test_silence_counts_from_the_last_end() -> None:
    floor = floor_of(("customer", 0, 2000), now=2600)

    assert (floor.silence("customer"), floor.silence("agent")) == (600, 2600)


def test_a_turn_that_begins_over_the_other_is_marked_as_overlap() -> None:
    turn = floor_of(("customer", 0, 4000), ("agent", 3000, 6000), now=5000).sides["agent"].turn

    assert turn is not None
    assert turn.overlap


def test_an_end_without_a_beginning_changes_nothing() -> None:
    floor = floor_of(now=1000)

    floor.apply(SpeechEnded(at=1100, channel="agent", start=0, end=1000), 1100)

    assert floor.sides["agent"].talk_time == 0


def test_old_stretches_are_forgotten() -> None:
    spans: list[tuple[Channel, int, int]] = [
        ("customer", i * 2000, i * 2000 + 500) for i in range(100)
    ]

    floor = floor_of(*spans, now=200_000)

    assert len(floor.sides["customer"].stretches) <= 64
    assert floor.sides["customer"].talk_time == 50_000
