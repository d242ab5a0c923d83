"""Many calls at once over real sockets, with pages that look on and strangers that misbehave.

    python -m benchmarks.load                     # both measurements, about two and a half minutes

**calls**: calls from the bundled recordings in timing-only mode, two overlays each, supervisors
that follow one call each; connections of calls break, strangers break every rule of the protocol.
**pages**: one call, a thousand overlays of it, of which some stop reading, and long notes to all.

The service runs in a process of its own (`served.py`), the calls and the pages in this one. The way
of a message is measured from the moment the engine had decided it to the moment this process has
read it, by the one clock that all processes of a machine share. What breaks, and when, follows from
the seed.
"""

import argparse
import asyncio
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import urlopen

from assist.client import Link, Sender
from assist.protocol import PATH
from benchmarks.audience import Audience, delays
from benchmarks.callers import Called, Repelled, attack, call, plans, sounds
from benchmarks.metrics import percentile
from benchmarks.record import RESULTS, plainly, rounded, write
from benchmarks.served import Stamp
from benchmarks.tables import table

SETTLE_S = 2.0
"""For the last messages to arrive, and for memory to come to rest."""
PROBE_S = 0.05
AGENT, CALL = "agent-0", "load-call-0000"


class Served:
    """A running service, seen from outside."""

    def __init__(self, process: subprocess.Popen[str], stamps: Path) -> None:
        assert process.stdout is not None
        where = json.loads(process.stdout.readline())
        self.port, self.token = where["port"], where["token"]
        self.socket = f"ws://127.0.0.1:{self.port}"
        self._process = process
        self._stamps = stamps

    @property
    def memory(self) -> float:
        """Its resident memory in KiB."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 1024

    @property
    def seconds(self) -> float:
        """The time of processors that it has used."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def figures(self) -> "Figures":
        """Return what it counts."""
        return Figures(await asyncio.to_thread(self._metrics))

    def stop(self) -> tuple[list[Stamp], int]:
        """End it, and return its stamps and its exit status."""
        self._process.send_signal(signal.SIGTERM)
        status = self._process.wait(30)
        return [(one[0], one[1], one[2]) for one in json.loads(self._stamps.read_text())], status

    def _metrics(self) -> str:
        with urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=30) as answer:
            return str(answer.read().decode())


@contextlib.contextmanager
def serving(calls: int) -> Iterator[tuple[Served, Path]]:
    """Run a service; its log is kept in a file while it lasts."""
    with TemporaryDirectory() as folder:
        stamps, log = Path(folder, "stamps.json"), Path(folder, "log")
        command = [sys.executable, "-m", "benchmarks.served", str(stamps), "--calls", str(calls)]
        with (
            log.open("w") as errors,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
        ):
            try:
                yield Served(process, stamps), log
            finally:
                process.kill()


@dataclass(frozen=True, slots=True)
class Figures:
    """The text of `/metrics`."""

    text: str

    def total(self, name: str) -> float:
        """Return the sum of a figure over all its labels."""
        lines = (line.rpartition(" ") for line in self.text.splitlines())
        found = (float(value) for key, _, value in lines if key.partition("{")[0] == name)
        return sum(found)

    def at_most(self, name: str, share: float) -> float:
        """Return the upper end of the bucket below which such a share of a histogram lies."""
        buckets = []
        for line in self.text.splitlines():
            key, _, value = line.rpartition(" ")
            if key.startswith(f'{name}_bucket{{le="'):
                buckets.append((float(key.split('"')[1]), float(value)))
        whole = max((count for _, count in buckets), default=0.0)
        if not whole:
            return float("nan")
        return next(end for end, count in sorted(buckets) if count >= share * whole)


class Lag:
    """How late this process is itself: what it measures cannot be better."""

    def __init__(self) -> None:
        self.late: list[float] = []

    async def watch(self) -> None:
        """Measure until cancelled."""
        while True:
            before = time.monotonic()
            await asyncio.sleep(PROBE_S)
            self.late.append((time.monotonic() - before - PROBE_S) * 1000)


