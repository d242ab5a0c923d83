from collections.abc import Iterator

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from assist.events import Channel
from assist.ingest.audiohook_hearing import Hearing, choose
from assist.ingest.items import Audio, Gap, Item, Pause, Resume
from tests.ingest.exchange import media

BOTH_ROLES: tuple[Channel, Channel] = ("customer", "agent")


def hearing() -> Hearing:
    return Hearing(BOTH_ROLES, form="PCMU", order="little")


def sound(ms: int) -> bytes:
    return b"\xff" * (16 * ms)


def clock(items: list[Item], channel: Channel) -> float:
    """Return how far the items bring the call clock."""
    clock = 0.0
    for item in items:
        if isinstance(item, Audio | Gap) and item.channel == channel:
            clock += item.ms if isinstance(item, Gap) else len(item.pcm) / 8
        elif isinstance(item, Resume):
            clock += item.skipped
    return clock


def test_of_equal_offers_the_first_is_taken() -> None:
    offers = [msgspec.Raw(msgspec.json.encode(media(name))) for name in ("internal", "external")]

    chosen = choose(offers)

    assert chosen is not None
    assert chosen[1].channels == ("internal",)
    assert choose([]) is None


def test_a_frame_longer_than_usual_is_no_jump() -> None:
    heard = hearing()
    list(heard.sound(sound(500)))

    assert list(heard.follow(1_000)) == []
    assert sum(gap.ms for gap in heard.follow(1_501) if isinstance(gap, Gap)) == 2 * 501


def test_the_channels_of_a_gap_take_turns() -> None:
    assert list(hearing().discard(500, 500)) == [
        Gap(channel, ms, "discarded") for ms in (200, 200, 100) for channel in BOTH_ROLES
    ]


def test_a_pause_of_both_ends_when_neither_wants_it() -> None:
    heard = hearing()
    assert heard.stop("agent")
    assert list(heard.pause(0)) == []
    assert heard.go_on(5_000)

    assert list(heard.resume(4_000, 0)) == []
    assert len(list(heard.sound(sound(20)))) == 2


def test_the_times_of_a_session_that_began_late_are_the_clients() -> None:
    heard = Hearing(BOTH_ROLES, form="PCMU", order="little", position=30_000)
    list(heard.sound(sound(200)))

    assert heard.place(100) == 30_100


steps = st.lists(
    st.tuples(
        st.sampled_from(["sound", "discard", "late", "pause", "resume", "lose"]),
        st.integers(1, 900),
    ),
    max_size=40,
)


def play(happening: list[tuple[str, int]]) -> Iterator[tuple[Item, float]]:
    """Yield what a hearing makes of a client, with the client's position and all it skipped."""
    heard, position, resting = hearing(), 0.0, False
    for what, ms in happening:
        items: list[Item] = []
        if what == "sound" and not resting:
            items = list(heard.sound(sound(ms)))
            position += ms
        elif what == "discard" and not resting:
            position += ms
            items = list(heard.discard(ms, position))
        elif what == "late" and not resting:  # the position jumps with the next message only
            items = list(heard.discard(ms, position))
            position += ms
            items += heard.follow(position)
        elif what == "lose" and not resting:
            position += 901 + ms
            items = list(heard.follow(position))
        elif what == "pause":
            items = list(heard.pause(position))
            resting = True
        elif what == "resume" and resting:
            position += ms
            items = list(heard.resume(ms, position))
            resting = False
        yield from ((item, position) for item in items)


@given(steps)
def test_the_call_clock_is_the_clients_position_whatever_is_missing(
    happening: list[tuple[str, int]],
) -> None:
    played = list(play(happening))
    items = [item for item, _ in played]
    moved = [place for item, place in played if isinstance(item, Audio | Gap | Resume)]
    end = moved[-1] if moved else 0.0

    assert clock(items, "agent") == clock(items, "customer") == end


@given(steps)
def test_pauses_and_their_ends_take_turns(happening: list[tuple[str, int]]) -> None:
    turns = [type(item) for item, _ in play(happening) if isinstance(item, Pause | Resume)]

    assert turns == ([Pause, Resume] * len(turns))[: len(turns)]


def test_what_came_before_a_jump_is_found_again() -> None:
    heard = hearing()
    list(heard.sound(sound(1_000)))
    list(heard.discard(500, 1_000))
    list(heard.sound(sound(1_000)))

    assert [heard.place(at) for at in (900, 1_250, 1_500, 2_000)] == [900, 1_000, 1_000, 1_500]
