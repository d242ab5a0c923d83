"""`assist demo`: the bundled calls through the whole system, and the overlay in the browser."""

import asyncio
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path

import click
from rich.console import Console

from assist.audio.files import Recording
from assist.call import Call
from assist.cli.played import table
from assist.cli.player import Compose, Played, Player
from assist.cli.timeline import line
from assist.core.engine import Engine
from assist.cues import TABLE
from assist.errors import AssistError, ProtocolError, SettingsError
from assist.evaluate.calls import LabelledCall
from assist.evaluate.find import find_calls
from assist.events import CallSettings, CallStarted, Event, NudgeShown
from assist.feedback import Ballot, Votes, default_file, read, settings
from assist.server.access import Access, Audit
from assist.server.access.who import LOCAL
from assist.server.app import create_app
from assist.server.local import HOST, PORT, bind, server
from assist.server.rooms import Rooms
from assist.settings import LANGUAGES, load_playbook
from assist.speech.bundled import bundled
from assist.speech.pool import Inline, SpeechPool
from assist.speech.scheduler import Scheduler
from assist.speech.vad import Vad

MODEL = "demo"
BETWEEN_S = 6.0
"""Between two calls: long enough to read how the call went."""
PATIENCE_S = 5.0
"""For a call to end when the program ends."""

Bundled = list[tuple[LabelledCall, Path]]
Waits = Callable[[], str]
"""Says what is still awaited, like `loading 43 %`; empty = nothing."""


@click.command()
@click.option("--no-browser", is_flag=True, help="Do not open the overlay.")
@click.option("--speed", type=click.Choice(["1", "max"]), default="1", show_default=True)
@click.option("--once", is_flag=True, help="Play each call once, then end with a summary.")
@click.option("--call", "name", help="Play only the call of this name.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Play only calls of this language.")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True)
def demo(
    no_browser: bool, speed: str, once: bool, name: str | None, language: str | None, port: int
) -> None:
    """Replay the bundled calls through the whole system and open the overlay."""
    from assist.speech import whisper  # takes seconds; the help needs none of it

    chosen = choose(bundled("demo", "calls"), name=name, language=language)
    live = speed == "1"
    console = Console()
    with bind(port) as listening, ExitStack() as stack:
        scheduler = None
        if live:
            device = whisper.find_device("cpu")  # the small model has no use for a card
            load = whisper.loader(MODEL, device=device)
            scheduler = Scheduler(load=load, workers=device.workers, batch=device.batch)
            stack.enter_context(scheduler)
        votes = voted(console) if live else {}
        compose = composer(scheduler or Inline(whisper.load(MODEL)), settings(votes))
        show = Show(
            chosen,
            compose,
            listening,
            live=live,
            once=once,
            console=console,
            ballot=Ballot(default_file(), votes) if live else None,
            waits=lambda: awaited(scheduler) if scheduler else "",
        )
        show.announce(asked=port)
        if not no_browser:
            show.open_overlay()
        show.run()


def choose(folder: Path, *, name: str | None, language: str | None) -> Bundled:
    """Return the calls to play: English before German, and first those where much goes wrong.

    Raises:
        AssistError: there is none of that name and language.
    """
    found = [(call, audio) for call, audio in find_calls([folder]) if audio is not None]
    chosen = [
        (call, audio)
        for call, audio in found
        if name in (None, call.call.id) and language in (None, call.call.language)
    ]
    if not chosen:
        names = ", ".join(call.call.id for call, _ in found)
        raise ProtocolError(f"no bundled call is so named or in that language; there are: {names}")
    return sorted(
        chosen, key=lambda one: (LANGUAGES.index(one[0].call.language), one[0].call.audit)
    )


def awaited(scheduler: Scheduler) -> str:
    """Return why words are not yet heard, or will not be; empty = they are."""
    return "" if scheduler.ready else scheduler.failure or scheduler.progress


def voted(console: Console) -> dict[str, Votes]:
    """Return the verdicts on nudges of this machine; what cannot be read is said, and left out."""
    try:
        return read(default_file())
    except SettingsError as error:
        console.print(f"{error}.", highlight=False)
        return {}


