"""assist feedback: what this workplace made of the nudges, and how to forget it."""

import click
from rich import box
from rich.console import Console
from rich.table import Table

from assist.feedback import default_file, read, write

SHOWN = {0: "as usual", 1: "one priority later", 2: "not during calls"}


@click.group()
def feedback() -> None:
    """Show or forget the verdicts on nudges that were given on this machine."""


@feedback.command()
def show() -> None:
    """Print the verdicts since the last change, and what they changed."""
    votes = read(default_file())
    if not votes:
        Console().print("No verdict was given on this machine.")
        return
    table = Table("cue", "helpful", "not helpful", "shown", box=box.SIMPLE)
    for cue, one in sorted(votes.items()):
        table.add_row(cue, str(one.helpful), str(one.against), SHOWN[one.level])
    Console().print(table)


@feedback.command()
@click.option("--cue", help="Only this cue; default: all.")
def reset(cue: str | None) -> None:
    """Forget verdicts: cues are shown as usual again."""
    file = default_file()
    if cue is None:
        write(file, {})
        Console().print("All verdicts are forgotten.")
        return
    votes = read(file)
    if cue not in votes:
        raise click.BadParameter(f"no verdict on {cue!r} was given here", param_hint="--cue")
    write(file, {name: one for name, one in votes.items() if name != cue})
    again = "" if not votes[cue].level else " It is shown as usual again."
    Console().print(f"The verdicts on {cue} are forgotten.{again}")
