"""`assist backup`: copy the store while the service runs."""

from pathlib import Path

import click

from assist.cli.stored import place
from assist.store.backup import backup as copy
from assist.store.place import find


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the stored calls to FILE, as they stand in this moment; the service may run."""
    size = copy(find(*place()), file)
    click.echo(f"{file}: {size / 1e6:.1f} MB, checked. Keep it as safe as the calls themselves.")
