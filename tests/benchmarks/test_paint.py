from benchmarks.paint import page_of, summary


def test_a_first_paint_is_judged_by_its_slowest() -> None:
    times = [100.0] * 99 + [301.0]

    assert not summary(times, 300, 1.0)["kept"]
    assert summary(times, 300, 0.95)["kept"]


def test_the_page_names_the_machine_and_each_figure() -> None:
    machine = {"processor": "P", "cores": 2, "memory_gib": 8, "system": "Linux", "python": "3.11"}
    facts = {"command": "python -m benchmarks.paint", "date": "2026-11-22", "commit": "abc"}
    measured = {"first paint": summary([100.0, 120.0, 140.0], 300, 1.0)}

    page = page_of({**facts, "machine": machine, "browser": "Chromium 1", "measured": measured})

    assert "P, 2 cores, 8 GiB, Linux, Python 3.11; Chromium 1" in page
    assert "| first paint | 3 | 120.0 | 140.0 | 140.0 | 300 |" in page
