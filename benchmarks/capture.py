"""The agent's desk: the live path against the replay, clocks, leaks, and what the desk costs.

    python -m benchmarks.capture                  # all, about seven minutes; needs PulseAudio
    python -m benchmarks.capture clocks leaks     # parts of it

**live**: a bundled call is played into the two outputs of a virtual sound card (PulseAudio null
sinks), `assist capture` reads them in a process of its own and sends them to a service in this one;
its cues are compared with those of the replay of the same file. Timing only: words differ from run
to run on a machine that is busy. The desk's processor time and memory are read from the system.
**unplug**: how long it takes until a device that is taken away is told of, and is back.
**clocks**: an hour of two devices that are 80 ppm apart, simulated; where the sound of each lane
stands is told by the phase of a tone.
**hour**: a simulated hour of a desk whose call device is gone every tenth minute; the bytes that
hang on the desk after 9, 19, … minutes, and the memory of this process.
**leaks**: the bundled calls with the agent moved so that both often speak at once, and the customer
added to the agent's channel by three paths; what the agent's gate says, against what it says of the
clean channel.
"""

import argparse
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

from assist.audio.files import Recording
from assist.capture.desk import Desk
from assist.capture.lane import Lane
from assist.capture.sound import Block
from assist.core.audio import RATE, Samples
from assist.events import (
    CHANNELS,
    AudioGap,
    CallEnded,
    Channel,
    CueDetected,
    Event,
    Fault,
    NudgeShown,
    SpeechStarted,
)
from assist.replay import run
from assist.speech.bundled import bundled
from assist.speech.ears import Ears
from assist.speech.vad import Vad
from benchmarks.record import RESULTS, machine, made, write
from tests.capture.card import CALL, MICROPHONE, Card, card
from tests.capture.devices import Source, room
from tests.capture.test_soak import Drain, pass_time, weight
from tests.server.running import Running, running

CALLS = ("en-rough", "de-good", "en-good", "de-rough")
LIVE = "en-rough"
PPM = 80.0
HOUR = 3600
MOVED_S = 9
"""The agent is moved by so much, so that both speak at once."""
STEP = 320
Wave = np.ndarray[Any, np.dtype[np.float64]]
Figures = dict[str, Any]


def sound_of(name: str, seconds: int | None = None) -> dict[Channel, Samples]:
    """Return both channels of a bundled call."""
    recording = Recording(bundled("demo", "calls") / name / "audio.ogg")
    steps = list(recording.steps())[: seconds * 50 if seconds else None]
    return {side: np.concatenate([step[side] for step in steps]) for side in recording.channels}


# ---- live ----------------------------------------------------------------------------------------


def live() -> Figures:
    """Play a call through a sound card and compare it with its replay."""
    sound = sound_of(LIVE)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        place = Path(folder)
        with card(place, environment) as plugs, running() as here:
            plugs.plug_microphone()
            plugs.plug("call_out")
            desk = start(here, place)
            here.until(lambda events: any(event.at >= 1000 for event in events), seconds=90)
            costs = listen(plugs, desk, sound)
            desk.send_signal(signal.SIGINT)
            here.until(lambda events: any(isinstance(e, CallEnded) for e in events), seconds=30)
            desk.wait(30)
            heard = list(here.events)
    offset = first_speech(heard) - first_speech(list(replayed(0)))
    return {"offset_ms": offset} | compared(heard, list(replayed(offset))) | costs


def replayed(offset: int) -> Iterator[Event]:
    """Replay the call with silence before it: the live one begins some time before the sound."""
    recording = Recording(bundled("demo", "calls") / LIVE / "audio.ogg")
    silent = dict.fromkeys(CHANNELS, np.zeros(STEP, np.int16))
    steps = itertools.chain(itertools.repeat(silent, round(offset / 20)), recording.steps())
    yield from run(recording, vad=Vad(), steps=steps)


def first_speech(events: Sequence[Event]) -> int:
    """Return when somebody first spoke."""
    return next(event.start for event in events if isinstance(event, SpeechStarted))


