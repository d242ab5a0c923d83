"""Draw what was measured: SVG pictures for the manual, readable on light and on dark.

python -m benchmarks.plots
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt

from benchmarks.capacity import TARGET
from benchmarks.policies import POLICIES
from benchmarks.record import RESULTS

IMAGES = Path(__file__).parent.parent / "docs" / "images"
_GREY = "#808080"
"""Has about the same contrast with white and with black."""
_COLOURS = dict(zip(POLICIES, ("#2a8fd8", "#d8702a", "#b8a040"), strict=True))
_STYLE: Any = {
    "svg.hashsalt": "call-assist",  # the same figures make the same file
    "font.family": "sans-serif",
    "text.color": _GREY,
    "axes.edgecolor": _GREY,
    "axes.labelcolor": _GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": _GREY,
    "ytick.color": _GREY,
    "grid.color": _GREY,
    "grid.alpha": 0.25,
    "legend.frameon": False,
}
_WORST = 10_000
"""Milliseconds at which the picture ends; later, or never, is drawn there."""


def read(kind: str, folder: Path = RESULTS) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the name and the content of every result of a kind."""
    for path in sorted(folder.glob("*.json")):
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if content.get("kind") == kind:
            yield path.stem, content


def draw(results: Path, images: Path) -> list[Path]:
    """Draw every result that has a picture; return the files."""
    images.mkdir(parents=True, exist_ok=True)
    written = []
    with mpl.rc_context(_STYLE):
        for name, content in read("capacity", results):
            written.append(_save(_capacity(content), images / f"{name}.svg"))
        for name, content in read("memory", results):
            written.append(_save(_memory(content), images / f"{name}.svg"))
    return written


def _capacity(content: dict[str, Any]) -> Any:
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    for policy, colour in _COLOURS.items():
        points = sorted(
            (p["calls"], min(_WORST, p["ttfs_p95"] or _WORST))
            for p in content["points"]
            if p["policy"] == policy
        )
        if points:
            calls, delays = zip(*points, strict=True)
            axes.plot(calls, [d / 1000 for d in delays], "o-", color=colour, label=policy)
    axes.axhline(TARGET / 1000, color=_GREY, linestyle="--", linewidth=1)
    axes.set_yscale("log")
    axes.set_yticks([0.5, 1, 2, 5, 10], ["0.5", "1", "2", "5", "≥ 10"])
    axes.minorticks_off()
    axes.set_xticks(sorted({p["calls"] for p in content["points"]}))
    axes.set_xlabel("calls at once")
    axes.set_ylabel("end of speech to final, 95 %, s")
    axes.set_title(_title(content), fontsize=10)
    axes.grid(visible=True)
    axes.legend(fontsize=8)
    return figure


def _memory(content: dict[str, Any]) -> Any:
    figure, axes = plt.subplots(figsize=(6.4, 2.8))
    curve = content["curve_mib"]
    axes.plot(range(1, len(curve) + 1), curve, color=_COLOURS[POLICIES[0]])
    axes.axvline(content["warm_minutes"], color=_GREY, linestyle="--", linewidth=1)
    axes.set_ylim(0, max(curve) * 1.15)
    axes.set_xlabel("minutes of call")
    axes.set_ylabel("memory, MiB")
    axes.set_title(f"{content['calls']} calls, {content['model']} model", fontsize=10)
    axes.grid(visible=True)
    return figure


def _title(content: dict[str, Any]) -> str:
    machine = content["machine"]
    place = machine["gpu"] or f"{machine['cores']} cores"
    return f"Whisper {content['model']} ({content['compute']}, random weights), {place}"


def _save(figure: Any, path: Path) -> Path:
    figure.savefig(path, transparent=True, bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    return path


def main() -> None:
    """Draw all pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--images", type=Path, default=IMAGES)
    arguments = parser.parse_args()
    for path in draw(arguments.results, arguments.images):
        print(f"drawn: {path}")


if __name__ == "__main__":
    main()
