"""The client's end of our audio protocol, without its socket and without a clock.

Whoever records calls `audio`, `gap`, `pause`, `resume`, `end` and `status`. Whoever holds the
socket sends `hello` first, then whatever `take` returns, hands every text to `hear`, and asks
`lost` what to do when the connection has ended. `now` is milliseconds of any clock that never goes
back.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from assist.client.returning import Return, Returning, Stay
from assist.client.ring import Ring
from assist.errors import ProtocolError
from assist.events import Channel
from assist.protocol import (
    DEAD_MS,
    FORMATS,
    LONGEST_MS,
    OUT_OF_ORDER,
    OVER,
    RESUME_MS,
    RING_S,
    UNKNOWN_TOKEN,
    Ack,
    End,
    Ended,
    EndReason,
    Fault,
    Format,
    Gap,
    GapReason,
    Hello,
    Pause,
    PauseReason,
    PauseRequest,
    RefusedError,
    Resume,
    ResumeRequest,
    Status,
    Trouble,
    Welcome,
    read_server,
    write,
)


class Sender:
    """One call, over as many connections as it takes.

    Args:
        call_id: names the call, the same on every connection.
        channels: whose sound comes.
        form: how the sound is written.
        agent: whose overlay shows the call; empty = whoever the token belongs to.
        language: `en`, `de` or `auto`; empty = as the server's settings say.
        source: where the sound comes from, in a word.
        metadata: whatever else the operator wants to know.
        seconds: of sound that are kept for each channel until the server has it safe.
        patience_ms: without a word from the server for so long, the client gives up.

    Raises:
        ProtocolError: a name is not what the protocol allows.
    """

    def __init__(
        self,
        call_id: str,
        channels: tuple[Channel, ...] = ("agent", "customer"),
        *,
        form: Format = FORMATS["pcm16", 16_000],
        agent: str = "",
        language: str = "",
        source: str = "",
        metadata: Mapping[str, str] | None = None,
        seconds: float = RING_S,
        patience_ms: int = RESUME_MS,
    ) -> None:
        self.channels = channels
        self.form = form
        self.call_id = call_id
        self._hello = _checked(
            call_id=call_id,
            channels=channels,
            codec=form.codec,
            rate=form.rate,
            agent=agent,
            language=language,
            source=source,
            metadata=dict(metadata or {}),
        )
        self._ring = Ring(channels, seconds=seconds)
        self._returning = Returning(patience_ms=patience_ms)
        self._key = ""
        self._attempt = 0
        self._cursor: int | None = None
        """The next item to send; None = the server has not said yet."""
        self._wishes: dict[str, PauseReason] = {}
        """Who wants a pause, `here` or `there`, and why; it lasts until nobody does."""
        self._since: int | None = None
        """When recording stopped."""
        self._troubles: dict[Trouble, Status] = {}
        self._unsaid: dict[Trouble, Status] = {}
        self._heard = 0
        self._fault: Fault | None = None
        self._closing = False
        self.epoch = 0
        """Of the connection, as the server counts."""
        self.acknowledged = 0
        """The server has everything up to this item safe."""
        self.received = 0
        """The last item that the server has."""
        self.outcome: Stay | None = None
        """How it ended; None = it goes on."""

    # --- what is recorded -------------------------------------------------------------------------

    @property
    def paused(self) -> bool:
        """Whether nothing is recorded."""
        return self._since is not None

    @property
    def dropped_ms(self) -> int:
        """Milliseconds of sound that left a full ring, of both channels together."""
        return self._ring.dropped_ms

    @property
    def waiting(self) -> int:
        """Items that the server does not have safe."""
        return self._ring.next - self._ring.oldest

    def audio(self, channel: Channel, payload: bytes, ms: int) -> None:
        """Take the next sound of a channel; during a pause it is forgotten at once.

        Raises:
            ValueError: the sound is no frame of the format.
        """
        if ms not in self.form.durations or not payload:
            raise ValueError(f"no frame of {self.form.codec} lasts {ms} ms")
        if self.form.sample_bytes and len(payload) != self.form.octets(ms):
            raise ValueError(f"{len(payload)} bytes of {self.form.codec} are not {ms} ms")
        if self._open() and not self.paused:
            self._ring.frame(channel, ms, payload)

    def gap(self, reason: GapReason, *, agent: int = 0, customer: int = 0) -> None:
        """Declare sound that was never recorded, in milliseconds."""
        if self._open() and not self.paused:
            seq = self._ring.next
            self._ring.control(Gap(seq=seq, agent=agent, customer=customer, reason=reason))

    def pause(self, reason: PauseReason, now: int) -> None:
        """Record nothing until `resume`."""
        self._wish("here", reason, now)

    def resume(self, now: int) -> None:
        """Record again, unless the server wants the pause to last."""
        self._wish("here", None, now)

    @property
    def finished(self) -> bool:
        """Whether the end was told and all before it is safe."""
        return self._closing and not self.waiting

    def end(self, reason: EndReason) -> None:
        """End the call; what is recorded later is forgotten."""
        if self._open():
            self._ring.control(End(seq=self._ring.next, reason=reason))
            self._closing = True

    def status(self, code: Trouble, *, active: bool, detail: str = "") -> None:
        """Tell of trouble with the recording, or of its end."""
        told = Status(code=code, active=active, detail=detail[:200])
        if active:
            self._troubles[code] = told
        else:
            self._troubles.pop(code, None)
        self._unsaid[code] = told

    # --- what is said and heard -------------------------------------------------------------------

    @property
    def greeted(self) -> bool:
        """Whether the server has taken this connection."""
        return self._cursor is not None

    @property
    def needs_token(self) -> bool:
        """Whether `hello` needs a token: there is no key of an earlier connection."""
        return not self._key

    def hello(self, now: int, token: str = "") -> str:
        """Begin a connection.

        Args:
            now: the time.
            token: who we are; not sent when a key of an earlier connection will do.
        """
        self._cursor = None
        self._fault = None
        self._heard = now
        self._returning.tried(now)
        self._attempt += 1
        ring = self._ring
        return write(
            msgspec.structs.replace(
                self._hello,
                token="" if self._key else token,
                resume_key=self._key,
                oldest=ring.oldest,
                next=ring.next,
                attempt=self._attempt,
            )
        )

    def take(self) -> bytes | str | None:
        """Return the next message to send; None when there is nothing now."""
        if self._cursor is None:
            return None
        for code in self._unsaid:
            return write(self._unsaid.pop(code))
        piece = self._ring.piece(self._cursor)
        if piece is None:
            return None
        self._cursor = piece.last + 1
        return piece.wire

    def hear(self, text: str, now: int) -> None:
        """Take a message of the server.

        Raises:
            RefusedError: the server breaks the protocol; the connection is to be closed.
        """
        message = read_server(text)
        self._heard = now
        self._returning.heard(now)
        match message:
            case Welcome():
                self._welcome(message, now)
            case Ack():
                self._acknowledge(message)
            case PauseRequest():
                self._wish("there", message.reason, now)
            case ResumeRequest():
                self._wish("there", None, now)
            case Ended():
                self.outcome = Stay("")
            case Fault():
                self._fault = message

    def dead(self, now: int) -> bool:
        """Tell whether the server has been silent for too long."""
        return now - self._heard >= DEAD_MS

    def lost(self, code: int, now: int) -> Return | Stay:
        """Say what to do now that the connection has ended, or could not be made.

        Args:
            code: of the close; 1006 when the link just broke or was never there.
            now: the time.
        """
        self._cursor = None
        if code == UNKNOWN_TOKEN:
            self._key = ""
        if self._closing and code == OVER:
            self.outcome = Stay("")
        if self.outcome is None:
            decided = self._returning.closed(code, now, self._fault)
            if isinstance(decided, Return):
                return decided
            self.outcome = decided
        return self.outcome

    # --- inside -----------------------------------------------------------------------------------

    def _open(self) -> bool:
        """Tell whether another item may follow."""
        if self._ring.full and self.outcome is None:
            self.outcome = Stay("The server has stored nothing for too long.")
        return not self._closing and self.outcome is None

    def _welcome(self, message: Welcome, now: int) -> None:
        if message.call_id != self.call_id:
            raise RefusedError(OUT_OF_ORDER, "The server welcomes another call.")
        wanted = max(message.resume_from, message.ack + 1)
        if not self._ring.oldest <= message.resume_from == wanted <= self._ring.next:
            raise RefusedError(OUT_OF_ORDER, "The server wants items that there are not.")
        self._key, self.epoch = message.resume_key, message.epoch
        self._cursor = message.resume_from
        self._returning.welcomed()
        self._forget(message.ack)
        self._unsaid = dict(self._troubles)
        self._wish("there", "agent" if message.paused else None, now)

    def _acknowledge(self, message: Ack) -> None:
        if self._cursor is None or not message.seq <= message.received < self._cursor:
            raise RefusedError(OUT_OF_ORDER, "The server acknowledges what was not sent.")
        self.received = message.received
        self._returning.progressed(message.received)
        self._forget(message.seq)

    def _forget(self, seq: int) -> None:
        self._ring.acknowledge(seq)
        self.acknowledged = max(self.acknowledged, seq)

    def _wish(self, who: str, reason: PauseReason | None, now: int) -> None:
        """Let one side begin or end its wish for a pause."""
        if reason is None:
            self._wishes.pop(who, None)
        else:
            self._wishes.setdefault(who, reason)
        if not self._open() or bool(self._wishes) == self.paused:
            return
        seq = self._ring.next
        if self._since is None:
            self._since = now
            self._ring.control(Pause(seq=seq, reason=next(iter(self._wishes.values()))))
        else:
            self._ring.control(Resume(seq=seq, skipped=min(now - self._since, LONGEST_MS)))
            self._since = None


def _checked(**fields: Any) -> Hello:
    """Return a hello whose fields are what the protocol allows; the token is still to come."""
    try:
        return msgspec.convert({"type": "hello", "token": "-", **fields}, Hello)
    except msgspec.ValidationError as error:
        raise ProtocolError(f"The call cannot be announced: {error}.") from None
