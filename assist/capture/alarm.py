"""When a trouble is told, and when its end: at once, but neither flickers; pure."""

from assist.protocol import Trouble

CALM_MS = 2_000
"""A trouble is over when it has not been seen for so long."""
STEADY_MS = 5_000
"""What was told lasts at least so long: a loose plug does not flicker."""


class Alarm:
    """One trouble."""

    def __init__(self) -> None:
        self.active = False
        self._seen: int | None = None
        self._begun: int | None = None

    def push(self, holds: bool, now: int) -> bool | None:
        """Tell whether the trouble has begun (true) or ended (false); None = nothing new.

        Args:
            holds: whether its condition holds.
            now: milliseconds of a clock that never goes back.
        """
        if holds:
            self._seen = now
        wanted = self._seen is not None and now - self._seen < CALM_MS
        early = self._begun is not None and now - self._begun < STEADY_MS
        if wanted == self.active or (self.active and early):
            return None
        self.active = wanted
        self._begun = now if wanted else self._begun
        return wanted


class Alarms:
    """All troubles of a desk."""

    def __init__(self) -> None:
        self._alarms: dict[Trouble, Alarm] = {}

    @property
    def active(self) -> list[Trouble]:
        """What is wrong now."""
        return [code for code, alarm in self._alarms.items() if alarm.active]

    def push(self, holding: set[Trouble], now: int) -> list[tuple[Trouble, bool]]:
        """Take all troubles that are seen now; return what is to be told."""
        for code in holding:
            self._alarms.setdefault(code, Alarm())
        told = ((code, alarm.push(code in holding, now)) for code, alarm in self._alarms.items())
        return [(code, change) for code, change in told if change is not None]
