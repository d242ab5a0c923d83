"""`assist doctor`: check this machine and say what to do."""

import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from assist.cli.options import settings
from assist.errors import AssistError
from assist.server.local import PORT
from assist.settings import Settings
from assist.speech import machine
from assist.speech.advise import recommend
from assist.speech.catalogue import catalogue, choose
from assist.speech.vad import Vad

PYTHON = (3, 11)
DISK_GB = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    good: bool
    text: str
    """What is there, or what to do."""
    needed: bool = True
    """Whether nothing works without it."""


@click.command()
@click.option("--port", default=PORT, show_default=True, help="The port that is to be free.")
def doctor(port: int) -> None:
    """Check this machine and say what to do."""
    checks: dict[str, Callable[[], Finding]] = {
        "Python": python,
        "voice detector": voice_detector,
        "demo model": demo_model,
        "device": lambda: device(settings()),
        "speech model": speech_model,
        "sound card": portaudio,
        "disk": lambda: disk(Path.home()),
        f"port {port}": lambda: free_port(port),
    }
    findings = {name: check() for name, check in checks.items()}
    _print(findings)
    sys.exit(any(finding.needed and not finding.good for finding in findings.values()))


def python() -> Finding:
    """Check the version of Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= PYTHON:
        return Finding(True, version)
    return Finding(False, f"{version} is too old: install Python 3.11 or newer")


def voice_detector() -> Finding:
    """Check that Silero loads."""
    try:
        Vad().stream()
    except AssistError as error:
        return Finding(False, str(error))
    return Finding(True, "Silero VAD v6")


def demo_model() -> Finding:
    """Check that the bundled model is there."""
    path = catalogue()["demo"].path()
    if path:
        return Finding(True, str(path))
    return Finding(
        False, "the bundled model is missing; the demo runs on timing only", needed=False
    )


def device(chosen: Settings) -> Finding:
    """Check that speech can be decoded where and as the settings say."""
    from assist.speech.whisper import find_device  # takes seconds; the help needs none of it

    try:
        found = find_device(chosen.device, chosen.compute_type, workers=chosen.workers)
    except AssistError as error:
        return Finding(False, str(error))
    return Finding(True, found.sentence)


def speech_model() -> Finding:
    """Check that some model for real speech is there, and say which suits this machine."""
    cores, card = machine.cores(), machine.gpu_gigabytes()
    best, why = recommend("auto", cores=cores, gpu_gigabytes=card)
    name = choose("auto", cores=cores, gpu_gigabytes=card)
    name = name or choose("en", cores=cores, gpu_gigabytes=card)
    advice = f"{best} is recommended: {why}"
    if name:
        return Finding(True, f"{name} at {catalogue()[name].path()}; {advice}")
    text = f"none: run `assist models pull {best}`, or pass --model DIR; timing cues run without;"
    return Finding(False, f"{text} {advice}", needed=False)


def portaudio() -> Finding:
    """Check that sound can come from a microphone."""
    try:
        import sounddevice  # loads the system's PortAudio at once, which only a microphone needs
    except OSError:
        advice = "no PortAudio: install libportaudio2 to listen to a microphone"
        return Finding(False, advice, needed=False)
    return Finding(True, sounddevice.get_portaudio_version()[1])


def disk(folder: Path) -> Finding:
    """Check that there is room for models and recordings."""
    free = shutil.disk_usage(folder).free / 1e9
    if free >= DISK_GB:
        return Finding(True, f"{free:.0f} GB free")
    return Finding(False, f"only {free:.1f} GB free in {folder}: make room for {DISK_GB:.0f} GB")


def free_port(port: int) -> Finding:
    """Check that the server can listen on a port of this machine."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return Finding(False, "taken: pass another --port", needed=False)
    return Finding(True, "free")


def _print(findings: dict[str, Finding]) -> None:
    table = Table("", "", "", box=None, show_header=False)
    for name, finding in findings.items():
        missing = "[red]missing[/]" if finding.needed else "[yellow]absent[/]"
        table.add_row("[green]ok[/]" if finding.good else missing, name, finding.text)
    Console().print(table)
