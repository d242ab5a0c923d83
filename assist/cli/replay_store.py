"""`assist replay --store`: recordings and folders of them become stored calls."""

import asyncio
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import click

from assist.cli.progress import progress
from assist.cli.stored import operator
from assist.events import Event
from assist.server.importing import SOURCE, Import, Order, Tally, consents, recordings
from assist.server.review_asks import BASIS
from assist.settings import Settings
from assist.settings.keeping import data_directory
from assist.store.opening import open_store
from assist.store.place import find


class Play(Protocol):
    """Makes a call of a recording."""

    def __call__(
        self, path: Path, *, call_id: str, agent: str, source: str
    ) -> tuple[int, Iterator[Event]]:
        """Return its stated length in milliseconds and its events."""
        ...


def store_all(
    chosen: Settings,
    paths: Sequence[Path],
    *,
    play: Play,
    prepare: Callable[[], None],
    basis: str = "",
    agent: str = "",
    team: str = "",
    jobs: int = 1,
) -> None:
    """Store recordings as calls; end with status 1 where one failed.

    Args:
        chosen: the settings.
        paths: files, and folders that are searched.
        play: makes a call of a recording.
        prepare: is done once before the first, when nothing else stands in the way.
        basis: why the words may be kept; empty = as the settings say.
        agent: whose calls they are.
        team: of which team.
        jobs: recordings at a time.

    Raises:
        AssistError: nothing can be stored; the sentence says why.
    """
    if basis and not re.match(BASIS, basis):
        raise click.BadParameter("a word or two, 60 letters at most", param_hint="--basis")
    order = Order(
        play=lambda path, call_id: play(path, call_id=call_id, agent=agent, source=SOURCE),
        consents=consents(chosen.consent, basis),
        basis=basis or chosen.consent.basis,
        actor=operator(),
        team=team,
        jobs=jobs,
    )
    files = recordings(paths)
    prepare()
    tally = asyncio.run(_stored(chosen, order, files))
    click.echo(tally.text())
    if tally.failed:
        sys.exit(1)


async def _stored(chosen: Settings, order: Order, files: Sequence[Path]) -> Tally:
    """Open the store, made where there is none yet, and fill it."""
    url, data = chosen.store.url, data_directory(chosen.serve.data)
    file = find(url, data).file
    store = await open_store(url, data, upgrading=file is not None and not file.is_file())
    try:
        with progress("recordings", len(files)) as advance:
            return await Import(store, order, tell=_tell, advance=advance).run(files)
    finally:
        await store.close()


def _tell(text: str, trouble: bool) -> None:
    click.echo(text, err=trouble)
