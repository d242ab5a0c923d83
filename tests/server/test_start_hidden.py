"""A start page behind another tab goes on to send sound: Chromium by its own protocol.

Playwright tells every page that it is visible, so the browser is asked directly.
"""

import json
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from assist.core.audio import RATE, Samples
from assist.events import AudioGap, CallStarted
from tests.server.browsing import CHROMIUM, browsers, flags
from tests.server.running import QUIET, Running, running

pytestmark = browsers("index")

WINDOW = 512
"""Samples of what a speech detector is given."""


class Counting:
    """A speech detector that hears nobody and counts what it is given."""

    def __init__(self) -> None:
        self.count = 0
        self.news = threading.Condition()

    def stream(self) -> "Counting":
        return self

    def measure(self, window: Samples) -> float:
        with self.news:
            self.count += 1
            self.news.notify_all()
        return -60.0

    def probabilities(self, windows: Sequence[Samples]) -> list[float]:
        return [0.0] * len(windows)

    def until(self, count: int) -> float:
        """Wait for so many more windows; return how long that took, in seconds."""
        begun = time.monotonic()
        with self.news:
            wanted = self.count + count
            assert self.news.wait_for(lambda: self.count >= wanted, 4 * count * WINDOW / RATE)
        return time.monotonic() - begun


class Tab:
    """One tab of a browser, by its own protocol."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._asked = 0

    def ask(self, method: str, **said: Any) -> Any:
        """Send a command and return what it comes to."""
        self._asked += 1
        self._socket.send(json.dumps({"id": self._asked, "method": method, "params": said}))
        told = self._until(lambda told: told.get("id") == self._asked)
        assert "result" in told, told
        return told["result"]

    def go(self, address: str) -> None:
        """Open a page and wait until it is there."""
        self.ask("Page.enable")
        self.ask("Page.navigate", url=address)
        self._until(lambda told: told.get("method") == "Page.loadEventFired")

    def run(self, code: str) -> Any:
        """Run code as a click would, wait for what it promises, and return it."""
        told = self.ask(
            "Runtime.evaluate",
            expression=code,
            userGesture=True,
            awaitPromise=True,
            returnByValue=True,
        )
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def _until(self, wanted: Callable[[dict[str, Any]], bool]) -> Any:
        while True:
            told = json.loads(self._socket.recv(timeout=30))
            if wanted(told):
                return told


@contextmanager
def tab(port: int) -> Iterator[Tab]:
    """Open an empty tab in front of all others."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/json/new", method="PUT")
    with urllib.request.urlopen(asked, timeout=10) as answer:
        found = json.load(answer)["webSocketDebuggerUrl"]
    with connect(found, max_size=None) as socket:
        yield Tab(socket)


@contextmanager
def browser(folder: Path) -> Iterator[int]:
    """Run a browser whose microphone plays a tone; yield the port of its protocol."""
    media = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    alone = ("--headless=new", "--remote-debugging-port=0", f"--user-data-dir={folder / 'user'}")
    with (folder / "said").open("w+") as said:
        process = subprocess.Popen(
            [str(CHROMIUM), *flags(*media, *alone), "about:blank"], stdout=said, stderr=said
        )
        try:
            yield _port(process, folder / "user" / "DevToolsActivePort")
        finally:
            process.terminate()
            process.wait(20)


def _port(process: subprocess.Popen[bytes], file: Path) -> int:
    """Wait until the browser has written where it listens."""
    deadline = time.monotonic() + 20
    while not file.is_file() or not (said := file.read_text().split()):
        assert time.monotonic() < deadline, "the browser does not start"
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
    return int(said[0])


WHEN = """async (found) => {
  const page = () => document.querySelector("start-page");
  for (let i = 0; i < 400; i += 1) {
    const wanted = page()?.shadowRoot && found(page());
    if (wanted) return wanted;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("it did not come");
}"""


def when(condition: str) -> str:
    return f"({WHEN})({condition})"


OPEN = when(
    "(page) => page.shadowRoot.querySelector('sound-source')?.shadowRoot?.querySelector('button')"
)
READY = when("(page) => page.shadowRoot.querySelector('button.first:not(:disabled)')")
LIVE = when("(page) => page.state.call === 'live'")


@pytest.mark.parametrize("seconds", [5, pytest.param(60, marks=pytest.mark.slow)])
def test_a_hidden_page_sends_all_its_sound(tmp_path: Path, seconds: int) -> None:
    ears, windows = Counting(), 2 * seconds * RATE // WINDOW  # of both channels
    with running(QUIET, vad=ears) as house, browser(tmp_path) as port:
        with tab(port) as page:
            page.go(link(house))
            page.run(f"{OPEN}.then((button) => button.click())")
            page.run(f"{READY}.then((button) => button.click())")
            page.run(f"{LIVE}.then(() => true)")
            before = ears.until(windows)
            with tab(port):
                hidden = page.run("document.visibilityState")
                ears.until(2 * RATE // WINDOW)  # what had waited meanwhile
                took = ears.until(windows)
                still = page.run("document.visibilityState")
        begun = [event for event in house.events if isinstance(event, CallStarted)]
        gaps = [event for event in house.events if isinstance(event, AudioGap)]

    assert (hidden, still) == ("hidden", "hidden")
    assert took < 1.05 * before + 0.5  # a busy machine's fake microphone may be slow, seen or not
    assert (len(begun), gaps) == (1, [])


def link(house: Running) -> str:
    return f"http://127.0.0.1:{house.port}/#token={house.access.token}"
