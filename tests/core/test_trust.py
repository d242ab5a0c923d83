import pytest

from assist.core.trust import DOUBTFUL, Trust
from assist.events import CHANNELS, Channel, Fault


def fault(code: str, *, at: int = 1000, active: bool = True) -> Fault:
    return Fault(at=at, code=code, text="Something is wrong.", active=active)


@pytest.mark.parametrize("code", DOUBTFUL)
def test_a_fault_takes_the_belief_from_its_channels_until_it_ends(code: str) -> None:
    trust = Trust()

    changed = trust.apply(fault(code))

    assert changed
    assert trust.lost == set(DOUBTFUL[code])
    assert trust.apply(fault(code, at=5000, active=False))
    assert trust.lost == frozenset()


@pytest.mark.parametrize("code", ["timing_only", "xrun", "recogniser_failed", "many_voices"])
def test_other_faults_do_not(code: str) -> None:
    trust = Trust()

    assert not trust.apply(fault(code))
    assert trust.covers(CHANNELS, 0)


def test_of_two_faults_both_must_end() -> None:
    trust = Trust()
    trust.apply(fault("mic_silent"))
    trust.apply(fault("same_sound"))

    trust.apply(fault("same_sound", active=False))

    assert trust.lost == {"agent"}


def test_the_same_fault_twice_is_no_news() -> None:
    trust = Trust()
    trust.apply(fault("mic_silent"))

    assert not trust.apply(fault("mic_silent", at=2000))
    assert trust.apply(fault("mic_silent", at=3000, active=False))
    assert not trust.apply(fault("mic_silent", at=4000, active=False))


@pytest.mark.parametrize(("channel", "start", "covered"), [
    ("agent", 4999, False), ("agent", 5000, True), ("customer", 0, True),
])  # fmt: skip
def test_what_began_before_a_channel_came_back_is_not_covered(
    channel: Channel, start: int, covered: bool
) -> None:
    trust = Trust()
    trust.apply(fault("mic_missing"))
    trust.apply(fault("mic_missing", at=5000, active=False))

    assert trust.covers((channel,), start) == covered
