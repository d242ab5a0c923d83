"""A call from our own client to our own door, whatever happens to the connections between them.

The client is the pure `Sender`, the server the pure `NativeSession`; this file is the network, the
clock, the operator and the power supply. However often connections break, messages come twice, the
server dies or the ring overflows: in the end the server has heard every channel in its full length,
and no sample is wrong but where a gap was declared.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from assist import protocol
from assist.client.sender import Sender
from assist.events import CHANNELS, CallPaused, CallResumed, Channel
from assist.ingest.items import Audio, Close, End, Gap, Item, Mark, Pause, Resume, Send
from assist.ingest.native import Admitted, Known, NativeSession, Register
from assist.protocol import FORMATS, Hello, RefusedError

CALL = "call-0001"
FORM = FORMATS["pcm16", 8_000]
FRAME_MS = 20
RING_S = 0.2
"""Ten frames of each channel: rings overflow often here."""

Heard = int | None | str
"""The sound of 20 ms, told by its number; silence; or a pause or resume."""


def authorise(hello: Hello) -> Admitted:
    """Let everybody in who has the token."""
    if hello.token != "token":
        raise RefusedError(protocol.UNKNOWN_TOKEN, "no")
    return Admitted("anna")


@dataclass
class Wire:
    """One connection: what is on its way, and what was sent before."""

    session: NativeSession
    up: deque[str | bytes] = field(default_factory=deque)
    down: deque[str] = field(default_factory=deque)
    sent: list[str | bytes] = field(default_factory=list)
    code: int | None = None
    """With which the server has closed it."""


class Store:
    """What the server heard, item by item; all that is left of it after a crash."""

    def __init__(self) -> None:
        self.items: list[tuple[int, list[Item]]] = []
        """The last position of each, and what it was."""

    def truncate(self, committed: int) -> None:
        """Forget what was not committed."""
        self.items = [(seq, found) for seq, found in self.items if seq <= committed]

    def heard(self, channel: Channel) -> list[Heard]:
        """Return one channel's sound, 20 ms by 20 ms."""
        found: list[Heard] = []
        for _, items in self.items:
            for item in items:
                found.extend(_pieces(item, channel))
        return found

    @property
    def paused(self) -> bool:
        """Whether the last it heard of a pause is that one began."""
        marks = [one for _, items in self.items for one in items if isinstance(one, Pause | Resume)]
        return bool(marks) and isinstance(marks[-1], Pause)


