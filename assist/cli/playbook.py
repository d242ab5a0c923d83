"""`assist playbook`: check a playbook, and try it on calls before anybody works with it."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.table import Table as RichTable

from assist.cli.timeline import clock
from assist.cues import TABLE
from assist.errors import PlaybookError
from assist.evaluate.find import find_calls
from assist.evaluate.proofread import proofread
from assist.evaluate.run import inputs
from assist.evaluate.what_if import Change, Difference, compare, recorded
from assist.events import CallStarted, Event
from assist.replay import read_log
from assist.settings import load_playbook

LOG = ".jsonl"
BUNDLE = ".calls.jsonl"
CHANGES: dict[Change, str] = {"+": "appear", "-": "vanish", "~": "read otherwise"}


@click.group()
def playbook() -> None:
    """Check a playbook, and try it on calls."""


@playbook.command()
@click.argument("file", nargs=-1, required=True)
def check(file: tuple[str, ...]) -> None:
    """Name all that is wrong with playbooks: files, or names like en/support."""
    problems = 0
    for name in file:
        found = proofread(name)
        problems += len(found)
        for problem in found:
            click.echo(str(problem))
        if not found:
            click.echo(f"{name}: no problems.")
    sys.exit(1 if problems else 0)


@playbook.command("try")
@click.argument("file")
@click.argument("call", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--against", help="The playbook to compare with; default: the language's own.")
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
def try_(file: str, call: tuple[Path, ...], *, against: str | None, as_json: bool) -> None:
    """Tell which nudges appear or vanish on calls: labelled ones, scenarios, or event logs."""
    after = load_playbook(file)
    before = load_playbook(against or after.language)
    if before.language != after.language:
        raise PlaybookError(f"{file} is {after.language}, {against} is {before.language}")
    found: dict[str, list[Difference]] = {}
    skipped = 0
    for path in call:
        for name, events in _calls(path):
            if _language(events) == after.language:
                found[name] = compare(events, before, after, TABLE)
            else:
                skipped += 1
    if as_json:
        told = {name: [asdict(one) for one in changed] for name, changed in found.items()}
        click.echo(json.dumps({"calls": told, "skipped": skipped}, ensure_ascii=False))
    else:
        _show(found, skipped)


def _calls(path: Path) -> Iterator[tuple[str, list[Event]]]:
    """Yield name and inputs of the calls at a path."""
    if path.suffix == LOG and not path.name.endswith(BUNDLE):
        for events in recorded(event for _, _, event in read_log(path)):
            yield events[0].call_id or path.stem, events
    else:
        for labelled, _ in find_calls([path]):
            yield labelled.call.id, inputs(labelled)


def _language(events: list[Event]) -> str:
    started = events[0]
    return started.language if isinstance(started, CallStarted) else ""


def _show(found: dict[str, list[Difference]], skipped: int) -> None:
    console = Console()
    for name, differences in found.items():
        if differences:
            table = RichTable(title=name, title_justify="left", box=box.SIMPLE, pad_edge=False)
            for heading in ("", "at", "cue", "text"):
                table.add_column(heading, justify="right" if heading == "at" else "left")
            for one in differences:
                table.add_row(one.change, clock(one.at), one.cue, one.text)
            console.print(table)
    every = [one.change for differences in found.values() for one in differences]
    changes = ", ".join(f"{every.count(c)} {word}" for c, word in CHANGES.items())
    other = f"; {skipped} in another language left out" if skipped else ""
    click.echo(f"{len(found)} calls: {changes}{other}.")