@contextlib.asynccontextmanager
async def beside(*works: Any) -> AsyncIterator[None]:
    """Run tasks until the block ends."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def strangers(url: str, token: str, *, every: float, seed: int) -> list[Repelled]:
    """Attack again and again; what they met is in the list that is returned when cancelled."""
    random, found = Random(seed), []
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            found.append(await attack(url, token, random))
            await asyncio.sleep(every)
    return found


# --- calls ----------------------------------------------------------------------------------------


async def many_calls(served: Served, arguments: argparse.Namespace) -> dict[str, Any]:
    """Let all talk, and return what there is to tell."""
    recordings = sounds()
    audience, lag = Audience(served.socket, served.token), Lag()
    made = plans(
        arguments.calls,
        seconds=arguments.seconds,
        join=arguments.join,
        cuts=arguments.cuts,
        seed=arguments.seed,
    )
    url = served.socket + PATH
    overlays = [audience.overlay(plan.agent) for plan in made for _ in range(arguments.overlays)]
    watched = [f"load-call-{i % len(made):04}" for i in range(arguments.supervisors)]
    await served.figures()  # it answers once the playbooks are read
    before, used = served.memory, served.seconds
    hostile = asyncio.create_task(
        strangers(url, served.token, every=arguments.every, seed=arguments.seed)
    )
    supervisors = [audience.supervisor(one, arguments.join + 1) for one in watched]
    async with beside(*overlays, *supervisors, lag.watch()):
        begun = time.monotonic()
        calls = await asyncio.gather(
            *(call(url, served.token, p, recordings[p.number % len(recordings)]) for p in made)
        )
        await asyncio.sleep(SETTLE_S)
        lasted, used = time.monotonic() - begun, served.seconds - used
        hostile.cancel()
        repelled = await hostile
        figures = await served.figures()
        grown = served.memory - before
    return {
        "audience": audience,
        **_of_calls(calls, repelled),
        "server_cores": rounded(used / lasted, 2),
        "server_growth_mib": rounded(grown / 1024, 1),
        "generator_lag_p99_ms": rounded(percentile(lag.late, 0.99), 1),
        "messages": audience.messages,
        "pages_dropped": sum(audience.closed.values()),
        **_of_figures(figures),
    }


def _of_calls(calls: Sequence[Called], repelled: Sequence[Repelled]) -> dict[str, Any]:
    return {
        "calls_ended_well": sum(not one.text for one in calls),
        "troubles": sorted({one.text for one in calls if one.text}),
        "connections": sum(one.connections for one in calls),
        "items_acknowledged": sum(one.items for one in calls),
        "sound_dropped_ms": sum(one.dropped_ms for one in calls),
        "recording_late_max_ms": rounded(max(one.late for one in calls) * 1000),
        "attacks": len(repelled),
        "attacks_answered_wrongly": _wrong(repelled),
    }


def _wrong(repelled: Sequence[Repelled]) -> dict[str, int]:
    return dict(Counter(f"{one.kind}: {one.code}" for one in repelled if not one.rightly))


def _of_figures(figures: Figures) -> dict[str, Any]:
    return {
        "server_lag_p99_at_most_ms": figures.at_most("assist_loop_lag_seconds", 0.99) * 1000,
        "decided_to_sent_p95_at_most_ms": figures.at_most("assist_nudge_delivery_seconds", 0.95)
        * 1000,
        "evicted": round(figures.total("assist_clients_evicted_total")),
        "sound_missing_s": rounded(figures.total("assist_audio_gap_seconds_total"), 1),
    }


# --- pages ----------------------------------------------------------------------------------------


async def many_pages(served: Served, arguments: argparse.Namespace) -> dict[str, Any]:
    """Open many overlays of one call, stall some, and write to all of them."""
    audience, lag = Audience(served.socket, served.token), Lag()
    each = await _weigh(served, audience, arguments.pages)
    reading = [audience.overlay(AGENT) for _ in range(arguments.pages - arguments.stalled)]
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(beside(*reading, lag.watch()))
        await _until(served, arguments.pages - arguments.stalled)
        for _ in range(arguments.stalled):
            await stack.enter_async_context(audience.stalled(AGENT))
        before, used, begun = served.memory, served.seconds, time.monotonic()
        told = await _talk(served, audience, arguments)
        await asyncio.sleep(SETTLE_S)
        lasted, used = time.monotonic() - begun, served.seconds - used
        figures = await served.figures()
        grown = served.memory - before
    return {
        "audience": audience,
        "kib_a_connection": rounded(each, 1),
        "told": told,
        "server_cores": rounded(used / lasted, 2),
        "server_growth_mib": rounded(grown / 1024, 1),
        "generator_lag_p99_ms": rounded(percentile(lag.late, 0.99), 1),
        "messages": audience.messages,
        "pages_dropped": sum(audience.closed.values()),
        **_of_figures(figures),
    }


async def _weigh(served: Served, audience: Audience, pages: int) -> float:
    """Return what an idle page costs the server in KiB."""
    await served.figures()  # it answers once the playbooks are read, which no page costs
    before = served.memory
    opened = [await audience.idle(AGENT) for _ in range(pages)]
    await asyncio.sleep(SETTLE_S)
    each = (served.memory - before) / pages
    await asyncio.gather(*(page.close() for page in opened))
    return each


async def _until(served: Served, pages: int) -> None:
    """Wait until so many pages follow."""
    async with asyncio.timeout(60):
        following = 0.0
        while following < pages:
            await asyncio.sleep(0.1)
            following = (await served.figures()).total("assist_clients")


async def _talk(served: Served, audience: Audience, arguments: argparse.Namespace) -> int:
    """Let a call go on in silence while a supervisor writes long notes; return how many."""
    sender = Sender(CALL, agent=AGENT, language="en", source="load")
    link = Link(served.socket + PATH, sender, token=lambda: served.token)
    carrying = asyncio.create_task(link.run())
    async with beside(_silence(sender, link)):
        told = await audience.write(CALL, rate=arguments.rate, seconds=arguments.seconds)
    sender.end("hangup")
    link.wake()
    await carrying
    return told


async def _silence(sender: Sender, link: Link) -> None:
    while True:
        for channel in sender.channels:
            sender.audio(channel, bytes(3200), 100)
        link.wake()
        await asyncio.sleep(0.1)


# --- both -----------------------------------------------------------------------------------------

MEASURED = {"calls": many_calls, "pages": many_pages}


def measure(name: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Run one measurement against a fresh service, and return its figures."""
    load = os.getloadavg()[0]
    room = arguments.calls + round(arguments.seconds / arguments.every) + 100  # strangers' calls
    with serving(room) as (served, log):
        found = asyncio.run(MEASURED[name](served, arguments))
        stamps, status = served.stop()
        lines = log.read_text()
    audience = found.pop("audience")
    ways = delays(stamps, audience.received)
    return {
        "load_before": rounded(load, 1),
        "decided": len(stamps),
        "arrived": len(ways),
        **{f"way_p{p}_ms": rounded(percentile(ways, p / 100), 1) for p in (50, 95, 99)},
        "way_max_ms": rounded(max(ways, default=float("nan")), 1),
        **found,
        "tracebacks": lines.count("Traceback"),
        "log_errors": lines.count('"level": "error"'),
        "exit_status": status,
    }


