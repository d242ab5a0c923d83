"""What to do after a connection has ended: come back and when, or not at all; pure."""

from dataclasses import dataclass

from assist.protocol import CLOSE_CODES, ENDED, RESUME_MS, RETRY_S, Fault, Then


@dataclass(frozen=True, slots=True)
class Return:
    """Connect again."""

    after_ms: int


@dataclass(frozen=True, slots=True)
class Stay:
    """Do not connect again."""

    text: str
    """Why, for a person; empty = all is well, the call has ended."""


class Returning:
    """Decide after each connection, by the table of close codes.

    Args:
        patience_ms: without a word from the server for so long, the client gives up.
    """

    def __init__(self, *, patience_ms: int = RESUME_MS) -> None:
        self._patience = patience_ms
        self._tries = 0
        self._heard: int | None = None
        self._received = 0
        self._broken_after: int | None = None
        self._renewed = False

    def tried(self, now: int) -> None:
        """Note that a connection is tried; the first time, patience begins."""
        self._heard = now if self._heard is None else self._heard

    def heard(self, now: int) -> None:
        """Note a word from the server."""
        self._heard = now

    def welcomed(self) -> None:
        """Note that the server knew who we are."""
        self._renewed = False

    def progressed(self, received: int) -> None:
        """Note that the server takes our items: the next trouble is a new one."""
        self._tries = 0
        self._received = max(self._received, received)

    def closed(self, code: int, now: int, fault: Fault | None = None) -> Return | Stay:
        """Say what to do after a close.

        Args:
            code: of the close; 1006 when the link just broke.
            now: milliseconds of a clock that never goes back.
            fault: the last that the server told on this connection.
        """
        if code == ENDED:
            return Stay("")
        row = CLOSE_CODES.get(code)
        told = fault.text if fault else row.meaning if row else "The connection broke."
        decided = self._decided(row.then if row else "again", told, fault)
        if isinstance(decided, Return) and self._impatient(now):
            return Stay(f"The server cannot be reached: {told}")
        return decided

    def _decided(self, then: Then, told: str, fault: Fault | None) -> Return | Stay:
        match then:
            case "stop" | "report":
                return Stay(told)
            case "once":
                return self._once(told)
            case "new token":
                return self._renew(told)
            case "at once":
                return Return(0) if self._first() else self._later()
            case "later" if fault and fault.retry_after is not None:
                return Return(max(round(fault.retry_after * 1000), self._later().after_ms))
            case _:
                return self._later()

    def _impatient(self, now: int) -> bool:
        return self._heard is not None and now - self._heard >= self._patience

    def _first(self) -> bool:
        first = self._tries == 0
        self._tries += first
        return first

    def _later(self) -> Return:
        wait = RETRY_S[min(self._tries, len(RETRY_S) - 1)]
        self._tries += 1
        return Return(round(wait * 1000))

    def _once(self, told: str) -> Return | Stay:
        """Come back unless the very same item is refused again."""
        again = self._broken_after == self._received
        self._broken_after = self._received
        return Stay(told) if again else self._later()

    def _renew(self, told: str) -> Return | Stay:
        again, self._renewed = self._renewed, True
        return Stay(told) if again else Return(0)
