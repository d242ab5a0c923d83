import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console
from websockets.sync.client import ClientConnection, connect

from assist import protocol
from assist.audio.files import Recording
from assist.cli import assist
from assist.cli.serve import Prepared, prepare
from assist.errors import SettingsError
from assist.server.access import Access, Audit
from assist.server.local import bind
from assist.server.metrics import Metrics
from assist.settings import Settings
from assist.settings.serving import Serve
from assist.speech.bundled import bundled

DEMO = bundled("demo", "calls") / "en-rough" / "audio.ogg"


@dataclass
class Process:
    """The command, running."""

    popen: subprocess.Popen[str]
    data: Path
    port: int
    said: list[str] = field(default_factory=list)

    @property
    def token(self) -> str:
        return (self.data / "token").read_text()

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as found:
                return found.status, found.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def rest(self) -> str:
        """Wait for the end; return all that it said."""
        out, _ = self.popen.communicate(timeout=30)
        return "".join(self.said) + out


@contextmanager
def serving(tmp_path: Path, *options: str) -> Iterator[Process]:
    """Run `assist serve` on a free port until the block ends."""
    environment = os.environ | {"ASSIST_SERVE__DRAIN_TIMEOUT": "20", "XDG_CONFIG_HOME": "/none"}
    words = ["-m", "assist", "serve", "--port", "0", "--data", str(tmp_path), *options]
    popen = subprocess.Popen(
        [sys.executable, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
    assert popen.stdout
    said: list[str] = []
    for line in popen.stdout:
        said.append(line)
        if line.startswith("Overlay: "):
            break
    assert said, "it ended"
    port = int(said[-1].partition("127.0.0.1:")[2].partition("/")[0])
    try:
        yield Process(popen, tmp_path, port, said)
    finally:
        popen.kill()
        popen.communicate()


@contextmanager
def open_call(here: Process, call_id: str) -> Iterator[ClientConnection]:
    hello = protocol.Hello(token=here.token, call_id=call_id, channels=("agent", "customer"))
    url = f"ws://127.0.0.1:{here.port}/ingest/audio"
    with connect(url, compression=None, close_timeout=1) as wire:
        wire.send(protocol.write(hello))
        yield wire


def test_it_drains_a_running_call_and_takes_no_new_one(tmp_path: Path) -> None:
    with serving(tmp_path, "--model", "none") as here, open_call(here, "call-0001") as running:
        running.recv(timeout=30)
        here.popen.send_signal(signal.SIGTERM)
        while here.get("/ready")[0] == 200:
            pass
        with open_call(here, "call-0002") as late:
            refused = protocol.read_server(str(late.recv(timeout=30)))
        running.send(protocol.write(protocol.End(seq=1, reason="hangup")))
        said = [protocol.read_server(str(text)) for text in running]
        text = here.rest()

    assert isinstance(refused, protocol.Fault)
    assert refused.code == "full"
    assert said[-1] == protocol.Ended(reason="hangup")
    assert running.close_code == 1000
    assert here.popen.returncode == 0
    assert "Traceback" not in text


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    with serving(tmp_path, "--model", "none") as here, open_call(here, "call-0001") as running:
        running.recv(timeout=30)
        here.popen.send_signal(signal.SIGTERM)
        while here.get("/ready")[0] == 200:
            pass
        here.popen.send_signal(signal.SIGTERM)
        text = here.rest()

    assert here.popen.returncode == 0
    assert "Traceback" not in text


@pytest.mark.model
def test_the_log_of_a_call_holds_no_word_no_token_and_no_key(tmp_path: Path) -> None:
    with serving(tmp_path, "--model", "demo", "--language", "en") as here:
        while here.get("/ready")[0] != 200:
            pass
        key = speak(here, seconds=20)
        here.popen.send_signal(signal.SIGTERM)
        text = here.rest()

    logged = [line for line in text.splitlines() if line.startswith("{")]
    assert {json.loads(line)["event"] for line in logged} >= {"call_opened", "call_closed"}
    assert here.token not in "".join(logged)
    assert key not in text
    spoken = {"router", "internet", "working", "again", "nothing", "listen", "sorry"}
    assert not spoken & set("".join(logged).lower().replace('"', " ").split())


def speak(here: Process, *, seconds: int) -> str:
    """Send the beginning of a demo call at once, wait for its end, and return its key."""
    steps = list(Recording(DEMO).steps())[: seconds * 50]
    with open_call(here, "call-0001") as wire:
        welcome = protocol.read_server(str(wire.recv(timeout=30)))
        assert isinstance(welcome, protocol.Welcome)
        for number, step in enumerate(steps):
            for place, pcm in enumerate(step.values()):
                sound = pcm.astype("<i2").tobytes()
                wire.send(protocol.pack(protocol.Frame(2 * number + place + 1, place, 20, sound)))
        wire.send(protocol.write(protocol.End(seq=2 * len(steps) + 1, reason="hangup")))
        for _ in wire:
            pass  # until it is closed
    return welcome.resume_key


def test_beyond_this_machine_it_wants_users(tmp_path: Path) -> None:
    found = CliRunner().invoke(assist, ["serve", "--host", "0.0.0.0", "--data", str(tmp_path)])

    assert isinstance(found.exception, SettingsError)
    assert "nobody could log in" in str(found.exception)


def test_what_is_prepared_for_this_machine_is_not_reached_from_elsewhere() -> None:
    chosen = Settings(serve=Serve(public_url="https://assist.example.org"))

    with pytest.raises(SettingsError, match="nobody could log in"), ExitStack() as stack:
        prepare(chosen, stack, Console())


@pytest.mark.parametrize(("host", "named"), [("::1", "[::1]"), ("127.0.0.1", "127.0.0.1")])
def test_a_link_names_the_host(host: str, named: str) -> None:
    with closing(bind(0)) as listening:
        chosen, access = Settings(serve=Serve(host=host)), Access(audit=Audit(None))
        ready = Prepared(chosen, access, None, Metrics(), listening)

        assert ready.link("/").startswith(f"http://{named}:{listening.getsockname()[1]}/")


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with serving(tmp_path, "--model", "none") as here:
        words = ["serve", "--port", str(here.port), "--model", "none", "--data", str(tmp_path)]
        found = CliRunner().invoke(assist, words)

    assert isinstance(found.exception, SettingsError)
    assert "is taken" in str(found.exception)
