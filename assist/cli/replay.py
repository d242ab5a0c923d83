"""`assist replay`: recordings and logs."""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

import click
from rich.console import Console

from assist.audio.files import Recording
from assist.cli.options import settings
from assist.cli.progress import progress
from assist.cli.timeline import Summary, line
from assist.errors import ProtocolError, RecogniserError
from assist.events import CallSettings, Channel, Event, Tick, encode
from assist.replay import check as check_log
from assist.replay import detect_language, paced, read_log, run
from assist.settings import LANGUAGES, Settings
from assist.speech import machine
from assist.speech.catalogue import catalogue, choose, find
from assist.speech.device import Device
from assist.speech.pool import Inline, SpeechPool
from assist.speech.recogniser import Recogniser
from assist.speech.scheduler import Scheduler
from assist.speech.transcript_file import read
from assist.speech.vad import Vad

NO_WORDS = (
    "Calls are stored with their words, and there is no speech model:"
    " get one with `assist models pull small` or pass --model DIR."
)
JOBS = 4
"""Recordings that run at a time unless it is said, if there are so many cores."""


@click.command()
@click.argument("audio", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--language", help="auto (the default), en or de.")
@click.option("--model", metavar="NAME|DIR", help="A model of the catalogue, or its directory.")
@click.option("--speed", type=click.Choice(["1", "max"]), default="max", show_default=True)
@click.option("--transcript", type=click.Path(path_type=Path), help="Words as .vtt or .json.")
@click.option(
    "--first",
    type=click.Choice(["agent", "customer"]),
    help="Whose sound the first channel is; the agent's by default.",
)
@click.option("--playbook", help="A playbook's name, like en/support, or its file.")
@click.option("--events", type=click.Path(path_type=Path), help="Write the event log there.")
@click.option("--json", "as_json", is_flag=True, help="Write the event log to stdout.")
@click.option("--check", "checked", is_flag=True, help="Replay a log; exit 1 on drift.")
@click.option("--store", "stored", is_flag=True, help="Store the calls; AUDIO may be folders.")
@click.option("--basis", metavar="TEXT", help="With --store: why the words may be kept.")
@click.option("--agent", help="With --store: whose calls they are.")
@click.option("--team", help="With --store: of which team.")
@click.option("--jobs", type=click.IntRange(1, 16), help="With --store: recordings at a time.")
def replay(
    audio: tuple[Path, ...],
    language: str | None,
    model: str | None,
    speed: str,
    transcript: Path | None,
    first: Channel | None,
    playbook: str | None,
    events: Path | None,
    as_json: bool,
    checked: bool,
    stored: bool,
    basis: str | None,
    agent: str | None,
    team: str | None,
    jobs: int | None,
) -> None:
    """Run recordings, or a log, and print transcript, stages and nudges."""
    chosen = settings(language=language, model=model, first=first, playbook=playbook)
    if stored:
        if speed == "1" or any((transcript, events, as_json, checked)):
            others = "--speed 1, --transcript, --events, --json or --check"
            raise click.UsageError(f"--store does not go with {others}")
        at_once = jobs or min(machine.cores(), JOBS)
        _store(chosen, audio, basis=basis or "", agent=agent or "", team=team or "", jobs=at_once)
        return
    if any((basis, agent, team, jobs)):
        raise click.UsageError("--basis, --agent, --team and --jobs go with --store")
    if checked:
        sys.exit(max(_check(path, chosen.playbook) for path in audio))
    with ExitStack() as stack:
        plan = _Plan(chosen, transcript, live=speed == "1", stack=stack)
        sinks = [stack.enter_context(_writable(events))] if events else []
        if as_json:
            sinks.append(sys.stdout.buffer)
        for path in audio:
            if path.suffix == ".jsonl":
                found = (event for _, _, event in read_log(path))
                _show(found, sinks, quiet=as_json, live=False, title=path.name, total=0)
            else:
                plan.play(path, sinks, quiet=as_json)


@dataclass
class _Plan:
    """How the recordings of one command are run."""

    settings: Settings
    transcript: Path | None
    live: bool
    """Whether as fast as it was spoken."""
    stack: ExitStack
    """Ends what was begun for the recordings."""
    at_once: int = 1
    """Recordings that run at a time."""
    _loaded: Recogniser | None = None
    _better: Recogniser | None = None
    """For second opinions."""
    _scheduler: Scheduler | None = None

    def play(self, path: Path, sinks: list[BinaryIO], *, quiet: bool) -> None:
        """Run one recording into the sinks and onto the screen."""
        total, events = self.playing(path)
        _show(events, sinks, quiet=quiet, live=self.live, title=path.name, total=total)

    def prepare(self) -> None:
        """Load the models, so that several threads need not.

        Raises:
            RecogniserError: there is none.
        """
        if not (model := self._model()):
            raise RecogniserError(NO_WORDS)
        self._recogniser(model)
        self._second()

    def playing(
        self, path: Path, *, call_id: str = "", agent: str = "", source: str = "file"
    ) -> tuple[int, Iterator[Event]]:
        """Put the call of one recording together; return its stated length, too.

        Raises:
            AudioError: it cannot be read.
        """
        recording = Recording(path, first=self.settings.first)
        words = read(self.transcript) if self.transcript else None
        model = "" if words else self._model()
        events = run(
            recording,
            vad=Vad(),
            language=self._language_of(path, model),
            pool=self._pool(model) if model else None,
            words=words,
            playbook=self.settings.playbook,
            steps=paced(recording.steps()) if self.live else None,
            show=CallSettings(praise=self.settings.praise, help_level=self.settings.help_level),
            second=bool(self.settings.second_model),
            call_id=call_id,
            agent=agent,
            source=source,
            secrets=self.settings.redaction.rules(),
        )
        return recording.duration, events

    def _model(self) -> str:
        """Return the model that was asked for, else the one here that suits this machine best."""
        asked, language = self.settings.model, self.settings.language
        if asked:
            if language != "auto" and asked in catalogue() and not find(asked).knows(language):
                raise RecogniserError(f"The model {asked} does not know the language {language}.")
            return asked
        card = 0.0 if self.settings.device == "cpu" else machine.gpu_gigabytes()
        return choose(language, cores=machine.cores(), gpu_gigabytes=card) or ""

    def _pool(self, model: str) -> SpeechPool:
        """Return where the words are heard, the same for all recordings."""
        if not self.live:
            return Inline(self._recogniser(model), second=self._second())
        if self._scheduler is None:
            self._scheduler = self.stack.enter_context(self._scheduled(model))
        return self._scheduler

    def _scheduled(self, model: str) -> Scheduler:
        """Begin a scheduler; its model loads in the background, unless it told the language."""
        from assist.speech.whisper import loader  # takes seconds, and timing needs no words

        device = self._device
        load = None if self._loaded else loader(model, device=device)
        return Scheduler(
            self._loaded,
            load=load,
            second=self._second(),
            workers=device.workers,
            batch=device.batch,
        )

    def _recogniser(self, model: str) -> Recogniser:
        """Load the model once for all recordings."""
        if self._loaded is None:
            self._loaded = self._load(model)
        return self._loaded

    def _second(self) -> Recogniser | None:
        """Load the larger model, where one is to give second opinions."""
        if self.settings.second_model and self._better is None:
            self._better = self._load(self.settings.second_model)
        return self._better

    def _load(self, model: str) -> Recogniser:
        from assist.speech.whisper import load  # takes seconds, and timing needs no words

        found, language = load(model, device=self._device), self.settings.language
        if language != "auto" and language not in found.languages:
            raise RecogniserError(f"The model {model} does not know the language {language}.")
        return found

    @cached_property
    def _device(self) -> Device:
        """Choose where the decodes run; one at a time may use all cores when nobody waits."""
        from assist.speech.whisper import find_device  # takes seconds, and timing needs no words

        workers = self.settings.workers if self.live else self.at_once
        return find_device(self.settings.device, self.settings.compute_type, workers=workers)

    def _language_of(self, path: Path, model: str) -> str:
        if self.settings.language != "auto":
            return self.settings.language
        if not model:
            return (
                self.settings.playbook[:2]
                if self.settings.playbook[:2] in LANGUAGES
                else LANGUAGES[0]
            )
        recording = Recording(path, first=self.settings.first)
        return detect_language(recording, Vad(), self._recogniser(model))


def _store(
    chosen: Settings, paths: tuple[Path, ...], *, basis: str, agent: str, team: str, jobs: int
) -> None:
    """Make stored calls of recordings."""
    from assist.cli.replay_store import store_all  # the database takes a moment to import

    with ExitStack() as stack:
        plan = _Plan(chosen, None, live=False, stack=stack, at_once=jobs)
        store_all(
            chosen,
            paths,
            play=plan.playing,
            prepare=plan.prepare,
            basis=basis,
            agent=agent,
            team=team,
            jobs=jobs,
        )


def _show(
    events: Iterator[Event],
    sinks: list[BinaryIO],
    *,
    quiet: bool,
    live: bool,
    title: str,
    total: int,
) -> None:
    """Write events to the sinks and, unless quiet, print what a person wants to read."""
    console, summary, lines = Console(highlight=False), Summary(), []
    start = time.monotonic()
    with progress(title, total) as advance:
        for event in events:
            summary.add(event)
            for sink in sinks:
                sink.write(encode(event) + b"\n")
            text = None if quiet else line(event)
            if text and live:
                console.print(text, soft_wrap=True)
            elif text:
                lines.append(text)
            if isinstance(event, Tick) and not live:
                advance(event.at)
    for sink in sinks:
        sink.flush()
    for text in lines:
        console.print(text, soft_wrap=True)
    if not quiet:
        console.print(summary.text(time.monotonic() - start), style="bold", soft_wrap=True)


def _check(path: Path, playbook: str) -> int:
    drift = check_log(path, playbook=playbook)
    if drift is None:
        click.echo(f"{path}: no drift.")
        return 0
    click.echo(f"{path}, line {drift.line} differs.")
    click.echo(f"logged:   {drift.logged or '(nothing)'}")
    click.echo(f"replayed: {drift.replayed or '(nothing)'}")
    return 1


def _writable(path: Path) -> BinaryIO:
    try:
        return path.open("wb")
    except OSError as error:
        raise ProtocolError(f"{path}: the events cannot be written there.") from error