def _pieces(item: Item, channel: Channel) -> Iterable[Heard]:
    match item:
        case Audio() if item.channel == channel:
            assert set(item.pcm.tolist()) == {int(item.pcm[0])}, "a frame came mixed up"
            return [int(item.pcm[0])] * (len(item.pcm) // 160)
        case Gap() if item.channel == channel:
            return [None] * (item.ms // FRAME_MS)
        case Pause():
            return ["pause"]
        case Resume():
            return [f"resume {item.skipped}"]
        case End():
            return ["end"]
        case _:
            return []


class Calls(RuleBasedStateMachine):
    """One call, a client and a server that may die."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000
        self.sender = Sender(CALL, form=FORM, seconds=RING_S)
        self.register = Register()
        self.store = Store()
        self.committed = 0
        self.wire: Wire | None = None
        self.old: list[Wire] = []
        self.truth: dict[Channel, list[Heard]] = {channel: [] for channel in CHANNELS}
        self.number = 0
        self.paused_at: int | None = None

    # --- what is recorded -------------------------------------------------------------------------

    @rule(channels=st.sampled_from([("agent",), ("customer",), CHANNELS]), count=st.integers(1, 9))
    def record(self, channels: tuple[Channel, ...], count: int) -> None:
        for _ in range(count):
            for channel in channels:
                self.number += 1
                payload = self.number.to_bytes(2, "little") * FORM.octets(FRAME_MS)
                self.sender.audio(channel, payload[: FORM.octets(FRAME_MS)], FRAME_MS)
                if not self.sender.paused:
                    self.truth[channel].append(self.number)

    @rule(agent=st.integers(0, 3), customer=st.integers(1, 3))
    def lose_the_device(self, agent: int, customer: int) -> None:
        self.sender.gap("device_lost", agent=agent * FRAME_MS, customer=customer * FRAME_MS)
        if not self.sender.paused:
            self.truth["agent"] += [None] * agent
            self.truth["customer"] += [None] * customer

    @rule(pressed=st.booleans())
    def ask_for_privacy(self, pressed: bool) -> None:
        if pressed:
            self.sender.pause("privacy", self.now)
        else:
            self.sender.resume(self.now)
        self._note_pause()

    @rule(active=st.booleans())
    def complain(self, active: bool) -> None:
        self.sender.status("mic_muted", active=active)

    def _note_pause(self) -> None:
        """Write down what the client now owes to the server."""
        paused = self.paused_at is not None
        if self.sender.paused == paused:
            return
        said = f"resume {self.now - self.paused_at}" if self.paused_at is not None else "pause"
        self.paused_at = None if paused else self.now
        for heard in self.truth.values():
            heard.append(said)

    # --- the network ------------------------------------------------------------------------------

    @precondition(lambda self: self.wire is None)
    @rule()
    def connect(self) -> None:
        session = NativeSession(self.register, authorise, now=self.now)
        self.wire = Wire(session)
        self.wire.up.append(self.sender.hello(self.now, "token"))

    @precondition(lambda self: self.wire is not None)
    @rule(count=st.integers(1, 30))
    def send(self, count: int) -> None:
        assert self.wire is not None
        for _ in range(count):
            if (message := self.sender.take()) is None:
                break
            self.wire.up.append(message)

    @precondition(lambda self: self.wire is not None)
    @rule(count=st.integers(1, 30))
    def carry_up(self, count: int) -> None:
        assert self.wire is not None
        self._carry(self.wire, count)

    @precondition(lambda self: self.wire is not None)
    @rule(count=st.integers(1, 30))
    def carry_down(self, count: int) -> None:
        wire = self.wire
        assert wire is not None
        for _ in range(min(count, len(wire.down))):
            self.sender.hear(wire.down.popleft(), self.now)
            self._note_pause()
        if wire.code is not None and not wire.down:
            self._lose(wire.code)

    @rule(rounds=st.integers(1, 3))
    def go_well(self, rounds: int) -> None:
        """Let everything through for a while."""
        for _ in range(rounds):
            if self.wire is None:
                self.connect()
            self.carry_up(100_000)
            self.carry_down(100_000)
            if self.wire is not None:
                self.send(100_000)
                self.carry_up(100_000)

    @precondition(lambda self: self.wire is not None)
    @rule()
    def cut(self) -> None:
        """Break the connection; what was on its way up may still arrive, but for a late hello."""
        assert self.wire is not None
        if self.wire.session.call is None:
            self.wire.up.clear()
        self.old = [*self.old[-2:], self.wire]
        self._lose(1006)

    @precondition(lambda self: self.old)
    @rule(which=st.integers(0, 2), count=st.integers(1, 10))
    def carry_late(self, which: int, count: int) -> None:
        self._carry(self.old[which % len(self.old)], count)

    @precondition(lambda self: self.wire is not None and self.wire.sent)
    @rule(which=st.integers(0, 10_000))
    def duplicate(self, which: int) -> None:
        """Let a message come twice: the server must not hear it again."""
        assert self.wire is not None
        before = [self.store.heard(channel) for channel in CHANNELS]

        if self.wire.code is None:
            self._hear(self.wire, self.wire.sent[which % len(self.wire.sent)])

        assert [self.store.heard(channel) for channel in CHANNELS] == before

    def _carry(self, wire: Wire, count: int) -> None:
        for _ in range(min(count, len(wire.up))):
            message = wire.up.popleft()
            if wire.code is None:
                self._hear(wire, message)
                if "hello" not in str(message):
                    wire.sent.append(message)

    def _lose(self, code: int) -> None:
        self.wire = None
        self.sender.lost(code, self.now)
        assert self.sender.outcome is None, self.sender.outcome

    # --- the server -------------------------------------------------------------------------------

    def _hear(self, wire: Wire, message: str | bytes) -> None:
        session = wire.session
        try:
            if isinstance(message, str):
                self._take(wire, session.text(message, self.now))
            else:
                self._take(wire, session.binary(message, self.now))
        except RefusedError as refused:
            wire.code = refused.code
        assert wire.code in (None, *self._reasons(wire, message)), "a true client was refused"

    def _reasons(self, wire: Wire, message: str | bytes) -> Iterator[int]:
        """Yield the codes with which the server may rightly refuse a message."""
        if wire is not self.wire:
            yield protocol.REPLACED
        if isinstance(message, str) and '"hello"' in message:
            yield protocol.UNKNOWN_TOKEN

    def _take(self, wire: Wire, items: Iterable[Item]) -> None:
        found: list[Item] = []
        for item in items:
            match item:
                case Send():
                    wire.down.append(str(item.data))
                case Close():
                    wire.code = item.code
                case Mark():
                    self.store.items.append((item.seq, found))
                    found = []
                case _:
                    found.append(item)
        if (known := self.register.find(CALL)) is not None:
            known.settled = lambda: self.committed

    @rule(ms=st.sampled_from([100, 700, 2_500, protocol.IDLE_MS + 1_000]))
    def wait(self, ms: int) -> None:
        self.now += ms
        self._beat()
        silent = self.wire is not None and self.wire.code == protocol.TOO_SLOW
        assert not (silent and self.store.paused), "who pauses may be silent"

    def _beat(self) -> None:
        if self.wire is not None and self.wire.code is None and self.wire.session.call:
            self._take(self.wire, self.wire.session.wait(self.now))

    @rule(share=st.floats(0, 1))
    def commit(self, share: float) -> None:
        """Let the store get hold of a part of what was heard."""
        waiting = [seq for seq, _ in self.store.items if seq > self.committed]
        if waiting:
            self.committed = waiting[round(share * (len(waiting) - 1))]

    @rule(forget_key=st.booleans())
    def crash(self, forget_key: bool) -> None:
        """Kill the server; it comes back with what it had stored."""
        before = self.register.find(CALL)
        self.register = Register()
        self.store.truncate(self.committed)
        self.old = []
        if self.wire is not None:
            self._lose(1006)
        if before is not None:
            known = Known(before.hello, before.admitted, epoch=before.epoch, asked=before.asked)
            known.received = self.committed
            known.paused = self.store.paused
            known.settled = lambda: self.committed
            if not forget_key:
                known.key = before.key
            self.register.add(known)

    @precondition(lambda self: self.wire is not None)
    @rule(pause=st.booleans())
    def wish_for_a_pause(self, pause: bool) -> None:
        """Let the agent press a button of the overlay."""
        assert self.wire is not None
        event = CallPaused(at=0, reason="agent") if pause else CallResumed(at=0, skipped=0)
        if self.wire.code is None:
            self._take(self.wire, self.wire.session.told(event))

    # --- what must hold ---------------------------------------------------------------------------

    @invariant()
    def nothing_is_safe_that_was_not_committed(self) -> None:
        assert self.sender.acknowledged <= self.committed

    def teardown(self) -> None:
        """Let all be well at last, and compare."""
        self.sender.end("hangup")
        for heard in self.truth.values():
            heard.append("end")
        for _ in range(8):
            self._settle_down()
        assert self.sender.waiting == 0
        for channel in CHANNELS:
            _check(self.store.heard(channel), self.truth[channel], self.sender.dropped_ms)

    def _settle_down(self) -> None:
        if self.wire is None:
            self.connect()
        for _ in range(40):
            self.send(100_000)
            self.carry_up(100_000)
            self.commit(1.0)
            self.now += protocol.ACK_MS
            self._beat()
            if self.wire is not None:
                self.carry_down(100_000)
            if self.wire is None or not self.sender.waiting:
                break


def _check(heard: list[Heard], truth: list[Heard], dropped_ms: int) -> None:
    """Compare what the server heard with what was recorded."""
    assert len(heard) == len(truth), "a channel has the wrong length"
    different = [(a, b) for a, b in zip(heard, truth, strict=True) if a != b]
    assert all(mine is None for mine, _ in different), "a sample is wrong outside of gaps"
    assert len(different) * FRAME_MS <= dropped_ms, "more is silent than left the ring"


def test_no_sound_is_lost_or_doubled_or_wrong() -> None:
    run_state_machine_as_test(
        Calls,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


@pytest.mark.slow
def test_no_sound_is_lost_or_doubled_or_wrong_in_thousands_of_calls() -> None:
    run_state_machine_as_test(
        Calls, settings=settings(max_examples=3_000, stateful_step_count=60, deadline=None)
    )
