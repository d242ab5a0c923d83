"""Hold back the cues that rest on sound which cannot be believed, and say so in the log."""

from collections.abc import Iterator

from assist.core.detector import CueSpec, Table
from assist.core.trust import Trust
from assist.events import CHANNELS, CueCleared, CueDetected, CueSuppressed, Event


def is_sound(cue: CueDetected, spec: CueSpec, trust: Trust) -> bool:
    """Tell whether all that a cue rests on was heard as it was."""
    return trust.covers(CHANNELS if spec.needs_both else {cue.channel, spec.who}, cue.start)


class Sieve:
    """Let no cue pass that rests on a channel which cannot be believed.

    Args:
        table: the cues.
        trust: of the call.
    """

    def __init__(self, table: Table, trust: Trust) -> None:
        self._table = {spec.id: spec for spec in table}
        self._trust = trust
        self._held: set[str] = set()
        """Occurrences that were held back; their end is no news either."""

    def sift(self, found: Iterator[Event]) -> Iterator[Event]:
        """Yield what a detector found, with `cue.suppressed` in place of what is held back."""
        for event in found:
            if isinstance(event, CueDetected):
                yield self._judge(event)
            elif not isinstance(event, CueCleared) or event.id not in self._held:
                yield event

    def _judge(self, cue: CueDetected) -> Event:
        if is_sound(cue, self._table[cue.cue], self._trust):
            self._held.discard(cue.id)
            return cue
        self._held.add(cue.id)
        return CueSuppressed(
            at=cue.at,
            cue=cue.cue,
            id=cue.id,
            reason="untrusted",
            rule=cue.rule,
            evidence=cue.evidence,
        )
