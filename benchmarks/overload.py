"""What becomes of three times as many calls as a machine can hear, and how soon it recovers.

    python -m benchmarks.overload --model tiny

The capacity is read from the results of `capacity.py`, or given by `--capacity`. First calls are
admitted as the service does it, until one is refused. Then all of three times the capacity speak,
admitted or not. At last all but one fall silent. To be shown: every utterance that is heard at
leisure ends in a final, however late; partials vanish first; after the load falls, finals are in
time again within 10 s.
"""

import argparse
import asyncio
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assist.errors import CapacityError
from assist.events import TranscriptFinal, TranscriptPartial
from assist.speech.pool import Inline
from assist.speech.recogniser import Heard as Answer
from assist.speech.recogniser import Request, Sound
from assist.speech.scheduler import Scheduler
from benchmarks.capacity import TARGET
from benchmarks.live import Line, Shown, our_call, play
from benchmarks.metrics import Heard, heard, percentile
from benchmarks.policies import OURS, Stage, stage
from benchmarks.record import RESULTS, plainly, rounded, write
from benchmarks.scripted import Script, Scripted, Work
from benchmarks.traffic import Scene, scene
from benchmarks.weights import CACHE, SHAPES, ready

FACTOR = 3
BUCKET = 5.0
"""Seconds over which decodes are counted."""
RECOVERED = 10.0
"""Seconds after which finals must be in time again."""


class Watch:
    """Admit calls while they come, and count decodes over time."""

    def __init__(self, pool: Scheduler, work: Work) -> None:
        self._pool = pool
        self._work = work
        self.admitted = 0
        self.refused = ""
        self.buckets: list[dict[str, float]] = []

    def admit(self, number: int) -> None:
        """Ask for room for a call."""
        try:
            self._pool.admit(f"call-{number}")
            self.admitted += 1
        except CapacityError as error:
            self.refused = self.refused or str(error)

    def release(self, number: int) -> None:
        """Give a call's room back."""
        self._pool.release(f"call-{number}")

    async def count(self) -> None:
        """Note every few seconds what was decoded since."""
        before = Work()
        while True:
            await asyncio.sleep(BUCKET)
            work = self._work
            self.buckets.append(
                {
                    "partials": work.partials - before.partials,
                    "finals": work.finals - before.finals,
                    "hop_ms": self._pool.hop,
                }
            )
            before = Work(partials=work.partials, finals=work.finals)


async def _overload(lines: Sequence[Line], watch: Watch, arguments: argparse.Namespace) -> None:
    """Let calls begin one after the other and end together, all but the first."""
    begun = asyncio.get_running_loop().time()
    apart = arguments.join / len(lines)
    counting = asyncio.create_task(watch.count())

    async def one(number: int, line: Line) -> None:
        await asyncio.sleep(number * apart)
        watch.admit(number)
        await play(line, begun + number * apart, arguments.drain)
        watch.release(number)

    async def another() -> None:
        await asyncio.sleep(arguments.seconds - 1)
        watch.admit(len(lines))

    await asyncio.gather(another(), *(one(number, line) for number, line in enumerate(lines)))
    counting.cancel()


def overload(place: Stage, capacity: int, arguments: argparse.Namespace) -> dict[str, Any]:
    """Run it and return what there is to tell."""
    count, apart = FACTOR * capacity, arguments.join / (FACTOR * capacity)
    crowd, alone = arguments.seconds, arguments.after
    scenes: list[Scene] = [scene(0, length=round((crowd + alone) * 50) * 20)]
    for number in range(1, count):  # all fall silent at the same time
        length = round((crowd - number * apart) * 50) * 20
        scenes.append(scene(number, length=max(2_000, length)))
    recogniser = Scripted(place.whisper, Script(scenes))
    device = place.device
    with Scheduler(recogniser, workers=device.workers, batch=device.batch) as pool:
        lines = [Line(each, our_call(each, pool)) for each in scenes]
        watch = Watch(pool, recogniser.work)
        asyncio.run(_overload(lines, watch, arguments))
        recogniser.stopped = True
    return {"calls": count, **_found(lines, watch, crowd)}


