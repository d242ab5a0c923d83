from assist.store.clock import wall_clock


def test_it_counts_milliseconds_since_1970_and_goes_on() -> None:
    first, second = wall_clock(), wall_clock()

    assert 1_700_000_000_000 < first <= second
