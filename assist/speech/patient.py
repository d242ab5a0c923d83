"""A pool that waits for each answer: recordings do not run ahead of a machine that others use."""

from collections.abc import Mapping
from concurrent.futures import CancelledError, Future
from contextlib import suppress

from assist.speech.pool import SpeechPool
from assist.speech.recogniser import Heard, Request

LONGEST_S = 600.0
"""A machine that hears nothing for so long hears no recordings."""


class Patient:
    """Hand requests on, and come back when they are answered.

    Args:
        pool: that hears the words, for running calls, too.
    """

    def __init__(self, pool: SpeechPool) -> None:
        self._pool = pool

    @property
    def hop(self) -> int:
        """New speech that is worth another partial now, in milliseconds."""
        return self._pool.hop

    def submit(self, request: Request) -> "Future[Heard]":
        """Take a request; its future is done."""
        future = self._pool.submit(request)
        with suppress(CancelledError, TimeoutError):  # `wait` would not see that it was cancelled
            future.exception(LONGEST_S)
        return future

    def figures(self) -> Mapping[str, float]:
        """Return nothing: how busy the machine is does not matter to a recording."""
        return {}