def start(here: Running, place: Path) -> "subprocess.Popen[bytes]":
    """Begin `assist capture`."""
    token = place / "token"
    token.write_text(here.access.token)
    names = {"TOKEN_FILE": str(token), "SERVER": here.base}
    names |= {"MICROPHONE": MICROPHONE, "CALL": CALL}
    settings = {f"ASSIST_CAPTURE__{name}": value for name, value in names.items()}
    return subprocess.Popen(
        [sys.executable, "-m", "assist", "capture"],
        env=os.environ | settings | {"XDG_CONFIG_HOME": "/none"},
        stdout=subprocess.DEVNULL,
    )


def listen(
    plugs: Card, desk: "subprocess.Popen[bytes]", sound: Mapping[Channel, Samples]
) -> Figures:
    """Play both sides, and measure what the desk takes meanwhile."""
    plugs.play_together({"headset": sound["agent"], "call_out": sound["customer"]})
    time.sleep(15)  # what it costs to begin is another matter
    begun, cpu, memory = time.monotonic(), processor_time(desk.pid), memory_of(desk.pid)
    time.sleep(len(sound["agent"]) / RATE - 15 + 2)
    seconds = time.monotonic() - begun
    return {
        "seconds": round(seconds),
        "desk_cpu_percent": round(100 * (processor_time(desk.pid) - cpu) / seconds, 2),
        "desk_memory_mib": round(memory_of(desk.pid), 1),
        "desk_growth_mib": round(memory_of(desk.pid) - memory, 2),
    }


def processor_time(pid: int) -> float:
    """Return the seconds of processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(pid: int) -> float:
    """Return the resident memory of a process in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def compared(heard: Sequence[Event], there: Sequence[Event]) -> Figures:
    """Tell how far a live call is its replay."""
    figures: Figures = {}
    for name, kind in (("cues", CueDetected), ("nudges", NudgeShown)):
        live, again = (
            [(e.cue, e.at) for e in events if isinstance(e, kind)] for events in (heard, there)
        )
        same = [cue for cue, _ in live] == [cue for cue, _ in again]
        apart = [abs(a - b) for (_, a), (_, b) in zip(live, again, strict=False)]
        figures |= {
            f"{name}_live": [f"{cue} {at}" for cue, at in live],
            f"{name}_replayed": [f"{cue} {at}" for cue, at in again],
            f"{name}_same_order": same,
            f"{name}_apart_max_ms": max(apart, default=None) if same else None,
        }
    figures["gaps"] = sum(isinstance(e, AudioGap) for e in heard)
    figures["faults"] = sorted({e.code for e in heard if isinstance(e, Fault)})
    return figures


# ---- unplug --------------------------------------------------------------------------------------


def unplug(times: int = 5) -> Figures:
    """Take the call's output away in a running call and bring it back, a few times."""
    told, back, cues = [], [], 0
    sound = sound_of(LIVE, 20)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        place = Path(folder)
        with card(place, environment) as plugs, running() as here:
            plugs.plug_microphone()
            call = plugs.plug("call_out")
            desk = start(here, place)
            here.until(lambda events: any(event.at >= 2000 for event in events), seconds=90)
            plugs.play("headset", np.tile(sound["agent"], 20))
            for number in range(1, times + 1):
                begun = time.monotonic()
                plugs.unplug(call)
                here.until(told_of(number, active=True), seconds=60)
                told.append(time.monotonic() - begun)
                time.sleep(3)
                begun = time.monotonic()
                call = plugs.plug("call_out")
                here.until(told_of(number, active=False), seconds=60)
                back.append(time.monotonic() - begun)
                time.sleep(4)
            desk.send_signal(signal.SIGINT)
            desk.wait(30)
            cues = sum(
                isinstance(event, SpeechStarted) and event.channel == "customer"
                for event in here.events
            )
    return {
        "times": times,
        "told_s": [round(one, 2) for one in told],
        "over_s": [round(one, 2) for one in back],
        "speech_on_the_dead_channel": cues,
    }


