"""`assist capture`: the agent's desk, microphone and call audio → the service."""

import asyncio
import contextlib
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from assist.capture.choosing import DEFAULT, KINDS
from assist.capture.desk import MISSING, Desk
from assist.capture.levels import TURNED, measure, relation, verdicts
from assist.capture.platform import sound_system
from assist.capture.recording import Kept
from assist.capture.sound import Device, DeviceError, SoundSystem
from assist.cli.carrying import TICK_S, Carrier, address, read_token
from assist.cli.meter import HELP, line
from assist.cli.options import settings
from assist.cli.window import need_library, opened
from assist.client import Sender, Stay
from assist.errors import ProtocolError
from assist.events import CHANNELS, Channel
from assist.protocol import PATH
from assist.settings import LANGUAGES, Settings
from assist.settings.keeping import data_directory

CHECK_S = 10.0
SHOW_S = 0.5
"""The line in the terminal is drawn so often."""


@click.command()
@click.option("--list", "listed", is_flag=True, help="List the devices.")
@click.option("--check", "checked", is_flag=True, help="Listen for ten seconds and say how it is.")
@click.option("--server", metavar="URL", help="The service; on this machine by default.")
@click.option("--microphone", metavar="NAME", help="The agent's device: its name or a part of it.")
@click.option("--call", metavar="NAME", help="The device on which the call is heard.")
@click.option("--language", type=click.Choice(("auto", *LANGUAGES)), help="What is spoken.")
@click.option("--agent", help="Whose overlay shows the call.")
@click.option("--window", is_flag=True, help="Open the overlay in a window above all others.")
def capture(
    listed: bool,
    checked: bool,
    server: str | None,
    microphone: str | None,
    call: str | None,
    language: str | None,
    agent: str | None,
    window: bool,
) -> None:
    """Send microphone and call audio to the service, and watch both devices."""
    chosen = settings(
        capture__server=server,
        capture__microphone=microphone,
        capture__call=call,
        capture__agent=agent,
        language=language,
    )
    console = Console(highlight=False)
    if window:
        need_library()
    with contextlib.closing(sound_system()) as system:
        if listed:
            console.print(devices_list(system.devices()), soft_wrap=True)
        elif checked:
            sys.exit(check(system, chosen, console, seconds=CHECK_S))
        else:
            with opened(overlay(chosen)) if window else contextlib.nullcontext():
                ended = run_desk(system, chosen, console)
            if ended.text:
                raise ProtocolError(ended.text)


def overlay(chosen: Settings) -> str:
    """Return where the overlay is; on this machine with the token, elsewhere it asks who it is."""
    desk = chosen.capture
    parts = urlsplit(address(desk.server, port=chosen.serve.port))
    scheme = {"ws": "http", "wss": "https"}[parts.scheme]
    path = parts.path.removesuffix(PATH)
    token = "" if desk.server else f"#token={read_token(token_file(chosen))}"
    return f"{scheme}://{parts.netloc}{path}/overlay?surface=window{token}"


def token_file(chosen: Settings) -> Path:
    """Return the file that holds the token: the one that is set, or this machine's."""
    file = chosen.capture.token_file
    return Path(file) if file else data_directory(chosen.serve.data) / "token"


def wanted(chosen: Settings) -> dict[Channel, str]:
    """Return which devices the settings want."""
    return {"agent": chosen.capture.microphone, "customer": chosen.capture.call}


def devices_list(devices: list[Device]) -> Text:
    """Return the devices by what they are for, the usual one first, with their names in full.

    Raises:
        DeviceError: there is none.
    """
    if not devices:
        raise DeviceError("This machine has no sound device.")
    text = Text()
    for channel in CHANNELS:
        text.append(f"{KINDS[channel].capitalize()}\n", "bold")
        fitting = [device for device in devices if device.loopback == (channel == "customer")]
        for device in sorted(fitting, key=lambda one: (not one.default, one.title)):
            text.append(f"  {device.title}{f'  ({DEFAULT})' if device.default else ''}\n")
            if device.name != device.title:
                text.append(f"    {device.name}\n", "dim")
        if not fitting:
            text.append("  none\n")
    text.append("Choose one by its name, or by a part of it that no other device has.")
    return text


