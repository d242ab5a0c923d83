"""`assist models`: the speech models of the catalogue."""

import logging
import sys
from concurrent.futures import Future, wait
from pathlib import Path
from threading import Thread

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from assist.errors import RecogniserError
from assist.speech import machine
from assist.speech.advise import recommend
from assist.speech.catalogue import Model, catalogue, find
from assist.speech.checksum import check
from assist.speech.download import downloaded

LOOK_S = 0.2
"""How often the bar looks at what has come."""
STOPPED = 130
"""What a program ends with that somebody stopped by Ctrl-C, by the custom of shells."""


@click.group()
def models() -> None:
    """List, fetch and verify the speech models."""


@models.command("list")
@click.option("--language", default="auto", show_default=True, help="What callers speak, like en.")
@click.option("--calls", type=click.IntRange(1), default=1, show_default=True, help="At a time.")
def list_(language: str, calls: int) -> None:
    """Print the models known by name, which are on this machine, and which suits it."""
    card = machine.gpu_gigabytes()
    advice = recommend(language, cores=machine.cores(), gpu_gigabytes=card, calls=calls)
    head = ("", "name", "speaks", "MB", "licence", "here", "note")
    table = Table(*head, box=None, padding=(0, 1, 0, 0))
    for column in table.columns[:-1]:
        column.no_wrap = True
    for model in catalogue().values():
        mark = "→" if model.name == advice.name else ""
        languages = "many" if "*" in model.languages else ", ".join(model.languages)
        here = "yes" if model.path() else "no"
        row = (model.name, languages, str(model.megabytes), model.licence, here, model.note)
        table.add_row(mark, *row, style="bold" if mark else "")
    console = Console()
    console.print(table)
    console.print(f"→ {advice.name} is recommended: {advice.why}.", soft_wrap=True, highlight=False)


@models.command()
@click.argument("name")
def pull(name: str) -> None:
    """Fetch a model by faster-whisper's own download, from where a try broke off; verify it."""
    entry = find(name)
    try:
        folder = _fetched(entry)
    except KeyboardInterrupt:
        click.echo("\nStopped: the same command goes on where this one was.", err=True)
        sys.exit(STOPPED)
    check(folder, entry.sha256)
    click.echo(f"{name} is at {folder}.")


@models.command()
@click.argument("name")
@click.option("--as", "expected", metavar="NAME", help="The model that a directory is to be.")
def verify(name: str, expected: str | None) -> None:
    """Check a model, by name or directory: its checksum where known, and that it loads."""
    from assist.speech.locate import locate  # takes seconds, and `list` needs none
    from assist.speech.whisper import load

    folder, entry = locate(name)
    published = find(expected).sha256 if expected else entry.sha256
    if expected and not published:
        raise RecogniserError(f"No checksum of {expected} is known to compare {name} with.")
    weights = check(folder, published)
    load(name)
    known = next((model.name for model in catalogue().values() if model.sha256 == weights), None)
    what = f"the published {known}" if known else "no published checksum is known, but it loads"
    click.echo(f"{name} is sound: {what} ({folder}).")


def _fetched(entry: Model) -> Path:
    """Fetch a model in a thread and show how much of it is here."""
    from assist.speech.locate import fetch  # takes seconds, and `list` needs none

    if not entry.repository:  # it comes with the project
        return fetch(entry, download=True)
    result: Future[Path] = Future()

    def work() -> None:
        try:
            result.set_result(fetch(entry, download=True))
        except Exception as error:  # the main thread raises it
            result.set_exception(error)

    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # it goes on by itself
    Thread(target=work, daemon=True).start()  # a daemon does not hold up Ctrl-C
    total = entry.megabytes * 1e6
    with _bar() as bar:
        task = bar.add_task(entry.name, total=total)
        while not result.done():
            wait([result], timeout=LOOK_S)
            bar.update(task, completed=min(downloaded(entry.repository), total))
        if result.exception() is None:
            bar.update(task, completed=total)
    return result.result()


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    return Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True))
