from assist.core.beat import is_close
from assist.core.floor import Floor
from assist.events import Channel, SpeechEnded, SpeechStarted


def floor(*said: tuple[Channel, int, int], now: int) -> Floor:
    """Return a floor on which was spoken; who speaks beyond `now` still does."""
    made = Floor(lambda channel, since: False)
    for channel, start, end in sorted(said, key=lambda one: one[1]):
        made.apply(SpeechStarted(at=start, channel=channel, start=start), start)
        if end <= now:
            made.apply(SpeechEnded(at=end, channel=channel, start=start, end=end), end)
    made.apply(None, now)
    return made


def test_while_one_speaks_the_beat_is_the_usual() -> None:
    assert not is_close(floor(("customer", 0, 9000), now=5000))
    assert not is_close(floor(("agent", 0, 1000), ("customer", 1200, 9000), now=2000))


def test_while_both_speak_it_is_close() -> None:
    assert is_close(floor(("customer", 0, 9000), ("agent", 4000, 9000), now=4500))


def test_and_shortly_after() -> None:
    both: tuple[tuple[Channel, int, int], ...] = (("customer", 0, 4900), ("agent", 4000, 9000))

    assert is_close(floor(*both, now=5500))
    assert not is_close(floor(*both, now=7000))


def test_when_a_silence_becomes_long_it_is_close_for_a_while() -> None:
    near = [now for now in range(0, 20_000, 100) if is_close(floor(("agent", 0, 1000), now=now))]

    assert 1000 + 4500 in near
    assert 1000 + 5000 in near
    assert max(near) < 1000 + 5000 + 1500


def test_when_the_listener_has_been_silent_for_long_it_is_close() -> None:
    speech: tuple[tuple[Channel, int, int], ...] = (("agent", 0, 1000), ("customer", 1500, 40_000))

    assert not is_close(floor(*speech, now=10_000))
    assert is_close(floor(*speech, now=21_200))
    assert not is_close(floor(*speech, now=30_000))


def test_of_a_channel_that_is_lost_nothing_is_decided() -> None:
    made = floor(("customer", 0, 9000), ("agent", 4000, 9000), now=4500)
    made.lose({"agent"})

    assert not is_close(made)
