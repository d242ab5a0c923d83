"""What a door is: one connection of a source, without its socket and without a clock."""

from collections.abc import Iterator
from typing import Protocol

from assist.events import Event
from assist.ingest.items import Item
from assist.protocol import RefusedError

Unacceptable = RefusedError
"""The source broke its protocol: one sentence, and the code that closes its socket."""


class Session(Protocol):
    """Turns what one connection sends into items; `now` is when it came.

    `now` is a time of the machine's own clock in whole milliseconds that never goes back; its zero
    means nothing. Every method may raise `Unacceptable`, and nothing else whatever it is given.
    """

    LONGEST_TEXT: int
    """Bytes of a text message."""
    LONGEST_BINARY: int

    def text(self, data: str, now: int) -> Iterator[Item]:
        """Take a text message."""
        ...

    def binary(self, data: bytes, now: int) -> Iterator[Item]:
        """Take a binary message."""
        ...

    def wait(self, now: int) -> Iterator[Item]:
        """Yield what time alone brings; asked every 100 ms."""
        ...

    def told(self, event: Event) -> Iterator[Item]:
        """Yield what an event of its call means to the source: `Send` and `Close` alone."""
        ...

    def lost(self, now: int) -> Iterator[Item]:
        """Yield what the loss of the connection means for the call."""
        ...
