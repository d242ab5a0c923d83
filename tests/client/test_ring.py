from typing import Any

import pytest

from assist.client.ring import MOST_ITEMS, Piece, Ring
from assist.events import CHANNELS, Channel
from assist.protocol import FORMATS, Frame, Gap, Pause, read_client, unpack

PCM = FORMATS["pcm16", 16_000]


def ring(frames: int = 0, *, seconds: float = 1.0) -> Ring:
    """Return a ring of frames of 100 ms, the agent first; each holds its own number."""
    made = Ring(CHANNELS, seconds=seconds)
    for _ in range(frames):
        add(made)
    return made


def add(made: Ring) -> None:
    """Add one frame."""
    made.frame(CHANNELS[(made.next - 1) % 2], 100, bytes([made.next % 256]) * PCM.octets(100))


def sent(made: Ring, seq: int) -> Any:
    """Return the item that goes over the wire at a place."""
    piece = made.piece(seq)
    if piece is None:
        return None
    if isinstance(piece.wire, bytes):
        return unpack(piece.wire, PCM, 2)
    return read_client(piece.wire)


def test_a_new_ring_is_empty_and_begins_with_one() -> None:
    made = ring()

    assert (made.oldest, made.next, made.piece(1)) == (1, 1, None)


def test_items_are_kept_as_they_are() -> None:
    made = ring(2)

    assert sent(made, 2) == Frame(2, 1, 100, b"\2" * 3200)
    assert made.piece(3) is None


def test_what_is_acknowledged_is_gone() -> None:
    made = ring(3)

    made.acknowledge(2)

    assert (made.oldest, made.next) == (3, 4)
    with pytest.raises(IndexError):
        made.piece(2)


def test_an_acknowledgement_of_everything_leaves_an_empty_ring() -> None:
    made = ring(3)

    made.acknowledge(3)

    assert (made.oldest, made.next, made.piece(4)) == (4, 4, None)


def test_an_old_acknowledgement_changes_nothing() -> None:
    made = ring(3)
    made.acknowledge(2)

    made.acknowledge(1)

    assert made.oldest == 3


def test_a_full_ring_drops_the_oldest_sound_and_keeps_its_place() -> None:
    made = ring(23)

    assert sent(made, 1) == Gap(seq=1, agent=200, customer=100, reason="ring_full", through=3)
    assert sent(made, 4) == Frame(4, 1, 100, b"\4" * 3200)
    assert (made.oldest, made.dropped_ms) == (1, 300)


def test_a_gap_begins_where_the_server_wants_to_go_on() -> None:
    made = ring(23)

    assert sent(made, 3) == Gap(seq=3, agent=100, reason="ring_full", through=3)


def test_a_pause_among_dropped_sound_is_kept_and_splits_the_gap() -> None:
    made = ring(2)
    made.control(Pause(seq=3, reason="card"))
    for _ in range(22):
        add(made)

    assert sent(made, 1) == Gap(seq=1, agent=100, customer=100, reason="ring_full", through=2)
    assert sent(made, 3) == Pause(seq=3, reason="card")
    assert sent(made, 4) == Gap(seq=4, agent=100, customer=100, reason="ring_full", through=5)


def test_sound_that_was_acknowledged_makes_room() -> None:
    made = ring(20)

    made.acknowledge(10)
    for _ in range(10):
        add(made)

    assert made.dropped_ms == 0
    add(made)
    assert made.dropped_ms == 100


def test_a_ring_drops_on_after_dropped_items_were_acknowledged() -> None:
    made = ring(30)
    made.acknowledge(6)

    for _ in range(4):
        add(made)

    assert sent(made, 7) == Gap(seq=7, agent=400, customer=400, reason="ring_full", through=14)


def test_a_ring_holds_no_more_sound_than_it_may() -> None:
    made = ring(500, seconds=0.5)

    kept = [seq for seq in range(1, 501) if isinstance(sent(made, seq), Frame)]

    assert kept == list(range(491, 501))


def test_a_ring_of_dropped_sound_is_bounded_too() -> None:
    made = Ring(("agent",), seconds=0.1)
    for _ in range(MOST_ITEMS):
        made.frame("agent", 20, b"x")

    assert made.full
    with pytest.raises(OverflowError):
        made.frame("agent", 20, b"x")


def test_an_hour_of_dropped_sound_is_one_piece() -> None:
    made = Ring(("agent",), seconds=0.1)
    for _ in range(MOST_ITEMS):
        made.frame("agent", 100, b"x")

    piece = made.piece(1)

    assert piece is not None
    assert piece.last == MOST_ITEMS - 1


def test_a_piece_knows_the_last_item_it_stands_for() -> None:
    made = ring(23)

    piece = made.piece(1)

    assert isinstance(piece, Piece)
    assert piece.last == 3


@pytest.mark.parametrize("channel", ["customer", "agent"])
def test_a_channel_is_named_by_its_place_in_the_hello(channel: Channel) -> None:
    made = Ring(("customer", "agent"), seconds=1)

    made.frame(channel, 100, bytes(3200))

    assert sent(made, 1).channel == ("customer", "agent").index(channel)
