"""Precision, recall, delay and false alarms of each cue, a Markdown table on stdout.

    python benchmarks/cue_quality.py demo/calls ../calls/*.calls.jsonl > cue_quality.md

Each path is scored by itself, and only on the cues that it labels.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from assist.cues import TABLE
from assist.evaluate.calls import find_calls
from assist.evaluate.run import run
from assist.evaluate.score import CueScore, Score, percentile
from assist.events import Event
from assist.settings import load_playbook

HEAD = (
    "| calls | n | h | cue | fires | recall | precision | silent | violated | false alarms/h |"
    " after onset p50 / p95 ms | after reference p50 / p95 ms |"
)


def main(paths: list[str], *, audio: bool) -> None:
    """Score every path and print its rows."""
    print(HEAD)
    print("|---" * HEAD.count(" |") + "|")
    for name in paths:
        for row in rows(Path(name), audio=audio):
            print(row)


def rows(path: Path, *, audio: bool) -> Iterator[str]:
    """Yield a row for each cue that the path labels."""
    score = Score()
    for call, sound in find_calls([path]):
        book = load_playbook(call.call.language)
        events: Iterator[Event] = run(call, book, TABLE)
        if audio:
            from assist.evaluate.sound import listen

            events = listen(call, sound, book, TABLE, "demo")
        score.add(call, events, TABLE)
    known = {spec.id for spec in TABLE}
    title = path.name.removesuffix(".calls.jsonl") + (" (sound)" if audio else "")
    for cue, figures in sorted(score.cues.items()):
        if cue in known and (figures.fires or figures.silent):
            start = f"| {title} | {score.calls} | {score.hours:.2f} | {cue} "
            onsets = [event.at - x.start for x, event in score.matches if x.cue == cue]
            yield start + _figures(figures, score.hours, onsets)


def _figures(score: CueScore, hours: float, onsets: list[int]) -> str:
    return (
        f"| {score.fires} | {_ratio(score.recall)} | {_ratio(score.precision)} | {score.silent} "
        f"| {score.silent_violations} | {score.false_alarms / hours:.2f} "
        f"| {_times(onsets)} | {_times(score.latencies)} |"
    )


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _times(values: list[int]) -> str:
    if not values:
        return "–"
    return f"{percentile(values, 50)} / {percentile(values, 95)}"


if __name__ == "__main__":
    given = [name for name in sys.argv[1:] if name != "--audio"]
    main(given, audio="--audio" in sys.argv)
