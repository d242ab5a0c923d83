"""`assist erase`: remove calls from the store, for ever."""

from collections.abc import Sequence

import click

from assist.cli.stored import operator, with_store
from assist.errors import StoreError
from assist.store.erase import Erased
from assist.store.store import Store


@click.command()
@click.argument("calls", nargs=-1)
@click.option("--person", metavar="REFERENCE", help="All calls of a person, by your own name.")
@click.option("--reason", default="", help="A code or an id for the audit; no words of the call.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(calls: tuple[str, ...], person: str | None, reason: str, yes: bool) -> None:
    """Remove calls everywhere: sound, words, cues, search and logs. They cannot be brought back."""
    if bool(calls) == (person is not None):
        raise click.UsageError("Name calls, or a person by --person.")

    async def found(store: Store) -> Sequence[str]:
        return calls if person is None else await store.calls_of(person)

    wanted = with_store(found)
    if not wanted:
        raise StoreError("there is no call of this person")
    if not yes:
        click.confirm(f"Erase {', '.join(wanted)} for ever?", abort=True)

    async def gone(store: Store) -> Erased:
        return await store.erase(wanted, operator(), reason=reason)

    _tell(with_store(gone))


def _tell(erased: Erased) -> None:
    """Print what was found; end with status 1 where a byte may be left."""
    rows = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in erased.rows.items())
    click.echo(f"Erased {', '.join(erased.calls)}: {rows or 'nothing was stored of it'}.")
    if erased.left:
        raise StoreError(f"the rows are gone, but bytes may be left: {erased.left}")
