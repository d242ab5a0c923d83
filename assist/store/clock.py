"""The wall clock of the store; nothing else in it asks what time it is."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], int]
"""Says how many milliseconds have passed since 1970 in UTC."""


def wall_clock() -> int:
    """Read the machine's clock."""
    return int(datetime.now(UTC).timestamp() * 1000)
