"""`assist run`: the service, the desk and the overlay on one machine, for a laptop."""

import asyncio
import contextlib
import os
import sys
import threading
import webbrowser
from collections.abc import Callable
from contextlib import ExitStack

import click
from rich.console import Console

from assist.capture.platform import sound_system
from assist.cli.capture import carrier, carry, shown
from assist.cli.options import settings
from assist.cli.serve import Prepared, announce, host, prepare
from assist.cli.window import need_library, opened
from assist.errors import ProtocolError, SettingsError
from assist.protocol import PATH
from assist.server.access import is_local
from assist.server.access.exposure import is_loopback
from assist.server.service import Service
from assist.settings import LANGUAGES

AGAIN_S = 0.1
"""The service is asked to end so often; it hears it once it runs."""


@click.command()
@click.option("--no-browser", is_flag=True, help="Do not open the overlay.")
@click.option("--window", is_flag=True, help="Open the overlay in a window above all others.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port; 8765 by default.")
@click.option("--model", metavar="NAME|DIR", help="A speech model; `none` = timing only.")
@click.option("--microphone", metavar="NAME", help="The agent's device: its name or a part of it.")
@click.option("--call", metavar="NAME", help="The device on which the call is heard.")
@click.option("--language", type=click.Choice(("auto", *LANGUAGES)), help="What is spoken.")
@click.option("--playbook", help="A playbook's name, like en/support, or its file.")
@click.option("--data", help="The data directory.")
def run(
    no_browser: bool,
    window: bool,
    port: int | None,
    model: str | None,
    microphone: str | None,
    call: str | None,
    language: str | None,
    playbook: str | None,
    data: str | None,
) -> None:
    """Serve, capture and open the overlay, all on this machine."""
    chosen = settings(
        serve__port=port,
        serve__data=data,
        model=model,
        language=language,
        playbook=playbook,
        capture__microphone=microphone,
        capture__call=call,
    )
    if not (is_local(chosen.access) and is_loopback(chosen.serve.host)):
        raise SettingsError("`assist run` is for one person on one machine; use `assist serve`")
    if window:
        need_library()
    console = Console(stderr=True, highlight=False)
    with ExitStack() as stack:
        system = stack.enter_context(contextlib.closing(sound_system()))
        ready = prepare(chosen, stack, console)
        announce(console, ready)
        scheme = "wss" if chosen.serve.certificate else "ws"
        url = f"{scheme}://{host(chosen.serve)}:{ready.listening.getsockname()[1]}{PATH}"
        desk = carrier(system, chosen, url=url, token=ready.access.token)
        with Backstage(ready, ended=desk.stop), shown(desk, console):
            if window:
                stack.enter_context(opened(ready.link("/overlay?surface=window")))
            elif not no_browser:
                open_page(ready.link("/overlay"))
            ended = carry(desk)
    if ended.text:
        raise ProtocolError(ended.text)


class Backstage:
    """The service in a thread of its own: signals, and the call's end, are the desk's.

    Args:
        ready: the service.
        ended: is told in that thread when the service has ended, whatever ended it.
    """

    def __init__(self, ready: Prepared, *, ended: Callable[[], None]) -> None:
        self._ready = ready
        self._ended = ended
        self._begun = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._service: Service | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="service")

    def __enter__(self) -> "Backstage":
        """Begin to serve.

        Raises:
            AssistError: the service could not begin.
        """
        self._thread.start()
        self._begun.wait()
        if self._failure is not None:
            raise self._failure
        return self

    def __exit__(self, *error: object) -> None:
        """End the service, once it has begun.

        Raises:
            AssistError: it had failed.
        """
        while self._thread.is_alive():
            if self._loop is not None and self._service is not None:
                with contextlib.suppress(RuntimeError):  # its loop has just ended
                    self._loop.call_soon_threadsafe(self._service.stop)
            self._thread.join(AGAIN_S)
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            asyncio.run(self._ready.run(self._begin))
        except BaseException as failure:  # told in the thread that waits
            self._failure = failure
        finally:
            self._begun.set()
            self._ended()

    def _begin(self, service: Service) -> None:
        self._loop, self._service = asyncio.get_running_loop(), service
        self._begun.set()


def open_page(address: str) -> None:
    """Open a page in the browser, where there is a screen."""
    if sys.platform != "linux" or {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
