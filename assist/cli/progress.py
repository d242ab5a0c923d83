"""A bar on the terminal for what takes longer than two seconds."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import Progress

PATIENCE_S = 2.0


class Advance(Protocol):
    """Tells the bar how much is done, in the unit of the total."""

    def __call__(self, done: float) -> None:
        """Move the bar."""


@contextmanager
def progress(what: str, total: float) -> Iterator[Advance]:
    """Show a bar on stderr once two seconds have passed, if somebody can see it.

    Args:
        what: is being done.
        total: of the work; 0 = unknown.
    """
    start = time.monotonic()
    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task(what, total=total or None)
    shown = False

    def advance(done: float) -> None:
        nonlocal shown
        if not shown and sys.stderr.isatty() and time.monotonic() - start >= PATIENCE_S:
            bar.start()
            shown = True
        bar.update(task, completed=done)

    try:
        yield advance
    finally:
        if shown:
            bar.stop()
