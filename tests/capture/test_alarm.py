from itertools import pairwise

from assist.capture.alarm import Alarm, Alarms


def test_trouble_is_told_at_once_and_once() -> None:
    alarm = Alarm()

    assert [alarm.push(True, now) for now in (0, 100, 200)] == [True, None, None]


def test_it_is_over_two_seconds_after_it_was_seen_last() -> None:
    alarm = Alarm()
    for now in range(0, 6_000, 100):
        alarm.push(True, now)

    assert alarm.push(False, 7_800) is None
    assert alarm.push(False, 7_900) is False


def test_what_was_told_lasts_five_seconds() -> None:
    alarm = Alarm()
    told = [(now, alarm.push(now % 3_000 == 0, now)) for now in range(0, 20_000, 100)]

    begins = [now for now, change in told if change]

    assert all(later - earlier >= 5_000 for earlier, later in pairwise(begins))


def test_a_trouble_that_comes_back_is_told_at_once() -> None:
    alarm = Alarm()
    alarm.push(True, 0)
    over = [now for now in range(100, 9_000, 100) if alarm.push(False, now) is False]

    assert over == [5_000]
    assert alarm.push(True, 9_000) is True


def test_each_trouble_has_its_own_alarm() -> None:
    alarms = Alarms()

    assert alarms.push({"mic_missing"}, 0) == [("mic_missing", True)]
    assert alarms.push({"mic_missing", "xrun"}, 100) == [("xrun", True)]
    assert alarms.active == ["mic_missing", "xrun"]
    assert alarms.push(set(), 9_000) == [("mic_missing", False), ("xrun", False)]
