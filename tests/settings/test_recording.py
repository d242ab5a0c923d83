"""What may be set about the sound of live calls."""

import msgspec
import pytest

from assist.settings.recording import Recording


def test_nothing_is_recorded_unless_somebody_says_so() -> None:
    assert not Recording().enabled


@pytest.mark.parametrize("rate", [15_999, 128_001])
def test_a_bit_rate_that_no_call_needs_is_refused(rate: int) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"bit_rate": rate}, Recording)
