"""What another playbook would have shown in a call: one at a time, in a process of its own."""

import os

from anyio import BrokenWorkerProcess, CapacityLimiter, fail_after, to_process

from assist.cues import TABLE
from assist.errors import StoreError
from assist.evaluate.cue_names import names
from assist.evaluate.review import changed
from assist.evaluate.review_messages import WhatIf
from assist.evaluate.what_if import compare, recorded
from assist.events import AnyEvent, decode
from assist.server.review_endpoint import BusyError
from assist.settings import load_playbook

TRYING, WAITING = 1, 4
"""What-ifs that run at a time, and those that wait: each takes a core for seconds."""
NICE = 10
LONGEST_TRY_S = 600.0
"""Waiting for others included."""


class Trial:
    """Run calls again under other playbooks."""

    def __init__(self) -> None:
        self._trying: CapacityLimiter | None = None  # belongs to the loop that asks first
        self._waiting = 0

    async def run(self, log: bytes, against: str, name: str) -> WhatIf:
        """Compute apart, so that no running call waits.

        Args:
            log: of the call.
            against: its own playbook.
            name: the other one.

        Raises:
            StoreError: too many wait, or it takes too long.
        """
        if self._waiting >= TRYING + WAITING:
            raise BusyError("too many are trying playbooks at the moment; wait a little")
        self._trying = self._trying or CapacityLimiter(TRYING)
        self._waiting += 1
        try:
            with fail_after(LONGEST_TRY_S):
                return await to_process.run_sync(
                    _apart, log, against, name, limiter=self._trying, cancellable=True
                )
        except (BrokenWorkerProcess, TimeoutError) as error:
            raise StoreError("this call could not be tried: it takes too long here") from error
        finally:
            self._waiting -= 1


def _apart(log: bytes, against: str, name: str) -> WhatIf:
    """Do the same behind everything else that the machine has to do."""
    if hasattr(os, "nice") and os.nice(0) < NICE:  # the process is used again
        os.nice(NICE - os.nice(0))
    return tried(log, against, name)


def tried(log: bytes, against: str, name: str) -> WhatIf:
    """Run a call under its own playbook and under another: half a minute of a core an hour."""
    before, after = load_playbook(against), load_playbook(name)
    changes = tuple(
        changed(one)
        for inputs in recorded(_events(log))
        for one in compare(inputs, before, after, TABLE)
    )
    return WhatIf(
        against=before.reference,
        playbook=after.reference,
        changes=changes,
        names=names(one.cue for one in changes),
    )


def _events(log: bytes) -> list[AnyEvent]:
    return [decode(line) for line in log.splitlines()]