def composer(pool: SpeechPool, shown: CallSettings | None = None) -> Compose:
    """Return what puts a demo call together: the same parts as a live call.

    Args:
        pool: where words are heard.
        shown: what the call shows.
    """
    vad = Vad()

    def compose(labelled: LabelledCall, recording: Recording) -> Call:
        facts = labelled.call
        engine = Engine(call_id=facts.id, playbook=load_playbook(facts.language), table=TABLE)
        return Call(
            facts.id,
            engine,
            vad=vad,
            pool=pool,
            channels=recording.channels,
            language=facts.language,
            source="demo",
            settings=shown,
        )

    return compose


class Show:
    """One run of the demo: a server, and a player in a thread of its own.

    Args:
        calls: to play, in this order.
        compose: puts each call together.
        listening: the server's port.
        live: as fast as it was spoken.
        once: end when each call was played, with a summary.
        console: where it says what happens.
        waits: says why words are not yet heard; empty = they are.
        ballot: takes the agent's verdicts on nudges.
    """

    def __init__(
        self,
        calls: Bundled,
        compose: Compose,
        listening: socket.socket,
        *,
        live: bool,
        once: bool,
        console: Console,
        waits: Waits = lambda: "",
        ballot: Ballot | None = None,
    ) -> None:
        self._ballot = ballot
        self._calls = calls
        self._listening = listening
        self._live = live
        self._once = once
        self._console = console
        self._rooms = Rooms()
        self._access = Access(audit=Audit(None))
        self._player = Player(compose, self._publish, live=live)
        app = create_app(
            rooms=self._rooms,
            access=self._access,
            tell=lambda call_id, event: self._player.tell(event),
            checks=lambda: {"model": reason} if (reason := waits()) else {},
        )
        self._server = server(app)
        self._before = ""
        """The call before, which pages show until the next begins."""
        self._later: Callable[..., object] = lambda *_: None
        self.played: list[Played] = []
        self._failure: AssistError | None = None

    @property
    def address(self) -> str:
        """The overlay's."""
        return self._page("/overlay")

    def _page(self, path: str) -> str:
        """Return a page's address; the token stands where no server sees it."""
        port = self._listening.getsockname()[1]
        return f"http://{HOST}:{port}{self._access.link(path)}"

    def announce(self, *, asked: int) -> None:
        """Say where the overlay and the supervisor's page are."""
        port = self._listening.getsockname()[1]
        if asked not in (0, port):
            self._console.print(f"Port {asked} is taken; this is {port}.")
        for name in ("Overlay", "Supervisor"):
            link = self._page(f"/{name.lower()}")
            self._console.print(f"{name}: {link}", soft_wrap=True, highlight=False)
        self._console.print("Ctrl-C ends.", style="dim")

    def open_overlay(self) -> None:
        """Open the overlay in the browser, where there is a screen."""
        screen = sys.platform != "linux" or {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys()
        if screen:
            threading.Thread(target=webbrowser.open, args=(self.address,), daemon=True).start()

    def run(self) -> None:
        """Serve and play until the calls are over or somebody ends it.

        Raises:
            AssistError: a call could not be played.
        """
        asyncio.run(self._serve())
        if self._failure is not None:
            raise self._failure
        if self.played:
            self._console.print(table(self.played))

    async def _serve(self) -> None:
        self._later = asyncio.get_running_loop().call_soon_threadsafe
        thread = threading.Thread(target=self._play, name="player", daemon=True)
        thread.start()
        try:
            await self._server.serve(sockets=[self._listening])
        finally:
            self._player.stop()
            await asyncio.to_thread(thread.join, PATIENCE_S)

    def _play(self) -> None:
        try:
            for call, audio in self._calls if self._once else cycle(self._calls):
                played = self._player.play(call, audio)
                if self._once:
                    self.played.append(played)
                if not self._player.pause(BETWEEN_S):
                    return
        except AssistError as error:
            self._failure = error
        finally:
            self._later(self.stop)

    def _show(self, event: Event) -> None:
        """Bring an event to the pages; on the loop."""
        if isinstance(event, CallStarted):
            self._rooms.open(event.call_id, agent=LOCAL.id)
            if self._before not in ("", event.call_id):
                self._rooms.forget(self._before)
            self._before = event.call_id
        self._rooms.publish(event)

    def stop(self) -> None:
        """End serving, and with it the play."""
        self._server.should_exit = True

    def _publish(self, event: Event) -> None:
        if self._ballot is not None:
            self._ballot.observe(event)
        self._later(self._show, event)
        if self._live or isinstance(event, CallStarted | NudgeShown):
            text = line(event)
            if text is not None:
                self._console.print(text, soft_wrap=True)
