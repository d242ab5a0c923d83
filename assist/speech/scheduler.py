"""One queue for the windows of all channels of all calls, and the threads that decode them."""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from assist.core.utterance import HOP
from assist.speech.recogniser import Heard, Recogniser, Request


class Scheduler:
    """Decode in threads.

    Args:
        recogniser: that hears the words.
        workers: decodes at a time.
    """

    hop = HOP

    def __init__(self, recogniser: Recogniser, *, workers: int = 1) -> None:
        self._recogniser = recogniser
        self._threads = ThreadPoolExecutor(workers)

    def submit(self, request: Request) -> "Future[Heard]":
        """Take a request."""
        return self._threads.submit(lambda: self._recogniser.transcribe([request])[0])

    def figures(self) -> Mapping[str, float]:
        """Return nothing yet."""
        return {}

    def __enter__(self) -> "Scheduler":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for what is under way."""
        self._threads.shutdown()
