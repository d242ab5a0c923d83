"""What the desk keeps does not grow: not with time, and not with losses."""

import gc
import sys
from types import FunctionType, MethodType, ModuleType

import numpy as np

from assist.capture.desk import Desk
from assist.events import Channel
from assist.protocol import GapReason, Trouble
from tests.capture.devices import CALL, Room, room

TICK = 0.2
MINUTE = 60.0
OUTSIDE = (type, ModuleType, FunctionType, MethodType, Room)
"""What is not the desk's, or is the test's."""


class Drain:
    """An outlet that keeps nothing."""

    paused = False
    ms = 0

    def audio(self, channel: Channel, payload: bytes, ms: int) -> None:
        self.ms += ms

    def gap(self, reason: GapReason, *, agent: int = 0, customer: int = 0) -> None:
        self.ms += agent + customer

    def status(self, code: Trouble, *, active: bool, detail: str = "") -> None:
        pass


def weight(root: object) -> int:
    """Return the bytes of all that hangs on an object."""
    seen: set[int] = set()
    waiting, total = [root], 0
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, OUTSIDE):
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        waiting += gc.get_referents(one)
        if isinstance(one, np.ndarray) and one.base is not None:
            waiting.append(one.base)
    return total


def pass_time(here: Room, desk: Desk, seconds: float) -> None:
    for _ in range(round(seconds / TICK)):
        here.now += TICK
        desk.tick(here.now)


def test_after_ten_minutes_with_losses_the_desk_holds_no_more_than_after_one() -> None:
    here, drain = room(), Drain()
    here.late = 0.006
    here.sources[CALL.name].rate *= 1 + 80e-6
    desk = Desk(here, drain, now=here.now)
    pass_time(here, desk, MINUTE)
    before = weight(desk)
    for _ in range(9):
        pass_time(here, desk, 40)
        here.sources[CALL.name].stalled = True
        pass_time(here, desk, 5)
        here.sources[CALL.name].stalled = False
        pass_time(here, desk, 15)
    after = weight(desk)

    assert drain.ms > 2 * 9.9 * MINUTE * 1000
    assert desk.opened > 10
    assert before > 50_000
    assert after - before < 40_000
