"""`assist models`: the speech models of the catalogue."""

import hashlib
import re
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from assist.errors import RecogniserError
from assist.speech.catalogue import catalogue, find

_SHA256 = re.compile(r"[0-9a-f]{64}")


@click.group()
def models() -> None:
    """List, fetch and verify the speech models."""


@models.command("list")
def list_() -> None:
    """Print the models known by name and which of them are on this machine."""
    table = Table("name", "languages", "MB", "licence", "here", "note", box=None)
    for model in catalogue().values():
        languages = "many" if "*" in model.languages else ", ".join(model.languages)
        here = "yes" if model.path() else "no"
        table.add_row(model.name, languages, str(model.megabytes), model.licence, here, model.note)
    Console().print(table)


@models.command()
@click.argument("name")
def pull(name: str) -> None:
    """Fetch a model by faster-whisper's own download and verify it."""
    from assist.speech.whisper import fetch  # takes seconds, and `list` needs none

    entry = find(name)
    with Console(stderr=True).status(f"Fetching {name} ({entry.megabytes} MB)"):
        folder = fetch(entry, download=True)
    _verify(folder)
    click.echo(f"{name} is at {folder}.")


@models.command()
@click.argument("name")
def verify(name: str) -> None:
    """Check a model, by name or directory: its checksum where known, and that it loads."""
    from assist.speech.whisper import fetch, load  # takes seconds, and `list` needs none

    named = name in catalogue() or not Path(name).is_dir()
    folder = fetch(find(name), download=False) if named else Path(name)
    _verify(folder)
    load(name)
    click.echo(f"{name} is sound: {folder}.")


def _verify(folder: Path) -> None:
    """Compare files with the sha256 that the download's cache names them by."""
    for path in folder.iterdir():
        stated = path.resolve().name
        if _SHA256.fullmatch(stated) and _sha256(path) != stated:
            raise RecogniserError(f"{path} is damaged: delete it and pull the model again.")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
