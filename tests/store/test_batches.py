import pytest

from assist.store.batches import batch, merged
from tests.store.told import final, started, ticks


def test_a_batch_knows_what_is_new_in_it() -> None:
    whole = batch("c1", 1, [started(), *ticks(2, 5)], {"agent": 3})

    rest = whole.after(3)

    assert [event.seq for event in rest.events] == [4, 5]
    assert len(rest.lines) == 2
    assert rest.positions == {"agent": 3}
    assert whole.octets == sum(len(line) for line in whole.lines) > rest.octets


def test_batches_of_a_call_become_one() -> None:
    first, second = batch("a", 1, ticks(1, 2), {"agent": 1}), batch("b", 1, ticks(1, 1), {})
    third = batch("a", 1, ticks(3, 3), {"agent": 2, "customer": 1})

    one, other = merged([first, second, third])

    assert [event.seq for event in one.events] == [1, 2, 3]
    assert one.positions == {"agent": 2, "customer": 1}
    assert other == second


def test_two_epochs_of_a_call_stay_apart() -> None:
    assert len(merged([batch("a", 1, ticks(1, 1), {}), batch("a", 2, ticks(2, 2), {})])) == 2


@pytest.mark.parametrize("numbers", [(0,), (2, 1), (1, 1)])
def test_events_are_numbered_in_order(numbers: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="not numbered in order"):
        batch("c1", 1, [final(number, "x") for number in numbers], {})
