"""`assist serve` as a process of its own, and what its pages see."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from websockets.sync.client import connect
from websockets.typing import Subprotocol

from assist.events import CallEnded, Event, decode
from assist.server.access.entry import SUBPROTOCOL

ROOT = Path(__file__).parents[2]
PAGE = re.compile(r"Overlay: http://[^/]+:(\d+)/overlay#token=(\S+)")
PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Serving:
    """A running service of local mode."""

    port: int
    token: str

    def at(self, path: str) -> str:
        return f"ws://127.0.0.1:{self.port}{path}"


@contextmanager
def serving(
    folder: Path, settings: str, *, model: str = "none", port: int = 0
) -> Iterator[Serving]:
    """Run `assist serve` until the block ends.

    Args:
        folder: for what it keeps.
        settings: in TOML.
        model: a speech model's directory; none = timing only.
        port: 0 = any free one.
    """
    config = folder / "settings.toml"
    config.write_text(settings)
    options = ("--port", str(port), "--model", model, "--data", str(folder / "data"))
    command = (sys.executable, "-m", "assist", "--config", str(config), "serve", *options)
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stderr is not None
        said = []
        try:
            for line in process.stderr:
                said.append(line)
                if found := PAGE.search(line):
                    break
            else:
                raise AssertionError("".join(said))
            yield Serving(int(found[1]), found[2])
        finally:
            process.terminate()
            process.stderr.read()
            process.wait(PATIENCE_S)


def events(service: Serving, agent: str) -> list[Event]:
    """Return the last call of a workplace, as its page sees it once the call is over."""
    spoken = [Subprotocol(SUBPROTOCOL), Subprotocol(service.token)]
    with connect(service.at(f"/feed/agent?agent={agent}"), subprotocols=spoken) as page:
        found: list[Event] = []
        while not found or not isinstance(found[-1], CallEnded):
            found.append(decode(page.recv(timeout=PATIENCE_S)))
        return found
