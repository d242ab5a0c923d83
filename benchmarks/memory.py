"""Memory over half an hour of several calls: it must not grow.

    python -m benchmarks.memory                    # 30 minutes of 4 calls with the demo model

As fast as the machine can: the calls share a scheduler, and no sound is pushed while more finals
wait than there are calls. Before, each worker decodes the longest window that there can be, for
CTranslate2 keeps what that took. The resident memory is read every simulated minute. What counts is
the growth from the end of the warm-up, the median of five readings at both ends.
"""

import argparse
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from threading import Barrier, Thread
from typing import Any

import numpy as np

from assist.audio.files import Step
from assist.core.audio import RATE, STEP_MS
from assist.speech.recogniser import Heard, Recogniser, Request
from assist.speech.scheduler import Scheduler
from benchmarks.live import our_call
from benchmarks.record import RESULTS, plainly, rounded, write
from benchmarks.scripted import find_device, load
from benchmarks.traffic import scene

TARGET = 5.0
"""MiB."""
LONGEST = 28
"""Seconds of the longest window, that of a second opinion."""
_TURNS = 3
"""Which worker takes a window is CTranslate2's choice: so often, that each has had its turn."""
_MINUTE = 60_000 // STEP_MS
_LOOP = 120_000
"""Milliseconds after which a call's sound begins anew."""


class Throttled:
    """A scheduler that knows how many of its answers are still awaited."""

    def __init__(self, pool: Scheduler) -> None:
        self._pool = pool
        self.open: list[Future[Heard]] = []

    @property
    def hop(self) -> int:
        """As the scheduler says."""
        return self._pool.hop

    def submit(self, request: Request) -> "Future[Heard]":
        """Hand a request on."""
        future = self._pool.submit(request)
        self.open.append(future)
        return future

    def figures(self) -> dict[str, float]:
        """As the scheduler says."""
        return dict(self._pool.figures())

    def wait(self, most: int) -> None:
        """Wait until no more than so many answers are awaited."""
        self.open = [future for future in self.open if not future.done()]
        while len(self.open) > most:
            time.sleep(0.002)
            self.open = [future for future in self.open if not future.done()]


def resident() -> float:
    """Return this process's memory in MiB."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:  # not Linux: the highest so far
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
    return pages * resource.getpagesize() / 2**20


def growth(curve: Sequence[float], warm: int) -> float:
    """Return the growth after so many readings, in the curve's unit."""
    later = curve[warm:]
    width = max(1, min(5, len(later) // 2))
    return median(later[-width:]) - median(later[:width])


def run(pool: Throttled, arguments: argparse.Namespace, until: float) -> list[float]:
    """Push the sound of every call; return the memory at each minute."""
    scenes = [scene(n, length=_LOOP, quiet=2_000) for n in range(arguments.calls)]
    calls = [our_call(each, pool, name=f"call-{n}") for n, each in enumerate(scenes)]
    streams: list[Iterator[Step]] = [cycle(list(each.steps())) for each in scenes]
    curve: list[float] = []
    for minute in range(arguments.minutes):
        if time.monotonic() > until:
            print("the time is up")
            break
        for _ in range(_MINUTE):
            for call, stream in zip(calls, streams, strict=True):
                for step in islice(stream, 1):
                    for _ in call.push(step):
                        pass
            pool.wait(arguments.calls)
        curve.append(round(resident(), 2))
        print(f"minute {minute + 1}: {curve[-1]} MiB", flush=True)
    return curve


def stretch(recogniser: Recogniser, workers: int) -> None:
    """Decode the longest window on each worker: CTranslate2 keeps the memory that it took."""
    noise = np.random.default_rng(1).normal(0, 0.05, LONGEST * RATE).astype(np.float32)
    ready = Barrier(workers)

    def work() -> None:
        ready.wait()
        recogniser.transcribe([Request(noise, language="en", careful=True)])

    for _ in range(_TURNS):
        threads = [Thread(target=work) for _ in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def main() -> None:
    """Print the curve and the growth, and write them down."""
    arguments = _arguments()
    until = time.monotonic() + arguments.budget * 60
    device = find_device(device="cpu", compute="auto")
    recogniser = load(arguments.model, device)
    print(f"loaded: {resident():.2f} MiB")
    stretch(recogniser, device.workers)
    print(f"after the longest window on every worker: {resident():.2f} MiB", flush=True)
    with Scheduler(recogniser, workers=device.workers, batch=device.batch) as scheduler:
        curve = run(Throttled(scheduler), arguments, until)
    grown = growth(curve, arguments.warm)
    print(f"growth after {arguments.warm} minutes: {grown:.2f} MiB (target < {TARGET})")
    content: dict[str, Any] = {
        "kind": "memory",
        "model": arguments.model,
        "calls": arguments.calls,
        "minutes": len(curve),
        "warm_minutes": arguments.warm,
        "growth_mib": rounded(grown, 2),
        "curve_mib": curve,
        "complete": len(curve) == arguments.minutes,
    }
    write("memory", content, arguments.results)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=int, default=30, help="simulated")
    parser.add_argument("--warm", type=int, default=5, help="of them that do not count")
    parser.add_argument("--calls", type=int, default=4)
    parser.add_argument("--model", default="demo")
    parser.add_argument("--budget", type=float, default=10, help="real minutes for all of it")
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser.parse_args()


if __name__ == "__main__":
    plainly(main)