def check(system: SoundSystem, chosen: Settings, console: Console, *, seconds: float) -> int:
    """Listen to both devices, print what was measured, and return the exit code."""
    console.print(f"Speak, and play something on the call's device: {seconds:g} seconds …")
    kept = Kept()
    desk = Desk(system, kept, now=time.monotonic(), devices=wanted(chosen))
    waiting = threading.Event()
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            desk.tick(time.monotonic())
            waiting.wait(TICK_S)
    finally:
        desk.close()
    console.print(measured(desk, kept))
    sound = kept.sound()
    for text in relation(sound["agent"], sound["customer"]):
        console.print(text, soft_wrap=True)
    missing = [code for code in kept.troubles if code in MISSING.values()]
    wrong = [f"{HELP[code]} {kept.troubles[code]}" for code in missing]
    if not missing:
        chosen_devices = (desk.sides[channel].device for channel in CHANNELS)
        turned = [device.loopback for device in chosen_devices if device] == [True, False]
        wrong += [TURNED] if turned else verdicts(sound["agent"], sound["customer"])
    for text in wrong or ["All is well."]:
        console.print(text, soft_wrap=True)
    return int(bool(wrong))


def measured(desk: Desk, kept: Kept) -> Table:
    """Return a table of the levels of both channels."""
    table = Table("for", "device", "it is", "speech", "noise", "lost")
    sound = kept.sound()
    for channel in CHANNELS:
        device, levels = desk.sides[channel].device, measure(sound[channel])
        table.add_row(
            KINDS[channel],
            device.title if device else "none",
            levels.word if device else "missing",
            f"{levels.speech:.0f} dB" if device else "",
            f"{levels.noise:.0f} dB" if device else "",
            f"{kept.missing_ms[channel]} ms",
        )
    return table


def carrier(system: SoundSystem, chosen: Settings, *, url: str = "", token: str = "") -> Carrier:
    """Return what carries the desk's calls.

    Args:
        system: where the devices are.
        chosen: the settings.
        url: of the service, when it is not the settings'.
        token: the same.

    Raises:
        SettingsError: there is no token, or the address is none.
    """
    desk = chosen.capture
    file = token_file(chosen)
    if not token:
        read_token(file)  # a missing one is said at once
    return Carrier(
        system,
        url or address(desk.server, port=chosen.serve.port),
        token=lambda: token or read_token(file),
        devices=wanted(chosen),
        agent=desk.agent,
        language=chosen.language if chosen.language in LANGUAGES else "",
        ring=desk.ring,
    )


def run_desk(system: SoundSystem, chosen: Settings, console: Console) -> Stay:
    """Carry one call until Ctrl-C, and say how it ended."""
    desk = carrier(system, chosen)
    with shown(desk, console):
        return carry(desk)


def carry(desk: Carrier) -> Stay:
    """Carry one call until a signal ends it, and say how it ended."""
    return asyncio.run(_carry(desk))


async def _carry(desk: Carrier) -> Stay:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows; there Ctrl-C just ends it
            loop.add_signal_handler(number, desk.stop)
    return await desk.carry()


@contextlib.contextmanager
def shown(desk: Carrier, console: Console) -> Iterator[None]:
    """Show the state of a desk, and take `p` and Enter for a pause, while the block runs."""
    view = View(console)
    desk.show = view.show
    if sys.stdin.isatty():
        console.print("p and Enter pauses, Ctrl-C ends the call.", style="dim")
        threading.Thread(target=_listen, args=(desk,), daemon=True).start()
    with view:
        yield


def _listen(desk: Carrier) -> None:
    for text in sys.stdin:
        if text.strip().casefold() == "p":
            desk.toggle_pause()


class View:
    """Draws the line on a terminal; elsewhere it writes what changes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal else None
        self._begun = time.monotonic()
        self._drawn = float("-inf")
        self._before: tuple[object, ...] = ()

    def __enter__(self) -> "View":
        """Begin to draw."""
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *error: object) -> None:
        """End drawing."""
        if self._live is not None:
            self._live.stop()

    def show(self, desk: Desk, sender: Sender) -> None:
        """Look at the desk; draw when it is time to, or when something changed."""
        now, troubles = time.monotonic(), list(desk.alarms.active)
        state = (sender.greeted, sender.paused, *troubles)
        due = self._live is not None and now - self._drawn >= SHOW_S
        if not due and state == self._before:
            return
        self._drawn, self._before = now, state
        text = line(
            seconds=now - self._begun,
            levels={channel: side.level for channel, side in desk.sides.items()},
            connected=sender.greeted,
            paused=sender.paused,
            waiting=sender.waiting,
            troubles=list(map(str, troubles)),
        )
        if self._live is not None:
            self._live.update(Text(text), refresh=True)
        else:
            self._console.print(text, soft_wrap=True)
