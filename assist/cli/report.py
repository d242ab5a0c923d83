"""`assist report`: what many stored calls have in common, as a page and a table."""

from datetime import UTC, datetime
from pathlib import Path

import click

from assist.cli.stored import operator, with_store
from assist.errors import StoreError
from assist.evaluate.overview import to_csv, to_html
from assist.store.commands import Seen
from assist.store.limits import DAY
from assist.store.report import ENOUGH, Report, Which
from assist.store.store import Store

DATE = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.option("--from", "since", type=DATE, help="Calls of this day (UTC) and later.")
@click.option("--to", "until", type=DATE, help="Calls of this day (UTC) and before.")
@click.option("--team", default="", help="Calls of one team.")
@click.option(
    "--enough",
    type=click.IntRange(min=ENOUGH),
    default=ENOUGH,
    show_default=True,
    help="Calls, and agents, that every figure is of.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="FILE.html")
def report(
    since: datetime | None, until: datetime | None, team: str, enough: int, out: Path
) -> None:
    """Write what many stored calls have in common: cues, nudges, stages; never of a person."""
    if out.suffix != ".html":
        raise click.BadParameter("the name of the page ends with .html", param_hint="--out")
    which = Which(since=moment(since), until=moment(until, days=1), team=team)
    told = with_store(lambda store: _told(store, which, enough))
    _write(out, to_html(told, _title(since, until, team), enough=enough))
    _write(out.with_suffix(".csv"), to_csv(told))
    click.echo(f"{out} and {out.with_suffix('.csv')} tell of {told.calls} calls.")


def moment(day: datetime | None, *, days: int = 0) -> int:
    """Return when a day, or one so many days later, begins: milliseconds since 1970; 0 = none."""
    return round(day.replace(tzinfo=UTC).timestamp() * 1000) + days * DAY if day else 0


async def _told(store: Store, which: Which, enough: int) -> Report:
    """Ask the store, and write down that somebody did."""
    told = await store.report(which, enough=enough)
    await store.record(Seen(action="report", object=which.team), operator())
    return told


def _title(since: datetime | None, until: datetime | None, team: str) -> str:
    days = [f"from {since:%Y-%m-%d}" if since else "", f"to {until:%Y-%m-%d}" if until else ""]
    return " ".join(filter(None, ("Calls", f"of {team}" if team else "", *days)))


def _write(path: Path, text: str) -> None:
    """Write a file.

    Raises:
        StoreError: that cannot be done.
    """
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise StoreError(f"{path}: the report cannot be written there.") from error
