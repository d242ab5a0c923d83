"""assist evaluate: labelled calls → precision, recall, delay, false alarms."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table as RichTable

from assist.cli.timeline import clock
from assist.core.operator import own_cues
from assist.cues import TABLE
from assist.evaluate.calls import LabelledCall
from assist.evaluate.find import find_calls
from assist.evaluate.interval import Interval
from assist.evaluate.mistakes import mistakes
from assist.evaluate.run import run
from assist.evaluate.score import CueScore, Score, percentile
from assist.evaluate.worse import Mishearing, later
from assist.settings import load_playbook

COLUMNS = ("fires", "P", "R", "delay", "false", "/h", "broken", "?")
COLUMNS_INTERVALS = ("fires", "P", "P 95 %", "R", "R 95 %", "false", "broken")
"""Either fits 80 columns."""
Column = Callable[[CueScore, float], str]
"""The figures of a cue and the hours of all calls → a cell."""
CAPTION = (
    "P precision, R recall, delay p50/p95 in ms, false alarms, /h how many an hour,"
    " broken silent labels, ? detections without a label"
)
CAPTION_INTERVALS = (
    "P precision, R recall, each with the interval in which it lies (95 %, bootstrap over the"
    " calls), false alarms, broken silent labels"
)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--audio", is_flag=True, help="Hear the sound through the recogniser instead.")
@click.option("--model", help="With --audio: a model's name or directory; default: the demo model.")
@click.option("--playbook", help="A playbook's name or file; default: the call's language.")
@click.option("--cue", "only", multiple=True, help="Show only this cue; may be given again.")
@click.option("--intervals", is_flag=True, help="Show how sure precision and recall are.")
@click.option("--mistakes", "quoted", is_flag=True, help="Quote what was missed or false.")
@click.option("--delay", default=0, type=click.IntRange(0), help="Words come so many ms later.")
@click.option("--errors", default=0.0, type=click.FloatRange(0, 100), help="Wrong words in 100.")
@click.option("--seed", default=1, show_default=True, help="With --errors: which words are wrong.")
def evaluate(
    paths: tuple[Path, ...],
    *,
    as_json: bool,
    audio: bool,
    model: str | None,
    playbook: str | None,
    only: tuple[str, ...],
    intervals: bool,
    quoted: bool,
    delay: int,
    errors: float,
    seed: int,
) -> None:
    """Run labelled calls (folders, bundles *.calls.jsonl, scenarios *.txt) and print the score."""
    if audio and (delay or errors):
        raise click.UsageError("--delay and --errors change words; --audio takes none.")
    score = Score()
    screen = Console(stderr=True)
    calls = list(find_calls(list(paths)))
    misheard = Mishearing((call for call, _ in calls), percent=errors, seed=seed)
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as progress:
        for call, sound in progress.track(calls, description="Calls"):
            book = load_playbook(playbook or call.call.language)
            if audio:
                from assist.evaluate.sound import listen  # loads the recogniser

                events = listen(call, sound, book, TABLE, model or "demo")
            else:
                events = run(later(misheard(call), delay), book, TABLE)
            score.add(call, events, (*TABLE, *own_cues(book, TABLE)))
    if as_json:
        click.echo(json.dumps(score.as_dict()))
    else:
        Console().print(table(score, only, intervals=intervals))
        if quoted:
            _quote(score, [call for call, _ in calls], only)


def _quote(score: Score, calls: Sequence[LabelledCall], only: tuple[str, ...]) -> None:
    for mistake in mistakes(score, calls):
        if not only or mistake.cue in only:
            at = clock(mistake.at)
            click.echo(f"\n{mistake.cue} {mistake.kind}, {mistake.call} {at}: {mistake.what!r}")
            click.echo(f"    {mistake.said}")


def table(score: Score, only: tuple[str, ...] = (), *, intervals: bool = False) -> RichTable:
    """Lay out the figures of one cue a line."""
    hours = f"{score.hours:.2f} h"
    per_minute = score.nudges / (score.hours * 60) if score.hours else 0.0
    out = RichTable(
        title=f"{score.calls} calls, {hours}, {score.nudges} nudges ({per_minute:.2f} a minute)",
        caption=CAPTION_INTERVALS if intervals else CAPTION,
        caption_justify="left",
        box=box.SIMPLE,
        padding=(0, 1, 0, 0),
        show_edge=False,
        pad_edge=False,
    )
    columns = COLUMNS_INTERVALS if intervals else COLUMNS
    for name in ("cue", *columns):
        out.add_column(name, justify="left" if name == "cue" else "right", no_wrap=True)
    for cue, figures in sorted(score.cues.items()):
        if not only or cue in only:
            out.add_row(cue, *(CELLS[name](figures, score.hours) for name in columns))
    return out


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _bounds(bounds: Interval) -> str:
    def short(bound: float) -> str:
        return "1" if bound > 0.995 else f"{bound:.2f}".lstrip("0")

    return "–" if bounds is None else "–".join(map(short, bounds))


def _delay(score: CueScore, _: float) -> str:
    delays = [percentile(score.latencies, percent) for percent in (50, 95)]
    return "–" if None in delays else "/".join(map(str, delays))


CELLS: Mapping[str, Column] = {
    "fires": lambda score, _: str(score.fires),
    "P": lambda score, _: _share(score.precision),
    "P 95 %": lambda score, _: _bounds(score.precision_interval),
    "R": lambda score, _: _share(score.recall),
    "R 95 %": lambda score, _: _bounds(score.recall_interval),
    "delay": _delay,
    "false": lambda score, _: str(score.false_alarms),
    "/h": lambda score, hours: f"{score.false_alarms / hours:.1f}" if hours else "–",
    "broken": lambda score, _: f"{score.silent_violations}/{score.silent}",
    "?": lambda score, _: str(score.unlabelled),
}
