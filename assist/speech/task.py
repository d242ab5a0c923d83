"""A request with the promise of an answer, and how several are answered together."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from assist.core.schedule import Rank
from assist.errors import RecogniserError
from assist.speech.recogniser import Heard, Recogniser, Request


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A window that somebody waits for."""

    request: Request
    future: "Future[Heard]" = field(default_factory=Future)

    @property
    def rank(self) -> Rank:
        """What it goes before."""
        if self.request.second:
            return Rank.SECOND
        return Rank.FINAL if self.request.careful else Rank.PARTIAL

    def begin(self) -> bool:
        """Tell whether the answer is still wanted, and keep it from being taken back."""
        return self.future.set_running_or_notify_cancel()

    def answer(self, heard: Heard | Exception) -> None:
        """Keep the promise."""
        if isinstance(heard, Exception):
            self.future.set_exception(heard)
        else:
            self.future.set_result(heard)


def hear(recogniser: Recogniser, requests: Sequence[Request]) -> list[Heard | Exception]:
    """Decode windows together; one by one if that fails, so that one alone bears its error."""
    try:
        heard = recogniser.transcribe(requests)
        if len(heard) != len(requests):
            raise RecogniserError(f"{len(heard)} answers came for {len(requests)} windows.")
    except Exception as error:  # a future keeps whatever a model raises
        if len(requests) == 1:
            return [error]
        return [answer for request in requests for answer in hear(recogniser, [request])]
    return list(heard)
