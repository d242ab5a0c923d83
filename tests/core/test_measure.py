from assist.core.measure import Growth, Recent, Spans


def test_old_values_are_forgotten() -> None:
    recent = Recent(1000)
    recent.add(0, 5.0)
    recent.add(600, 7.0)

    assert recent.values(999) == [5.0, 7.0]
    assert recent.values(1000) == [7.0]


def test_the_mean_is_of_what_is_remembered() -> None:
    recent = Recent(1000)
    recent.add(0, 100.0)
    recent.add(500, 1.0)
    recent.add(600, 2.0)

    assert recent.mean(1200) == 1.5
    assert recent.mean(5000) == 0.0


def test_a_span_counts_from_the_time_that_is_asked_for() -> None:
    spans = Spans(10_000)
    spans.add(0, 1000)
    spans.add(1500, 2000)

    assert spans.sum(0) == 1500
    assert spans.sum(400) == 1100
    assert spans.sum(1900) == 100


def test_old_spans_are_forgotten() -> None:
    spans = Spans(1000)
    spans.add(0, 500)
    spans.add(1000, 2000)

    assert spans.sum(0) == 1000


def test_growth_is_counted_since_the_oldest_reading_that_matters() -> None:
    growth = Growth(1000)

    assert growth.read(0, 0.0) == 0.0
    assert growth.read(500, 1000.0) == 2.0
    assert growth.read(2000, 1150.0) == 0.1
