"""assist evaluate: labelled calls → precision, recall, delay, false alarms."""

import json
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table as RichTable

from assist.cues import TABLE
from assist.evaluate.calls import find_calls
from assist.evaluate.run import run
from assist.evaluate.score import CueScore, Score, percentile
from assist.settings import load_playbook

COLUMNS = ("cue", "fires", "P", "R", "delay", "false", "/h", "broken", "?")
"""They fit 80 columns."""
CAPTION = (
    "P precision, R recall, delay p50/p95 in ms, false alarms, /h how many an hour,"
    " broken silent labels, ? detections without a label"
)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--audio", is_flag=True, help="Hear the sound through the recogniser instead.")
@click.option("--model", help="With --audio: a model's name or directory; default: the demo model.")
@click.option("--playbook", help="A playbook's name or file; default: the call's language.")
@click.option("--cue", "only", multiple=True, help="Show only this cue; may be given again.")
def evaluate(
    paths: tuple[Path, ...],
    *,
    as_json: bool,
    audio: bool,
    model: str | None,
    playbook: str | None,
    only: tuple[str, ...],
) -> None:
    """Run labelled calls (folders, bundles *.calls.jsonl) and print how the cues did."""
    score = Score()
    screen = Console(stderr=True)
    calls = list(find_calls(list(paths)))
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as progress:
        for call, sound in progress.track(calls, description="Calls"):
            book = load_playbook(playbook or call.call.language)
            if audio:
                from assist.evaluate.sound import listen  # loads the recogniser

                events = listen(call, sound, book, TABLE, model or "demo")
            else:
                events = run(call, book, TABLE)
            score.add(call, events, TABLE)
    if as_json:
        click.echo(json.dumps(score.as_dict()))
    else:
        Console().print(table(score, only))


def table(score: Score, only: tuple[str, ...] = ()) -> RichTable:
    """Lay out the figures of one cue a line."""
    hours = f"{score.hours:.2f} h"
    per_minute = score.nudges / (score.hours * 60) if score.hours else 0.0
    out = RichTable(
        title=f"{score.calls} calls, {hours}, {score.nudges} nudges ({per_minute:.2f} a minute)",
        caption=CAPTION,
        caption_justify="left",
        box=box.SIMPLE,
        padding=(0, 1, 0, 0),
    )
    for name in COLUMNS:
        out.add_column(name, justify="left" if name == "cue" else "right", no_wrap=True)
    for cue, figures in sorted(score.cues.items()):
        if not only or cue in only:
            out.add_row(cue, *_row(figures, score.hours))
    return out


def _row(score: CueScore, hours: float) -> list[str]:
    def show(value: float | None) -> str:
        return "–" if value is None else f"{value:.2f}"

    delays = [percentile(score.latencies, percent) for percent in (50, 95)]
    return [
        str(score.fires),
        show(score.precision),
        show(score.recall),
        "–" if None in delays else "/".join(map(str, delays)),
        str(score.false_alarms),
        f"{score.false_alarms / hours:.1f}" if hours else "–",
        f"{score.silent_violations}/{score.silent}",
        str(score.unlabelled),
    ]
