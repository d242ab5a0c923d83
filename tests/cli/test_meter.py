from assist.cli.meter import bar, line


def test_a_bar_grows_with_the_loudness() -> None:
    assert bar(-100.0) == "▯▯▯▯▯▯▯▯"
    assert bar(-36.0) == "▮▮▮▮▯▯▯▯"
    assert bar(-3.0) == "▮▮▮▮▮▮▮▮"


def written(**changed: object) -> str:
    facts: dict[str, object] = {
        "seconds": 75.0,
        "levels": {"agent": -36.0, "customer": -100.0},
        "connected": True,
        "paused": False,
        "waiting": 3,
        "troubles": [],
    }
    return line(**facts | changed)  # type: ignore[arg-type]  # as line wants them


def test_it_says_time_state_and_levels() -> None:
    assert written() == "1:15 live  you ▮▮▮▮▯▯▯▯  customer ▯▯▯▯▯▯▯▯"


def test_a_pause_shows_no_levels() -> None:
    assert written(paused=True) == "1:15 paused"


def test_without_a_server_it_says_that_nothing_is_lost() -> None:
    assert written(connected=False).startswith("1:15 no server, keeping the sound")


def test_a_trouble_is_a_sentence() -> None:
    assert written(troubles=["mic_missing"]).endswith("No microphone: is the headset plugged in?")


def test_what_waits_for_the_server_is_told_when_it_is_much() -> None:
    assert "300 frames wait" in written(waiting=300)