def page(content: dict[str, Any]) -> str:
    """Return the results as Markdown."""
    parts = ["# Load", _INTRODUCTION]
    machine = content["machine"]
    parts.append(
        f"`{content['command']}`, {content['date']}, commit {content['commit']};"
        f" {machine['processor']}, {machine['cores']} cores, {machine['system']},"
        f" Python {machine['python']}."
    )
    for name in MEASURED:
        if name in content:
            parts += [f"## {name.capitalize()}", _told(name, content)]
            parts.append(table(("figure", "value"), [[k, v] for k, v in content[name].items()]))
    return "\n\n".join(parts) + "\n"


_INTRODUCTION = """\
Made by `benchmarks/load.py`, which says how it measures. `way` is from the engine's decision to the
page's process having read the message; `at most` is the upper end of a bucket of `/metrics`. The
generator shares the machine with the service, and `load_before` tells what else ran there."""


def _told(name: str, content: dict[str, Any]) -> str:
    asked = content["asked"]
    if name == "calls":
        return (
            f"{asked['calls']} calls from the bundled recordings for {asked['seconds']:g} s,"
            f" each cut {asked['cuts']} times; {asked['overlays']} overlays a call,"
            f" {asked['supervisors']} supervisors; a stranger every {asked['every']:g} s."
            f" Timing only; seed {asked['seed']}."
        )
    return (
        f"{asked['pages']} overlays of one call, {asked['stalled']} of them read nothing;"
        f" {asked['rate']:g} notes of 2,000 characters a second for {asked['seconds']:g} s."
    )


def main() -> None:
    """Measure, print and write down."""
    arguments = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # else the service would outlive it
    _allow_sockets()
    names = MEASURED if arguments.only is None else [arguments.only]
    content: dict[str, Any] = {"kind": "load", "model": "none", "asked": _asked(arguments)}
    for name in names:
        content[name] = measure(name, arguments)
        for key, value in content[name].items():
            print(f"{name} {key}: {value}", flush=True)
    path = write("load", content, arguments.results)
    path.with_suffix(".md").write_text(page(json.loads(path.read_text())), encoding="utf-8")


def _asked(arguments: argparse.Namespace) -> dict[str, Any]:
    return {k: v for k, v in vars(arguments).items() if isinstance(v, int | float)}


def _allow_sockets() -> None:
    """Let this process and the service that it starts hold as many sockets as may be."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=list(MEASURED))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calls", type=int, default=50)
    parser.add_argument("--join", type=float, default=5, help="seconds in which calls begin")
    parser.add_argument("--overlays", type=int, default=2, help="of each call")
    parser.add_argument("--supervisors", type=int, default=10)
    parser.add_argument("--cuts", type=int, default=1, help="of each call's connection")
    parser.add_argument("--every", type=float, default=1.0, help="seconds between two attacks")
    parser.add_argument("--pages", type=int, default=1000, help="of the one call")
    parser.add_argument("--stalled", type=int, default=20, help="of these pages")
    parser.add_argument("--rate", type=float, default=4, help="notes a second to the one call")
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser.parse_args(words)


if __name__ == "__main__":
    plainly(main)
