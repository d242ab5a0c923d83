"""`assist serve`: the service for live calls."""

import asyncio
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console

from assist.cli.options import settings
from assist.cli.uploaded import player
from assist.errors import RecogniserError
from assist.feedback import Ballot, default_file, read
from assist.feedback import settings as voted_settings
from assist.server import logs
from assist.server.access import Access, Audit, Users, check_exposure, is_secure
from assist.server.local import bind
from assist.server.metrics import Metrics
from assist.server.service import Service
from assist.settings import Settings
from assist.settings.keeping import data_directory
from assist.settings.serving import Serve
from assist.speech import machine
from assist.speech.catalogue import catalogue, choose, find
from assist.speech.scheduler import Scheduler
from assist.store.opening import open_store
from assist.store.store import Store

PAGES = (
    ("Overlay", "/overlay"),
    ("Start", "/"),
    ("Supervisor", "/supervisor"),
    ("Review", "/review"),
)


@click.command()
@click.option("--host", help="Where to listen; this machine alone by default.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port; 8765 by default.")
@click.option("--model", metavar="NAME|DIR", help="A speech model; `none` = timing only.")
@click.option("--language", help="auto (the default), en or de.")
@click.option("--playbook", help="A playbook's name, like en/support, or its file.")
@click.option("--data", help="The data directory.")
def serve(
    host: str | None,
    port: int | None,
    model: str | None,
    language: str | None,
    playbook: str | None,
    data: str | None,
) -> None:
    """Take live calls, and serve agents and supervisors on one port."""
    chosen = settings(
        serve__host=host,
        serve__port=port,
        serve__data=data,
        model=model,
        language=language,
        playbook=playbook,
    )
    console = Console(stderr=True, highlight=False)
    with ExitStack() as stack:
        ready = prepare(chosen, stack, console)
        announce(console, ready)
        asyncio.run(ready.run())


@dataclass(frozen=True, slots=True)
class Prepared:
    """A service that only needs to run, and its port."""

    chosen: Settings
    access: Access
    scheduler: Scheduler | None
    metrics: Metrics
    listening: socket.socket

    def link(self, page: str) -> str:
        """Return the address of a page, with all that it takes to come in."""
        serve = self.chosen.serve
        scheme = "https" if is_secure(serve) else "http"
        base = serve.public_url or f"{scheme}://{host(serve)}:{self.listening.getsockname()[1]}"
        return f"{base.rstrip('/')}{self.access.link(page)}"

    async def run(self, started: Callable[[Service], None] = lambda service: None) -> None:
        """Open the store, and serve until a signal ends it.

        Args:
            started: is told of the service before it runs.
        """
        data = data_directory(self.chosen.serve.data)
        store = await open_store(self.chosen.store.url, data, serving=True)
        try:
            service = _service(self.chosen, self.access, self.scheduler, self.metrics, store)
            started(service)
            await service.run(self.listening)
        finally:
            await store.close()  # which a service that never began does not do


def prepare(chosen: Settings, stack: ExitStack, console: Console) -> Prepared:
    """Take the port and put together what the service needs; the stack gives all back.

    Raises:
        SettingsError: the port is taken, or others could come in.
    """
    check_exposure(chosen.serve, chosen.access)
    readable = chosen.serve.log == "console" or (chosen.serve.log == "auto" and console.is_terminal)
    listening = stack.enter_context(bind(chosen.serve.port, chosen.serve.host, tries=1))
    listener = logs.start(readable=readable)
    stack.callback(listener.stop)
    metrics = Metrics()
    access = _access(chosen, metrics)
    return Prepared(chosen, access, _scheduler(chosen, stack), metrics, listening)


def _access(chosen: Settings, metrics: Metrics) -> Access:
    file = chosen.access.users_file
    users = Users(Path(file)) if file else None
    access = Access(
        chosen.access,
        users=users,
        audit=Audit(data_directory(chosen.serve.data) / "audit"),
        secure=is_secure(chosen.serve),
        public=chosen.serve.public_url,
        refused=lambda kind: metrics.auth_failures.labels(kind).inc(),
    )
    if access.local:
        access.keep_token(data_directory(chosen.serve.data) / "token")
    return access


def _scheduler(chosen: Settings, stack: ExitStack) -> Scheduler | None:
    """Begin to load the speech model; without one the service runs on timing alone."""
    model = _model(chosen)
    if not model:
        return None
    from assist.speech.whisper import find_device, load, loader  # takes seconds

    device = find_device(chosen.device, chosen.compute_type, workers=chosen.workers)
    better = load(chosen.second_model, device=device) if chosen.second_model else None
    scheduler = Scheduler(
        load=loader(model, device=device),
        second=better,
        workers=device.workers,
        batch=device.batch,
    )
    return stack.enter_context(scheduler)


def _model(chosen: Settings) -> str:
    """Return the model that was asked for, else the one here that suits this machine best."""
    asked, language = chosen.model, chosen.language
    if asked == "none":
        return ""
    if asked:
        if language != "auto" and asked in catalogue() and not find(asked).knows(language):
            raise RecogniserError(f"The model {asked} does not know the language {language}.")
        return asked
    card = 0.0 if chosen.device == "cpu" else machine.gpu_gigabytes()
    return choose(language, cores=machine.cores(), gpu_gigabytes=card) or ""


def _service(
    chosen: Settings, access: Access, scheduler: Scheduler | None, metrics: Metrics, store: Store
) -> Service:
    """Put the service together; votes on nudges are kept only where one person works."""
    if not access.local:
        return Service(
            chosen,
            access,
            scheduler=scheduler,
            metrics=metrics,
            team_of=access.team,
            store=store,
            play=player(chosen, scheduler),
        )
    votes = read(default_file())
    ballot = Ballot(default_file(), votes)
    return Service(
        chosen,
        access,
        scheduler=scheduler,
        metrics=metrics,
        shown=lambda agent: voted_settings(votes),
        heard=ballot.observe,
        store=store,
        play=player(chosen, scheduler),
    )


def host(serve: Serve) -> str:
    """Return the service's host as an address names it."""
    return f"[{serve.host}]" if ":" in serve.host else serve.host


def announce(console: Console, ready: Prepared) -> None:
    """Say where the pages are; the link of local mode is for this terminal alone."""
    for name, page in PAGES:
        console.print(f"{name}: {ready.link(page)}", soft_wrap=True)
    if ready.scheduler is None:
        console.print("No speech model: timing cues only. `assist models pull small` gets one.")
    console.print("Ctrl-C ends." if sys.stderr.isatty() else "SIGTERM ends.", style="dim")