class Reader:
    """A recogniser that takes no time: it reads the script."""

    languages = ("en", "de")

    def __init__(self, script: Script) -> None:
        self._script = script

    def transcribe(self, requests: Sequence[Request]) -> list[Answer]:
        """Return the words in each window."""
        return [Answer(self._script.within(r.sound), r.language) for r in requests]

    def detect_language(self, samples: Sound) -> tuple[str, float]:
        """Return English."""
        return "en", 1.0


def at_leisure(scene: Scene) -> list[Heard]:
    """Return how the utterances of a call fare when decoding takes no time at all."""
    call = our_call(scene, Inline(Reader(Script([scene]))))
    events = [event for step in scene.steps() for event in call.push(step)]
    events += call.end()
    shown = [Shown(e.at, e) for e in events if isinstance(e, TranscriptPartial | TranscriptFinal)]
    return heard(scene.spoken, shown)


def _found(lines: Sequence[Line], watch: Watch, crowd: float) -> dict[str, Any]:
    each = [one for line in lines for one in heard(line.scene.spoken, line.shown)]
    calm = [one for line in lines for one in at_leisure(line.scene)]
    unheard = sum(not one.words and not same.words for one, same in zip(each, calm, strict=True))
    survivor = heard(lines[0].scene.spoken, lines[0].shown)
    after = [one for one in survivor if one.spoken.end >= (crowd + RECOVERED) * 1000]
    during = [one.delay for one in each if one not in after]
    return {
        "admitted": watch.admitted,
        "refused": watch.refused,
        "utterances": len(each),
        "unheard": unheard,
        "lost": sum(not one.words for one in each) - unheard,
        "words_lost": sum(len(one.spoken.words) - one.words for one in each),
        "sound_late": rounded(max(line.late for line in lines)),
        "ttfs_p50_overload": rounded(percentile(during, 0.5)),
        "ttfs_p95_overload": rounded(percentile(during, 0.95)),
        "ttfs_max_after": rounded(max((one.delay for one in after), default=math.nan)),
        "utterances_after": len(after),
        "recovered_after_s": rounded(_recovered(survivor, crowd), 1),
        "every_5_s": watch.buckets,
    }


def _recovered(survivor: Sequence[Heard], crowd: float) -> float:
    """Return how long after the fall of the load the last late final ends, in seconds."""
    late = [
        one.spoken.end / 1000 - crowd
        for one in survivor
        if one.spoken.end >= crowd * 1000 and one.delay > TARGET
    ]
    return max(late, default=0.0)


def main() -> None:
    """Overload a machine and write down what happened."""
    arguments = _arguments()
    capacity = arguments.capacity or _measured(arguments)
    place = stage(
        ready(arguments.model, arguments.folder),
        device=arguments.device,
        compute=arguments.compute,
    )
    found = overload(place, capacity, arguments)
    for key, value in found.items():
        print(f"{key}: {value}")
    write(
        f"overload-{arguments.model}-{place.device.kind}",
        {
            "kind": "overload",
            "model": arguments.model,
            "device": place.device.kind,
            "capacity": capacity,
            "seconds": arguments.seconds,
            **found,
        },
        arguments.results,
    )


def _measured(arguments: argparse.Namespace) -> int:
    """Read the capacity that was measured."""
    path = arguments.results / f"capacity-{arguments.model}-{arguments.device}.json"
    if not path.is_file():
        raise SystemExit(f"{path} is not there: run benchmarks.capacity first, or pass --capacity.")
    capacity: int = json.loads(path.read_text(encoding="utf-8"))["capacity"][OURS]
    return max(1, capacity)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", choices=[*SHAPES], default="tiny")
    parser.add_argument("--capacity", type=int, default=0, help="calls; 0 = as measured")
    parser.add_argument("--seconds", type=float, default=45, help="until the load falls")
    parser.add_argument("--join", type=float, default=15, help="seconds in which calls begin")
    parser.add_argument("--after", type=float, default=35, help="seconds of one call alone")
    parser.add_argument("--drain", type=float, default=20, help="seconds for the last finals")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--compute", default="auto")
    parser.add_argument("--folder", type=Path, default=CACHE, help="of the random weights")
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser.parse_args()


if __name__ == "__main__":
    plainly(main)
