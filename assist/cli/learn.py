"""`assist learn`: what was said of stored calls, as labelled calls that `assist evaluate` reads."""

import os
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import click
import msgspec

from assist.cli.report import DATE, moment
from assist.cli.stored import operator, with_store
from assist.errors import StoreError
from assist.evaluate.calls import LabelledCall
from assist.evaluate.find import FILES
from assist.evaluate.learned import AGENT, learned
from assist.evaluate.review import review
from assist.store.commands import Seen
from assist.store.reading import MOST, Filters
from assist.store.store import Store


@click.command()
@click.option("--from", "since", type=DATE, help="Calls of this day (UTC) and later.")
@click.option("--to", "until", type=DATE, help="Calls of this day (UTC) and before.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="FILE.calls.jsonl")
def learn(since: datetime | None, until: datetime | None, out: Path) -> None:
    """Write verdicts on stored calls as labelled calls, to evaluate a playbook with."""
    if not out.name.endswith(FILES[0]):
        raise click.BadParameter(f"the name of the file ends with {FILES[0]}", param_hint="--out")
    filters = Filters(since=moment(since), until=moment(until, days=1))
    calls, labels, own = with_store(lambda store: _write(store, filters, out))
    by = f"{labels} labels, {own} of them from agents"
    click.echo(f"{out} holds {calls} calls with {by}. It holds words: keep it as long as they.")


async def _write(store: Store, filters: Filters, out: Path) -> tuple[int, int, int]:
    """Write the calls one by one; return how many calls, labels, and labels from agents.

    Raises:
        StoreError: nothing was said of any call, or the file cannot be written.
    """
    calls = labels = own = 0
    half = out.with_name(f"{out.name}.half")
    try:
        with _private(half) as file:
            async for call in _judged(store, filters):
                file.write(msgspec.json.encode(call) + b"\n")
                calls += 1
                labels += len(call.labels)
                own += sum(label.note == AGENT for label in call.labels)
        if not calls:
            raise StoreError("nobody judged a cue or a nudge of a stored call that has its words")
        half.replace(out)
    except OSError as error:
        raise StoreError(f"{out}: the calls cannot be written there.") from error
    finally:
        with suppress(OSError):
            half.unlink()
    return calls, labels, own


async def _judged(store: Store, filters: Filters) -> AsyncIterator[LabelledCall]:
    """Yield the finished calls of which something was said; the audit keeps that they were read."""
    after = ""
    while True:
        page = await store.calls(filters=filters, limit=MOST, after=after)
        for row in page.rows:
            if row["ended_at"] is None or not row["keeps_words"]:
                continue
            stored = await store.open(row["id"])
            if not stored.verdicts and not stored.feedback:
                continue
            events = await store.read(row["id"])
            call = learned(review(stored, events), events)
            if call is not None:
                seen = Seen(action="export", object=row["id"], detail="labels")
                await store.record(seen, operator())
                yield call
        if not (after := page.after):
            return


def _private(path: Path) -> BinaryIO:
    """Open a file that its owner alone may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
