"""Played calls → the table that ends the demo."""

from collections.abc import Sequence

from rich import box
from rich.table import Table as Grid

from assist.cli.player import Played
from assist.cli.timeline import clock
from assist.cues import TABLE
from assist.evaluate.score import Score
from assist.events import CueDetected, NudgeShown, TranscriptFinal

COLUMNS = ("call", "sound", "compute", "words", "cues", "nudges", "found", "false")
"""`found`: of the cues that the labels ask for; `false`: false alarms. It fits 80 columns."""


def table(played: Sequence[Played]) -> Grid:
    """Return one line a call and, under several, their sum."""
    title = "What came of the calls"
    grid = Grid(*COLUMNS, show_footer=len(played) > 1, title=title, box=box.SIMPLE)
    for column in grid.columns:
        column.no_wrap = True
        column.justify = "left" if column is grid.columns[0] else "right"
    for one in played:
        grid.add_row(one.call.call.id, *_figures([one]))
    for column, text in zip(grid.columns, ("all", *_figures(played)), strict=True):
        column.footer = text
    return grid


def _figures(played: Sequence[Played]) -> tuple[str, ...]:
    score = Score()
    for one in played:
        score.add(one.call, one.events, TABLE)
    events = [event for one in played for event in one.events]
    sound = sum(one.events[-1].at for one in played)
    seconds = sum(one.seconds for one in played)
    cues = score.cues.values()
    return (
        clock(sound),
        f"{seconds:.1f} s ({sound / 1000 / max(seconds, 0.001):.0f} x)",
        str(sum(len(event.words) for event in events if isinstance(event, TranscriptFinal))),
        str(sum(isinstance(event, CueDetected) for event in events)),
        str(sum(isinstance(event, NudgeShown) for event in events)),
        f"{sum(cue.hits for cue in cues)} of {sum(cue.fires for cue in cues)}",
        str(sum(cue.false_alarms for cue in cues)),
    )
