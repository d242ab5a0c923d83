"""The policies that are compared, and what one of them makes of so many calls."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from assist.core.audio import RATE
from assist.core.redaction import Rules
from assist.speech.device import Device
from assist.speech.machine import cores
from assist.speech.recogniser import Recogniser, Request
from assist.speech.scheduler import Scheduler
from assist.speech.vad import Vad
from benchmarks.baseline import BaselineCall
from benchmarks.live import Air, Line, on_air, our_call
from benchmarks.metrics import heard, percentile
from benchmarks.padded import Padded
from benchmarks.record import rounded
from benchmarks.scripted import Script, Scripted, Work, find_device, load
from benchmarks.traffic import Scene

OURS, STREAMING, DROPPING = "ours", "whisper_streaming", "whisper_streaming, tail dropped"
POLICIES = (OURS, STREAMING, DROPPING)
WARM = 8.0
"""Seconds of a measurement that do not count."""
UNMASKED = Rules(enabled=False)
"""A final that ends in digits is held for two seconds, as a number may go on: that is chosen, says
nothing about the machine, and the other policy does not do it."""
DRAIN = 3.0
"""Seconds after it in which finals may still come."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What decodes: a model of random weights, loaded twice, once for each policy."""

    device: Device
    whisper: Recogniser
    padded: Padded

    @contextmanager
    def lines(self, policy: str, scenes: Sequence[Scene]) -> Iterator[tuple[list[Line], Work]]:
        """Yield fresh calls under a policy, and what their decodes take."""
        script = Script(scenes)
        if policy != OURS:
            self.padded.begin(script)
            calls = [self._baseline(scene, tail=policy == STREAMING) for scene in scenes]
            yield calls, self.padded.work
            self.padded.begin(script)  # which gives up what still waits
            return
        recogniser = Scripted(self.whisper, script)
        workers, batch = self.device.workers, self.device.batch
        with Scheduler(recogniser, workers=workers, batch=batch) as pool:
            calls = [our_call(scene, pool, secrets=UNMASKED) for scene in scenes]
            yield list(map(Line, scenes, calls)), recogniser.work
            recogniser.stopped = True

    def _baseline(self, scene: Scene, *, tail: bool) -> Line:
        return Line(scene, BaselineCall(Vad(), self.padded, language=scene.language, tail=tail))


def stage(
    folder: Path,
    *,
    device: str,
    compute: str,
    workers: int = 0,
    batch: int = 0,
    threads: int = 0,
) -> Stage:
    """Load a model for both policies, and decode once to warm up.

    Args:
        folder: of the model.
        device: `cpu` or `cuda`.
        compute: the type of its numbers.
        workers: of ours; 0 = as the service chooses.
        batch: windows that we decode together at most; 0 = as the service chooses.
        threads: of a pass of the baseline, which has one worker; 0 = one a core.
    """
    chosen = find_device(device=device, compute=compute, workers=workers)
    chosen = replace(chosen, batch=batch or chosen.batch)
    print(chosen.sentence)
    whisper = load(str(folder), chosen)
    padded = Padded(
        folder, threads=threads or cores(), device=chosen.kind, compute=chosen.compute_type
    )
    noise = np.random.default_rng(1).normal(0, 0.1, 2 * RATE).astype(np.float32)
    scripted = Scripted(whisper, Script(()))
    for careful in (False, True):
        scripted.transcribe([Request(noise, language="en", careful=careful)])
    padded.passed(noise, "", "en")
    return Stage(chosen, whisper, padded)


def measure(stage: Stage, policy: str, scenes: Sequence[Scene]) -> dict[str, Any]:
    """Put calls on the air and return the figures of one measurement."""
    with stage.lines(policy, scenes) as (lines, work):
        air = on_air(lines, drain=DRAIN)
        return {"policy": policy, "calls": len(scenes), **figures(air, work)}


def figures(air: Air, work: Work) -> dict[str, Any]:
    """Return the figures of calls that were on the air."""
    found = [
        each
        for line in air.lines
        for each in heard(line.scene.spoken, line.shown)
        if each.spoken.end >= WARM * 1000
    ]
    delays = [each.delay for each in found]
    said = sum(len(each.spoken.words) for each in found)
    return {
        "utterances": len(found),
        "ttfs_p50": rounded(percentile(delays, 0.5)),
        "ttfs_p95": rounded(percentile(delays, 0.95)),
        "lost": sum(not each.words for each in found),
        "words_lost": rounded(1 - sum(each.words for each in found) / said, 4) if said else None,
        "sound_late": rounded(max(line.late for line in air.lines)),
        "loop_lag_p50": rounded(percentile(air.lags, 0.5), 2),
        "loop_lag_p99": rounded(percentile(air.lags, 0.99), 2),
        "cores": rounded(air.cores, 2),
        "partials": work.partials,
        "finals": work.finals,
        "decodes": work.calls,
        "guards": work.guards,
    }
