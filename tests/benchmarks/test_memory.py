from benchmarks.memory import growth


def test_growth_counts_from_the_end_of_the_warm_up() -> None:
    curve = [50.0, 80.0, 90.0, *[100.0] * 10, *[103.0] * 10]

    assert growth(curve, 3) == 3.0


def test_one_reading_that_stands_out_is_no_growth() -> None:
    assert growth([*[100.0] * 20, 180.0], 3) == 0.0
