"""How many calls a machine hears at once: ours and whisper_streaming's policy, in the same run.

    python -m benchmarks.capacity --shapes tiny base --budget 15

Random weights of the true shape (see `weights.py`), calls that take turns (`traffic.py`), in real
time (`live.py`). Capacity is the largest number of calls at which 95 % of the utterances are final
within a second of their end, and no sound comes late. The policies take turns, a measurement each,
so that a busy neighbour of the machine hits all of them. Where the other policy bears no call under
that target, `--target 8000` compares both at a delay that it does reach.
"""

import argparse
import time
from pathlib import Path
from typing import Any

from benchmarks.policies import OURS, POLICIES, Stage, measure, stage
from benchmarks.record import RESULTS, plainly, rounded, write
from benchmarks.search import POINTS, Search
from benchmarks.traffic import scene
from benchmarks.weights import CACHE, SHAPES, ready

TARGET = 1_000
"""TTFS p95 in milliseconds."""
LATE = 1_000
"""Sound that waits so long, in milliseconds, is as good as dropped."""
FEW = 2
"""So few calls are measured twice as long, for they say little in the same time."""
START = {"tiny": 8, "base": 3}


def borne(point: dict[str, Any], target: int = TARGET) -> bool:
    """Tell whether a measurement meets the target, a TTFS p95 in milliseconds."""
    delay: int | None = point["ttfs_p95"]
    return delay is not None and delay <= target and point["sound_late"] < LATE


def stem(model: str, device: str, target: int) -> str:
    """Return the name of the file of results."""
    other = "" if target == TARGET else f"-{target}ms"
    return f"capacity-{model}-{device}{other}"


def main() -> None:
    """Measure each shape and write its figures down."""
    arguments = _arguments()
    end = time.monotonic() + arguments.budget * 60
    for number, name in enumerate(arguments.shapes):
        folder = ready(name, arguments.folder)
        share = (end - time.monotonic()) / (len(arguments.shapes) - number)
        place = stage(
            folder,
            device=arguments.device,
            compute=arguments.compute,
            workers=arguments.workers,
            batch=arguments.batch,
            threads=arguments.baseline_threads,
        )
        start = arguments.start or START.get(name, 16 if place.device.kind == "cuda" else 1)
        found = explore(place, arguments, start=start, until=time.monotonic() + share)
        write(
            stem(name, place.device.kind, arguments.target),
            {
                "kind": "capacity",
                "model": name,
                "device": place.device.kind,
                "compute": place.device.compute_type,
                "workers": place.device.workers,
                "target_ms": arguments.target,
                "seconds": arguments.seconds,
                **found,
            },
            arguments.results,
        )


def explore(
    place: Stage, arguments: argparse.Namespace, *, start: int, until: float
) -> dict[str, Any]:
    """Search the capacity of each policy, a measurement each in turn."""
    limit = [point for point in POINTS if point <= arguments.most]
    searches = {
        policy: Search(limit, start=start if policy == OURS else 1) for policy in arguments.policies
    }
    points: list[dict[str, Any]] = []
    complete = True
    while any(search.next for search in searches.values()):
        for policy, search in searches.items():
            if search.next is None:
                continue
            length = arguments.seconds * (2 if search.next <= FEW else 1)
            if time.monotonic() + length > until:
                complete = False
                break
            point = _point(place, policy, search.next, length, arguments.language)
            points.append(point)
            search.tell(borne=borne(point, arguments.target))
        if not complete:
            print("the time is up")
            break
    capacity = {policy: search.capacity for policy, search in searches.items()}
    ratios = {p: rounded(capacity[OURS] / c, 1) for p, c in capacity.items() if c and p != OURS}
    print(f"capacity: {capacity}; ours against it: {ratios or 'the baseline bears no call'}")
    return {"points": points, "capacity": capacity, "ratio": ratios, "complete": complete}


def _point(place: Stage, policy: str, calls: int, seconds: float, language: str) -> dict[str, Any]:
    length = round(seconds * 50) * 20
    scenes = [scene(number, length=length, language=language) for number in range(calls)]
    point = measure(place, policy, scenes)
    print(
        f"{policy}, {calls} calls: TTFS p50/p95 {point['ttfs_p50']}/{point['ttfs_p95']} ms of"
        f" {point['utterances']} utterances, {point['lost']} lost, {point['cores']} cores,"
        f" loop lag p99 {point['loop_lag_p99']} ms",
        flush=True,
    )
    return point


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shapes", nargs="+", choices=[*SHAPES], default=["tiny", "base"])
    parser.add_argument("--policies", nargs="+", choices=POLICIES, default=[*POLICIES])
    parser.add_argument("--seconds", type=float, default=40, help="of a measurement")
    parser.add_argument("--budget", type=float, default=20, help="minutes for all of it")
    parser.add_argument("--start", type=int, default=0, help="calls of ours to begin with")
    parser.add_argument("--most", type=int, default=POINTS[-1], help="calls to try at most")
    parser.add_argument("--target", type=int, default=TARGET, help="TTFS p95 in milliseconds")
    parser.add_argument("--language", choices=["en", "de"], default="en")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="cpu")
    parser.add_argument("--compute", default="auto", help="int8, float16, …")
    parser.add_argument(
        "--workers", type=int, default=0, help="decodes at a time; 0 = as we choose"
    )
    parser.add_argument("--batch", type=int, default=0, help="windows together; 0 = as we choose")
    parser.add_argument("--baseline-threads", type=int, default=0, help="0 = one a core")
    parser.add_argument("--folder", type=Path, default=CACHE, help="of the random weights")
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser.parse_args()


if __name__ == "__main__":
    plainly(main)
