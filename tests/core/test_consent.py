"""Consent moves as the table says, and nothing runs without it."""

from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.core.consent import MOVES, PURPOSES, STOPPED, Consents, Purpose, State, initial
from assist.errors import ProtocolError
from assist.events import CHANNELS, Channel

MOVE = st.tuples(
    st.sampled_from(CHANNELS), st.sampled_from(PURPOSES), st.sampled_from(get_args(State))
)
LEGAL = [(a, b) for a, after in MOVES.items() for b in after]


def both(purpose: Purpose, state: State) -> dict[tuple[Channel, Purpose], State]:
    return {(channel, purpose): state for channel in CHANNELS}


@pytest.mark.parametrize(("before", "after"), list(product(get_args(State), repeat=2)))
def test_only_the_moves_of_the_table_are_legal(before: State, after: State) -> None:
    consents = Consents({("agent", "record"): before})

    if (before, after) in LEGAL:
        assert consents.move("agent", "record", after).of("agent", "record") == after
    else:
        with pytest.raises(ProtocolError, match=f"from {before} to {after}"):
            consents.move("agent", "record", after)


def test_sound_is_kept_only_when_both_granted_it() -> None:
    one = Consents({("agent", "record"): "granted", ("customer", "record"): "informed"})

    assert not one.may("record")
    assert one.move("customer", "record", "granted").may("record")


def test_words_are_heard_only_when_both_were_told() -> None:
    assert not Consents({("agent", "assist"): "informed"}).may("assist")
    assert Consents(both("assist", "informed")).may("assist")
    assert not Consents(both("assist", "informed"), basis=False).may("assist")


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("purpose", ["transcript", "review"])
def test_one_side_alone_stops_a_purpose(channel: Channel, purpose: Purpose) -> None:
    told = Consents(both("assist", "informed") | both(purpose, "informed"))

    assert told.may(purpose)
    assert not told.move(channel, purpose, "refused").may(purpose)


def test_without_a_stated_basis_only_the_live_call_is_helped() -> None:
    consents = initial(None)

    assert [p for p in PURPOSES if consents.may(p)] == ["assist", "transcript"]


def test_an_announcement_informs_both_sides() -> None:
    consents = initial(["assist", "review"])

    assert [p for p in PURPOSES if consents.may(p)] == ["assist", "transcript", "review"]
    assert not initial([]).may("assist")


@given(st.lists(MOVE))
def test_no_sequence_of_moves_gets_round_a_refusal(
    moves: list[tuple[Channel, Purpose, State]],
) -> None:
    consents, stopped = initial(["assist"]), set()
    for channel, purpose, state in moves:
        try:
            consents = consents.move(channel, purpose, state)
        except ProtocolError:
            continue
        if state in STOPPED:
            stopped.add(purpose)

    assert not [purpose for purpose in stopped if consents.may(purpose)]
    assert "assist" not in stopped or not (consents.may("transcript") or consents.may("review"))
    if consents.may("record"):
        assert {consents.of(channel, "record") for channel in CHANNELS} == {"granted"}
