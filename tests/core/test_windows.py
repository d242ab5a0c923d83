import pytest

from assist.core.windows import BUCKET, FULL, frames, max_tokens


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0, 1000), (1, 1000), (9, 1100), (29.5, 3000), (40, 3000)]
)
def test_windows_are_as_long_as_the_sound_needs(seconds: float, expected: int) -> None:
    assert frames(int(seconds * 16_000), floor=1000, margin=200) == expected


@pytest.mark.parametrize("length", range(0, 160_000, 7_919))
def test_lengths_come_in_few_sizes_that_hold_sound_and_margin(length: int) -> None:
    found = frames(length, floor=300, margin=50)

    assert found % BUCKET == 0
    assert length / 160 + 50 <= found < max(300, length / 160 + 50) + BUCKET + 1
    assert found <= FULL


def test_long_sound_may_have_more_tokens() -> None:
    assert max_tokens(0.2) < max_tokens(5) == 52
