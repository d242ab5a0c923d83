from assist.evaluate.interval import interval


def test_nothing_has_no_interval() -> None:
    assert interval([]) is None
    assert interval([(0, 0), (0, 0)]) is None


def test_calls_that_agree_leave_no_doubt() -> None:
    assert interval([(1, 2), (2, 4), (4, 8)]) == (0.5, 0.5)


def test_more_calls_leave_less_doubt() -> None:
    def width(calls: int) -> float:
        found = interval([(i % 2, 1) for i in range(calls)])
        assert found is not None
        return found[1] - found[0]

    assert width(10) > 2 * width(100) > 0


def test_the_share_lies_within() -> None:
    found = interval([(1, 1), (0, 1), (3, 4), (1, 2), (2, 2)])

    assert found is not None
    assert found[0] < 0.7 < found[1]


def test_calls_in_which_nothing_counts_do_not_count() -> None:
    assert interval([(1, 1), (0, 0), (0, 0)]) == (1.0, 1.0)


def test_the_same_counts_always_have_the_same_interval() -> None:
    counts = [(i % 3, 3) for i in range(20)]

    assert interval(counts) == interval(counts) != interval(counts[:10])