def told_of(number: int, *, active: bool) -> Callable[[Sequence[Event]], bool]:
    """Return whether a device was told missing, or found, for so many times."""
    return lambda events: (
        sum(
            isinstance(e, Fault) and e.code == "customer_missing" and e.active == active
            for e in events
        )
        >= number
    )


# ---- clocks --------------------------------------------------------------------------------------


def clocks() -> Figures:
    """Run two devices that drift apart for an hour."""
    lanes = {ppm: place_errors(ppm) for ppm in (-PPM / 2, PPM / 2)}
    apart = [abs(a - b) for a, b in zip(*lanes.values(), strict=False)]
    return {
        "drift_ppm": PPM,
        "seconds": HOUR,
        "uncorrected_ms": PPM * HOUR / 1000,
        "apart_max_ms": round(max(apart) * 1000, 2),
        "apart_after_two_minutes_max_ms": round(max(apart[120:]) * 1000, 2),
        "apart_at_the_end_ms": round(apart[-1] * 1000, 2),
    }


def place_errors(ppm: float) -> list[float]:
    """Return by how much a lane's sound stands off its place, for each second of an hour."""
    source, lane = Source(ppm=ppm, hertz=20), Lane(start=0.0)
    random = np.random.default_rng(round(ppm) + 1000)
    waiting, position, errors = np.zeros(0, np.int16), 0, []
    length = 800 / source.rate
    for number in range(round(HOUR / length)):
        begin = number * length
        late = float(random.exponential(0.006))
        lane.push(Block(source.sound(begin, 800).tobytes(), begin + length + late))
        parts = [p.pcm if p.pcm is not None else np.zeros(p.ms * 16, np.int16) for p in lane.take()]
        waiting = np.concatenate([waiting, *parts])
        while len(waiting) >= RATE:
            errors.append(phase(waiting[:RATE], position))
            waiting, position = waiting[RATE:], position + RATE
    return errors


def phase(pcm: Samples, position: int) -> float:
    """Return by how many seconds a tone of 20 Hz is off its place."""
    t = (np.arange(len(pcm)) + position) / RATE
    return float(np.angle(np.sum(pcm * np.exp(-40j * np.pi * t)) * 1j) / (40 * np.pi))


# ---- an hour -------------------------------------------------------------------------------------


