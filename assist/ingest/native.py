"""Our own protocol at the server's end (docs/protocol.md): nothing is lost, nothing comes twice."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import av
import numpy as np

from assist import __version__, protocol
from assist.audio import mulaw
from assist.core.audio import Samples
from assist.events import CallEnded, CallPaused, CallResumed, Channel, Event
from assist.ingest.items import (
    Audio,
    Close,
    End,
    Gap,
    Item,
    Mark,
    Pause,
    Resume,
    Send,
    Start,
    Trouble,
)
from assist.ingest.session import Unacceptable
from assist.protocol import Frame, Hello

Authorise = Callable[[Hello], "Admitted"]
"""Raises `Unacceptable` when the client may not send the call."""
TROUBLE_MS = 1_000
"""A source that flutters between trouble and none is heard so often."""
TURN_MS = 500
"""A long gap of both channels is told in pieces of this length."""
STILL_MS = 3_000
"""So often it is asked whether a source still may send its call."""
TROUBLE = {
    "mic_missing": "No microphone was found.",
    "mic_denied": "The microphone may not be used: allow it in the browser or the system.",
    "mic_silent": "The microphone gives no sound.",
    "mic_muted": "The microphone is muted.",
    "customer_missing": "No sound of the customer is shared.",
    "customer_silent": "Nothing is heard of the customer: share the call's tab or device again.",
    "tab_ended": "The call's tab is no longer shared.",
    "same_sound": "Both sides carry the same sound: check the devices.",
    "capture_suspended": "The browser has suspended the capture: click the page.",
    "xrun": "This machine loses sound: it is too busy.",
}


@dataclass(frozen=True, slots=True)
class Admitted:
    """A client that may send a call."""

    agent: str
    """Whose call it is; empty = nobody's."""
    still: Callable[[], bool] = lambda: True
    """Whether it may even now."""


@dataclass(slots=True, eq=False)
class Known:
    """What is kept of a call over all its connections."""

    hello: Hello
    admitted: Admitted
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)
    epoch: int = 0
    attempt: int = 0
    """Of the client's connections: the latest that has said hello."""
    received: int = 0
    settled: Callable[[], int] = lambda: 0
    """The last item that need not come again."""
    asked: protocol.PauseReason | None = None
    """Why the server wants a pause now."""
    paused: bool = False
    """By the client itself, or perhaps by it before we knew of it: it need not send anything."""
    over: bool = False


