"""`assist replay`: recordings and logs."""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
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
from assist.speech.catalogue import choose
from assist.speech.pool import Inline, SpeechPool
from assist.speech.recogniser import Recogniser
from assist.speech.scheduler import Scheduler
from assist.speech.transcript_file import read
from assist.speech.vad import Vad


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
) -> None:
    """Run recordings, or a log, and print transcript, stages and nudges."""
    chosen = settings(language=language, model=model, first=first, playbook=playbook)
    if checked:
        sys.exit(max(_check(path, chosen.playbook) for path in audio))
    plan = _Plan(chosen, transcript, live=speed == "1")
    with ExitStack() as stack:
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
    _loaded: Recogniser | None = None

    def play(self, path: Path, sinks: list[BinaryIO], *, quiet: bool) -> None:
        """Run one recording into the sinks and onto the screen."""
        recording = Recording(path, first=self.settings.first)
        words = read(self.transcript) if self.transcript else None
        recogniser = None if words else self._recogniser()
        language = self._language_of(path, recogniser)
        with ExitStack() as stack:
            pool: SpeechPool | None = None
            if recogniser is not None:
                pool = Inline(recogniser)
                if self.live:
                    pool = stack.enter_context(Scheduler(recogniser))
            events = run(
                recording,
                vad=Vad(),
                pool=pool,
                words=words,
                language=language,
                playbook=self.settings.playbook,
                steps=paced(recording.steps()) if self.live else None,
                show=CallSettings(praise=self.settings.praise, help_level=self.settings.help_level),
            )
            _show(
                events,
                sinks,
                quiet=quiet,
                live=self.live,
                title=path.name,
                total=recording.duration,
            )

    def _recogniser(self) -> Recogniser | None:
        """Load the model once for all recordings."""
        name = self.settings.model or choose(self.settings.language)
        if name and self._loaded is None:
            from assist.speech.whisper import load  # takes seconds, and timing needs no words

            self._loaded = load(name)
            if (
                self.settings.language != "auto"
                and self.settings.language not in self._loaded.languages
            ):
                raise RecogniserError(
                    f"The model {name} does not know the language {self.settings.language}."
                )
        return self._loaded

    def _language_of(self, path: Path, recogniser: Recogniser | None) -> str:
        if self.settings.language != "auto":
            return self.settings.language
        if recogniser is None:
            return (
                self.settings.playbook[:2]
                if self.settings.playbook[:2] in LANGUAGES
                else LANGUAGES[0]
            )
        return detect_language(Recording(path, first=self.settings.first), Vad(), recogniser)


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