def hour() -> Figures:
    """Run a desk for a simulated hour with losses; tell what it holds, and what it costs."""
    here, drain = room(), Drain()
    here.late = 0.006
    here.sources["speaker.monitor"].rate *= 1 + PPM * 1e-6
    desk = Desk(here, drain, now=here.now)
    begun, held, memory = time.process_time(), [], []
    for minute in range(60):
        here.sources["speaker.monitor"].stalled = minute % 10 == 9
        pass_time(here, desk, 60)
        if minute % 10 == 8:
            held.append(weight(desk) // 1024)
            memory.append(round(memory_of(os.getpid()), 1))
    return {
        "seconds": HOUR,
        "held_kib": held,
        "memory_mib": memory,
        "cpu_percent_with_the_simulation": round((time.process_time() - begun) / HOUR * 100, 2),
        "opened": desk.opened,
    }


# ---- leaks ---------------------------------------------------------------------------------------


def leaks() -> Figures:
    """Measure on all calls, with leaks of several kinds."""
    rows = []
    for decibels, delay in ((24, 80), (20, 80), (30, 20)):
        counts = sum((judged(call, decibels, delay) for call in CALLS), np.zeros(6))
        false, only, alone_found, alone, both_found, both = counts.tolist()
        rows.append(
            {
                "leak_db": -decibels,
                "delay_ms": delay,
                "customer_only_taken_for_agent_percent": round(100 * false / only, 2),
                "agent_alone_found_percent": round(100 * alone_found / alone, 1),
                "agent_over_customer_found_percent": round(100 * both_found / both, 1),
            }
        )
        print(rows[-1], flush=True)
    return {"calls": list(CALLS), "seconds_each": 90, "rows": rows}


def judged(call: str, decibels: float, delay: int) -> Wave:
    """Count the frames of 20 ms of one call: found and all, for the three cases."""
    sound = {side: pcm.astype(np.float64) for side, pcm in sound_of(call, 90).items()}
    silent = np.zeros(len(sound["agent"]))
    agent = np.roll(sound["agent"], MOVED_S * RATE)
    agent += np.random.default_rng(1).standard_normal(len(agent)) * 4
    customer = sound["customer"]
    truth = spoken({"agent": agent, "customer": silent})["agent"]
    there = spoken({"agent": silent, "customer": customer})["customer"]
    mixed = agent + leaked(customer, decibels, delay)
    found = spoken({"agent": mixed, "customer": customer})["agent"]
    only = there & ~near(truth, 10)
    alone = truth & ~near(there, 7)
    both = truth & there
    sums = [
        found[only].sum(),
        only.sum(),
        found[alone].sum(),
        alone.sum(),
        found[both].sum(),
        both.sum(),
    ]
    return np.array(sums, np.float64)


def near(
    mask: np.ndarray[Any, np.dtype[np.bool_]], frames: int
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return a mask that is so many frames wider on both sides."""
    return np.convolve(mask, np.ones(2 * frames + 1), "same") > 0


def leaked(source: Wave, decibels: float, delay: int) -> Wave:
    """Return what a microphone hears of a source by three paths."""
    heard = np.zeros_like(source)
    for later, gain in ((0, 1.0), (5, 0.4), (13, 0.25)):
        count = (delay + later) * 16
        heard[count:] += gain * source[:-count]
    scale = np.sqrt(np.mean(source**2) / np.mean(heard**2))
    whole: Wave = heard * scale * 10 ** (-decibels / 20)
    return whole


def spoken(sound: Mapping[Channel, Wave]) -> dict[Channel, Any]:
    """Return for each frame of 20 ms whether the gate of a channel takes it for speech."""
    ears = Ears(Vad(), CHANNELS)
    length = len(sound["agent"]) // STEP
    found = {channel: np.zeros(length, bool) for channel in CHANNELS}
    for i in range(0, length * STEP, STEP):
        step = {
            c: np.clip(pcm[i : i + STEP], -32768, 32767).astype(np.int16)
            for c, pcm in sound.items()
        }
        for channel, edge in ears.push(step).items():
            if edge is not None and edge.kind == "ended":
                found[channel][edge.start // 20 : edge.end // 20] = True
    for channel, edge in ears.flush().items():
        if edge is not None:
            found[channel][edge.start // 20 : edge.end // 20] = True
    return found


PARTS: dict[str, Callable[[], Figures]] = {
    "live": live,
    "unplug": unplug,
    "clocks": clocks,
    "hour": hour,
    "leaks": leaks,
}


def page(figures: Mapping[str, Any]) -> str:
    """Write the figures as a page."""
    here = machine()
    lines = [
        "# The agent's desk",
        "",
        "`python -m benchmarks.capture`; `benchmarks/capture.py` says how it measures.",
        "",
    ]
    lines += [
        f"{here['processor']}, {here['cores']} cores, {here['memory_gib']} GiB, {here['system']},"
        f" Python {here['python']}."
    ]
    for name, found in figures.items():
        lines += ["", f"## {name}", "", "| figure | value |", "|---|---|"]
        lines += [f"| {key} | {value} |" for key, value in found.items() if key != "rows"]
        if "rows" in found:
            heads = list(found["rows"][0])
            lines += ["", f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
            lines += [f"| {' | '.join(str(row[h]) for h in heads)} |" for row in found["rows"]]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure what was asked for; other figures of an earlier run stay."""
    import json

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all, when none is named")
    asked = parser.parse_args().parts or list(PARTS)
    file = RESULTS / "capture.json"
    figures: Figures = json.loads(file.read_text()) if file.is_file() else {}
    for name in asked:
        load = round(os.getloadavg()[0], 1)
        figures[name] = PARTS[name]() | {"load_before": load, **made()}
        print(name, figures[name], flush=True)
    kept = {name: figures[name] for name in PARTS if name in figures}
    write("capture", kept)
    (RESULTS / "capture.md").write_text(page(kept), encoding="utf-8")


if __name__ == "__main__":
    main()
