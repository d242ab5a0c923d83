"""What if: the same calls under two playbooks, and what differs on the agent's screen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assist.core.detector import Table
from assist.core.engine import Engine
from assist.events import INPUTS, CallStarted, Event, NudgeShown
from assist.playbooks import Playbook

SAME = 5000
"""Two nudges of one cue, so many milliseconds apart or less, are the same nudge."""
Change = Literal["+", "-", "~"]
"""It appears, it vanishes, it reads otherwise."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One nudge that the other playbook changes."""

    at: int
    """Milliseconds of the call."""
    cue: str
    change: Change
    text: str
    """What the agent reads; of one that vanishes, what it was."""


def compare(
    inputs: Sequence[Event], before: Playbook, after: Playbook, table: Table
) -> list[Difference]:
    """Run one call under both playbooks; return what differs on the agent's screen, by time.

    Args:
        inputs: what the edges told of the call, in its order.
        before: the present playbook.
        after: the one that is tried.
        table: the built-in cues.
    """
    old, new = list(nudges(inputs, before, table)), list(nudges(inputs, after, table))
    found = []
    for nudge in new:
        same = next((one for one in old if _same(one, nudge)), None)
        if same is None:
            found.append(Difference(nudge.at, nudge.cue, "+", nudge.text))
            continue
        old.remove(same)
        if same.text != nudge.text:
            found.append(Difference(nudge.at, nudge.cue, "~", nudge.text))
    found += [Difference(nudge.at, nudge.cue, "-", nudge.text) for nudge in old]
    return sorted(found, key=lambda difference: (difference.at, difference.cue))


def nudges(inputs: Iterable[Event], playbook: Playbook, table: Table) -> Iterator[NudgeShown]:
    """Yield what the agent would see under a playbook."""
    engine = Engine(call_id="what-if", playbook=playbook, table=table)
    for event in inputs:
        yield from (one for one in engine.feed(event) if isinstance(one, NudgeShown))


def recorded(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Yield the inputs of each call of a log; what the engine said then is left out."""
    inputs: list[Event] = []
    for event in events:
        if isinstance(event, CallStarted) and inputs:
            yield inputs
            inputs = []
        if isinstance(event, INPUTS):
            inputs.append(event)
    if inputs:
        yield inputs


def _same(one: NudgeShown, other: NudgeShown) -> bool:
    near = abs(one.at - other.at) <= SAME
    return near and (one.cue, bool(one.variant)) == (other.cue, bool(other.variant))
