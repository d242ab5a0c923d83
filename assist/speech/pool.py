"""Where the decodes of a call are done: at once, or by a scheduler that many calls share."""

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Protocol

from assist.core.utterance import HOP
from assist.speech.recogniser import Heard, Recogniser, Request


class SpeechPool(Protocol):
    """Takes windows of sound and hands out what will be heard in them."""

    @property
    def hop(self) -> int:
        """New speech that is worth another partial now, in milliseconds."""
        ...

    def submit(self, request: Request) -> "Future[Heard]":
        """Take a request; its future may be cancelled as long as nobody works on it."""
        ...

    def figures(self) -> Mapping[str, float]:
        """Return figures about the machine, by name; none when there is nothing to tell."""
        ...


class Inline:
    """Decode at once, in the caller's thread, so that a replay always comes out the same.

    Args:
        recogniser: that hears the words.
        second: a better one for second opinions; without it they are given up.
    """

    hop = HOP

    def __init__(self, recogniser: Recogniser, *, second: Recogniser | None = None) -> None:
        self._recogniser = recogniser
        self._second = second

    def submit(self, request: Request) -> "Future[Heard]":
        """Decode a request."""
        future: Future[Heard] = Future()
        recogniser = self._second if request.second else self._recogniser
        if recogniser is None:
            future.cancel()
            return future
        try:
            (heard,) = recogniser.transcribe([request])
            future.set_result(heard)
        except Exception as error:  # a worker's future keeps whatever a model raises, too
            future.set_exception(error)
        return future

    def figures(self) -> Mapping[str, float]:
        """Return nothing: nobody waits for anybody."""
        return {}
