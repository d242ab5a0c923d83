"""What decoding came to: counts since the start, and how the last seconds went."""

from collections import Counter
from collections.abc import Sequence

from assist.core.audio import RATE
from assist.core.measure import Growth, Recent
from assist.speech.recogniser import Heard, Request

GUARDS = ("silence", "doubt", "loop")
_RECENT = 10_000
"""The last so many milliseconds."""


class Tally:
    """Add up what the workers did; all times are passed in, in milliseconds.

    Args:
        at: now.
        cpu: seconds of processor time that the program has taken so far.
    """

    def __init__(self, at: int, *, cpu: float) -> None:
        self.partials_dropped = 0
        self._decodes = 0
        self._guards: Counter[str] = Counter()
        self._took, self._sound, self._sizes = (Recent(_RECENT) for _ in range(3))
        self._cores = Growth(_RECENT)
        self._cores.read(at, cpu * 1000)

    def add(
        self,
        at: int,
        took: int,
        requests: Sequence[Request],
        answers: Sequence[Heard | Exception],
    ) -> None:
        """Count a batch of windows and what was heard in them."""
        self._decodes += len(requests)
        self._took.add(at, took)
        self._sizes.add(at, len(requests))
        self._sound.add(at, sum(len(request.sound) for request in requests) * 1000 / RATE)
        for answer in answers:
            if isinstance(answer, Heard):
                self._guards.update(answer.guards)

    def figures(self, at: int, *, cpu: float) -> dict[str, float]:
        """Return the figures by name.

        Args:
            at: now.
            cpu: seconds of processor time that the program has taken so far.
        """
        sound = sum(self._sound.values(at))
        return {
            "cores": round(self._cores.read(at, cpu * 1000), 2),
            "rtf": round(sum(self._took.values(at)) / sound, 3) if sound else 0.0,
            "batch": round(self._sizes.mean(at), 2),
            "decodes": self._decodes,
            "partials_dropped": self.partials_dropped,
            **{f"guards_{name}": self._guards[name] for name in GUARDS},
        }
