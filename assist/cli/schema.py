"""`assist schema`: the JSON Schema of every message."""

import json

import click

from assist import events


@click.command()
def schema() -> None:
    """Print the JSON Schema of every message."""
    click.echo(json.dumps(events.schema(), indent=2, ensure_ascii=False))