class Register:
    """The calls of this door, by id; those that are over are kept a while, to say so."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._known: dict[str, Known] = {}

    def find(self, call_id: str) -> Known | None:
        """Return what is known of a call."""
        return self._known.get(call_id)

    def add(self, known: Known) -> None:
        """Keep a call; the oldest that is over gives way when there are too many."""
        if len(self._known) >= self._most:
            over = next((key for key, call in self._known.items() if call.over), None)
            if over is None:
                raise Unacceptable(protocol.FULL, "There are too many calls.")
            del self._known[over]
        self._known[known.hello.call_id] = known


class NativeSession:
    """One connection of a source that speaks our own protocol.

    Args:
        register: what is known of all calls of this door.
        authorise: says whether the client may send the call.
        now: when the connection was made, in milliseconds.
    """

    LONGEST_TEXT = protocol.TEXT_LIMIT
    LONGEST_BINARY = protocol.BINARY_LIMIT

    def __init__(self, register: Register, authorise: Authorise, *, now: int) -> None:
        self._register = register
        self._authorise = authorise
        self._heard_at = self._acked_at = self._asked_at = now
        self._acked: tuple[int, int] | None = None
        self._call: Known | None = None
        self._epoch = 0
        self._told: dict[str, tuple[bool, int]] = {}
        """What trouble was told last, and when."""
        self._opus: dict[Channel, av.CodecContext] = {}

    @property
    def call(self) -> Known | None:
        """The call that this connection carries."""
        return self._call

    # ---- what comes ----------------------------------------------------------------------------

    def text(self, data: str, now: int) -> Iterator[Item]:
        """Take a text message."""
        message = protocol.read_client(data)
        if isinstance(message, Hello):
            yield from self._welcome(message, now)
            return
        call = self._current()
        if isinstance(message, protocol.Status):
            yield from self._trouble(message, now)
            return
        self._heard_at = now
        last = message.last if isinstance(message, protocol.Gap) else message.seq
        if self._is_new(call, message.seq, last):
            yield from self._control(call, message)
            yield Mark(last)

    def _trouble(self, status: protocol.Status, now: int) -> Iterator[Item]:
        """Tell of trouble that is new, and of no kind more than once a second."""
        active, told_at = self._told.get(status.code, (False, now - TROUBLE_MS))
        if active != status.active and now - told_at >= TROUBLE_MS:
            self._told[status.code] = status.active, now
            yield Trouble(status.code, TROUBLE[status.code], status.active)

    def binary(self, data: bytes, now: int) -> Iterator[Item]:
        """Take a frame of sound."""
        call = self._current()
        form = call.hello.format
        frame = protocol.unpack(data, form, len(call.hello.channels))
        self._heard_at = now
        if self._is_new(call, frame.seq, frame.seq):
            call.paused = False
            yield self._sound(call, frame)
            yield Mark(frame.seq)

    def wait(self, now: int) -> Iterator[Item]:
        """Acknowledge, and lose patience with who says nothing."""
        if self._call is None:
            if now - self._heard_at >= protocol.HELLO_MS:
                yield Close(protocol.TOO_SLOW, "No hello came.")
            return
        if self._epoch != self._call.epoch:
            yield Close(protocol.REPLACED, "A newer connection carries this call.")
            return
        if now - self._heard_at >= protocol.IDLE_MS and not (self._call.paused or self._call.asked):
            yield Close(protocol.TOO_SLOW, "Nothing came.")
            return
        if now - self._asked_at >= STILL_MS:
            self._asked_at = now
            if not self._call.admitted.still():
                yield Close(protocol.NOT_YOURS, "The right to send this call was lost.")
                return
        position = min(self._call.settled(), self._call.received), self._call.received
        since = now - self._acked_at
        new = position != self._acked and since >= protocol.ACK_MS
        if new or since >= protocol.HEARTBEAT_MS:
            self._acked, self._acked_at = position, now
            yield _said(protocol.Ack(seq=position[0], received=position[1]))

    def told(self, event: Event) -> Iterator[Item]:
        """Ask for a pause or its end, and say when the call is over."""
        call = self._call
        if call is None or self._epoch != call.epoch:
            return
        match event:
            case CallPaused() if not call.paused:
                call.asked = _reason(event.reason)
                yield _said(protocol.PauseRequest(reason=call.asked, by=event.by[:128]))
            case CallResumed() if call.asked:
                call.asked = None
                yield _said(protocol.ResumeRequest())
            case CallEnded():
                call.over = True
                yield _said(protocol.Ack(seq=call.received, received=call.received))
                yield _said(protocol.Ended(reason=event.reason[:128]))
                yield Close(protocol.ENDED)

    def lost(self, now: int) -> Iterator[Item]:
        """Yield nothing: the client comes back, or the call ends without it."""
        return iter(())

    def busy(self, text: str, retry_after: float) -> Iterator[Item]:
        """Say that there is no room now."""
        yield _said(protocol.Fault(code="full", text=text[:500], retry_after=retry_after))
        yield Close(protocol.FULL)

    # ---- one by one ----------------------------------------------------------------------------

    def _welcome(self, hello: Hello, now: int) -> Iterator[Item]:
        if self._call is not None:
            raise Unacceptable(protocol.BAD_FIELD, "hello comes once a connection.")
        _ = hello.format  # refuses what nobody takes
        known = self._register.find(hello.call_id)
        if known is not None and known.over:
            raise Unacceptable(protocol.OVER, "The call is over.")
        admitted = self._admit(hello, known)
        if known is None:
            known = Known(hello, admitted)
            self._register.add(known)
            known.received = hello.oldest - 1
            known.paused = hello.next > 1
        elif (hello.channels, hello.codec, hello.rate) != (
            known.hello.channels,
            known.hello.codec,
            known.hello.rate,
        ):
            raise Unacceptable(protocol.BAD_FIELD, "A call keeps its channels and its codec.")
        if hello.attempt and hello.attempt <= known.attempt:
            raise Unacceptable(protocol.REPLACED, "A newer connection carries this call.")
        known.epoch, known.attempt = known.epoch + 1, hello.attempt or known.attempt
        self._call, self._epoch, self._heard_at = known, known.epoch, now
        yield Start(
            hello.call_id,
            agent=known.admitted.agent,
            channels=_in_order(known.hello.channels),
            language=known.hello.language,
            playbook=known.hello.playbook,
            help_level=known.hello.help_level,
            source=known.hello.source or "native",
        )
        yield from self._fill_up(known, hello)
        yield _said(
            protocol.Welcome(
                call_id=hello.call_id,
                epoch=known.epoch,
                resume_from=known.received + 1,
                ack=min(known.settled(), known.received),
                paused=known.asked is not None,
                resume_key=known.key,
                server=__version__,
            )
        )

    def _admit(self, hello: Hello, known: Known | None) -> Admitted:
        """Let the client in; a resume key stands for the token of the same call."""
        if not hello.resume_key:
            admitted = self._authorise(hello)
            if known is not None and admitted.agent != known.admitted.agent:
                raise Unacceptable(protocol.NOT_YOURS, "This is somebody else's call.")
            return admitted
        if known is None or not secrets.compare_digest(hello.resume_key, known.key):
            raise Unacceptable(protocol.UNKNOWN_TOKEN, "The resume key is not valid.")
        if not known.admitted.still():
            raise Unacceptable(protocol.NOT_YOURS, "The right to send this call was lost.")
        return known.admitted

    def _fill_up(self, known: Known, hello: Hello) -> Iterator[Item]:
        """Declare lost what the client has no more and we never had; its length nobody knows."""
        if hello.oldest > known.received + 1:
            known.received = hello.oldest - 1
            yield Trouble("audio_lost", "Sound was lost while the connection was down.")

    def _current(self) -> Known:
        if self._call is None:
            raise Unacceptable(protocol.BAD_FIELD, "hello comes first.")
        if self._epoch != self._call.epoch:
            raise Unacceptable(protocol.REPLACED, "A newer connection carries this call.")
        return self._call

    def _is_new(self, call: Known, first: int, last: int) -> bool:
        """Count an item in; false for one that was here before.

        Raises:
            Unacceptable: one before it is missing.
        """
        if last <= call.received:
            return False
        if first != call.received + 1:
            raise Unacceptable(protocol.OUT_OF_ORDER, "An item before this one is missing.")
        call.received = last
        return True

    def _control(
        self, call: Known, message: protocol.Gap | protocol.Pause | protocol.Resume | protocol.End
    ) -> Iterator[Item]:
        match message:
            case protocol.Gap():
                yield from _gaps(message)
            case protocol.Pause():
                call.paused = True
                yield Pause(message.reason, "source")
            case protocol.Resume():
                call.paused = False
                yield Resume(message.skipped)
            case protocol.End():
                yield End(message.reason)

    # ---- sound ---------------------------------------------------------------------------------

    def _sound(self, call: Known, frame: Frame) -> Audio | Gap:
        channel = call.hello.channels[frame.channel]
        match call.hello.codec:
            case "pcm16":
                pcm = np.frombuffer(frame.payload, "<i2").astype(np.int16, copy=False)
                return Audio(channel, pcm, call.hello.rate)
            case "mulaw":
                return Audio(channel, mulaw.decode(frame.payload), call.hello.rate)
            case _:
                return self._unpacked(channel, frame)

    def _unpacked(self, channel: Channel, frame: Frame) -> Audio | Gap:
        """Decode an Opus packet; silence takes the place of one that is broken."""
        if channel not in self._opus:
            self._opus[channel] = _opus()
        try:
            found = self._opus[channel].decode(av.Packet(frame.payload))
            pcm: Samples = np.concatenate([_mono(one) for one in found] or [np.zeros(0, np.int16)])
        except av.error.InvalidDataError:
            return Gap(channel, frame.ms, "broken")
        owed = frame.ms * 48
        return Audio(channel, np.pad(pcm[:owed], (0, max(0, owed - len(pcm)))), 48_000)


def _opus() -> av.CodecContext:
    return av.CodecContext.create("libopus", "r")


def _mono(frame: av.AudioFrame) -> Samples:
    """Return the first channel of decoded sound, whatever its layout and format."""
    sound: Samples = av.AudioResampler(format="s16", layout="mono").resample(frame)[0].to_ndarray()
    return sound.reshape(-1)


def _gaps(message: protocol.Gap) -> Iterator[Gap]:
    """Yield the gaps of both channels in turn, so that neither falls far behind the other."""
    lengths: dict[Channel, int] = {"agent": message.agent, "customer": message.customer}
    for at in range(0, max(lengths.values()), TURN_MS):
        for channel, ms in lengths.items():
            if ms > at:
                yield Gap(channel, min(TURN_MS, ms - at), message.reason)


def _said(message: protocol.ServerMessage) -> Send:
    return Send(protocol.write(message))


def _reason(reason: str) -> protocol.PauseReason:
    return reason if reason in ("privacy", "card", "agent") else "privacy"  # type: ignore[return-value]  # it is


def _in_order(channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
    """Return the channels, the agent first."""
    return tuple(sorted(channels))
