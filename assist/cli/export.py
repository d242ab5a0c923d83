"""`assist export`: a finished call as a file, from the store or from a log."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import click

from assist.cli.stored import operator, with_store
from assist.errors import ProtocolError, StoreError
from assist.evaluate.export import FORMATS
from assist.evaluate.review import recorded, review
from assist.evaluate.review_messages import Review
from assist.events import CallStarted, Event
from assist.replay import read_log
from assist.store.commands import Seen
from assist.store.store import Store

LOG = ".jsonl"
Told = tuple[Review, Sequence[Event]]
"""A call as a reviewer reads it, and its log."""


@click.command()
@click.argument("call")
@click.option(
    "--format",
    "named",
    type=click.Choice(list(FORMATS)),
    help="By default as the name of the file says, else json.",
)
@click.option("--out", type=click.Path(path_type=Path), help="The file; else to the terminal.")
def export(call: str, named: str | None, out: Path | None) -> None:
    """Write a stored call, or a log (*.jsonl), as JSON, CSV, WebVTT, HTML or a labelled call."""
    name = named or _by_name(out)
    told, events = _of_log(Path(call)) if call.endswith(LOG) else _of_store(call, name)
    content = FORMATS[name].write(told, events).encode()
    if out is None:
        sys.stdout.buffer.write(content)
        return
    with _writable(out) as file:
        file.write(content)


def _by_name(out: Path | None) -> str:
    """Return the format that the name of a file asks for."""
    return next((name for name, one in FORMATS.items() if _ends(out, one.suffix)), "json")


def _ends(out: Path | None, suffix: str) -> bool:
    return out is not None and out.name.endswith(f".{suffix}")


def _of_log(path: Path) -> Told:
    """Read a call from a log.

    Raises:
        ProtocolError: it is no log, or one of several calls.
    """
    events = [event for _, _, event in read_log(path)]
    if sum(isinstance(event, CallStarted) for event in events) > 1:
        raise ProtocolError(f"{path}: this is the log of several calls; export takes one.")
    return review(recorded(events), events), events


def _of_store(call: str, named: str) -> Told:
    """Read a stored call, and write down that somebody did.

    Raises:
        StoreError: there is none, or it still runs.
    """

    async def told(store: Store) -> Told:
        stored = await store.open(call)
        if stored.call["ended_at"] is None:
            raise StoreError(f"call {call} still runs")
        await store.record(Seen(action="export", object=call, detail=named), operator())
        events = await store.read(call)
        return review(stored, events), events

    return with_store(told)


def _writable(path: Path) -> BinaryIO:
    try:
        return path.open("wb")
    except OSError as error:
        raise ProtocolError(f"{path}: the call cannot be written there.") from error
