"""`assist store`: look after the stored calls."""

import asyncio
from pathlib import Path

import click

from assist.cli.options import settings
from assist.cli.stored import operator, place, with_store
from assist.errors import StoreError
from assist.server.access.audit import verify
from assist.settings.keeping import limits
from assist.store.backup import restore as put_back
from assist.store.check import Finding
from assist.store.commands import Hold
from assist.store.keys import make
from assist.store.store import Store


@click.group()
def store() -> None:
    """Check, upgrade, rebuild, restore and hold the stored calls."""


@store.command()
def check() -> None:
    """Look whether the store is well, its audit included; end with status 1 where it is not."""

    async def looked(opened: Store) -> list[Finding]:
        return await opened.check()

    findings = [*with_store(looked), _entries()]
    for finding in findings:
        click.echo(f"{'✗' if finding.text else '✓'} {finding.name} {finding.text}".rstrip())
    if any(finding.text for finding in findings):
        raise StoreError("the store is not well")


def _entries() -> Finding:
    """Look whether the record of who came in is one whole chain."""
    _, data = place()
    try:
        verify(data / "audit")
    except StoreError as error:
        return Finding("log-ins", str(error))
    return Finding("log-ins", "")


@store.command()
def upgrade() -> None:
    """Bring the tables to the newest, as PostgreSQL wants it before a new version starts."""

    async def upgraded(_opened: Store) -> None:
        return None

    with_store(upgraded, upgrading=True)
    click.echo("The tables are the newest.")


@store.command()
def rebuild() -> None:
    """Make the tables for review and search anew of the events."""

    async def rebuilt(opened: Store) -> int:
        return await opened.rebuild()

    click.echo(f"{with_store(rebuilt)} calls were rebuilt.")


@store.command()
@click.argument("file", type=click.Path(path_type=Path))
def key(file: Path) -> None:
    """Make a master key for recordings, to be named by recording.key_file."""
    make(file)
    click.echo(
        f"{file} holds a new key. Keep a copy of it elsewhere: without it nobody hears them."
    )


@store.command()
@click.argument("call")
@click.option("--end", is_flag=True, help="End the hold: the call may be erased again.")
def hold(call: str, end: bool) -> None:
    """Keep a call for a legal reason: neither retention nor erasing touches it."""

    async def held(opened: Store) -> None:
        await opened.record(Hold(call_id=call, on=not end), operator())

    with_store(held)
    click.echo(f"{call} is {'no longer ' if end else ''}held.")


@store.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: Path, yes: bool) -> None:
    """Put a backup in the place of the stored calls, without what was erased since."""
    url, data = place()
    if not yes:
        click.confirm(f"Replace the calls in {data} by {file}?", abort=True)
    found = settings()
    count = asyncio.run(put_back(url, data, file, limits(found.retention, found.consent)))
    again = f" {count} calls that were erased since were erased again." if count else ""
    click.echo(f"The calls of {file} are back.{again}")
