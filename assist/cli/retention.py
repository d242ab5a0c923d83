"""`assist retention`: remove what is older than it may be."""

import click

from assist.cli.options import settings
from assist.cli.stored import with_store
from assist.errors import StoreError
from assist.settings.keeping import limits
from assist.store.limits import DAY, SECOND
from assist.store.retention import Purged
from assist.store.store import Store


@click.group()
def retention() -> None:
    """Show how long what is kept, and remove what is older."""


@retention.command()
def show() -> None:
    """Print how long what is kept."""
    found = settings()
    ages = limits(found.retention, found.consent)
    after = f"{ages.unkept // SECOND} seconds after the call"
    rows = {
        "words": f"{ages.words / DAY:g} days" if ages.basis else after,
        "words that somebody refused": "not at all",
        "recordings": f"{ages.recordings / DAY:g} days",
        "calls, cues and nudges, without words": f"{ages.cues / DAY:g} days",
        "consents": f"{ages.consents / DAY:g} days",
        "audit": f"{ages.audit / DAY:g} days",
    }
    for name, age in rows.items():
        click.echo(f"{name}: {age}")
    if not ages.basis:
        click.echo("The settings state no basis for keeping words: consent.basis is empty.")


@retention.command()
def run() -> None:
    """Remove now what is older than it may be, down to the last byte."""
    found = settings()

    async def purged(store: Store) -> Purged:
        return await store.purge(limits(found.retention, found.consent), thorough=True)

    done = with_store(purged)
    click.echo(f"Removed: {', '.join(done.lines())}.")
    if done.left:
        raise StoreError(f"the rows are gone, but bytes may be left: {done.left}")
