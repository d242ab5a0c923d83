import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from assist.cli.run import Backstage, run
from assist.cli.serve import Prepared
from assist.errors import PlaybookError, SettingsError
from assist.server.access import Access, Audit
from assist.server.local import bind
from assist.server.metrics import Metrics
from assist.settings import Settings
from assist.settings.serving import Serve
from tests.capture.card import card, needs_card, tone, until


@pytest.mark.slow
@needs_card
def test_one_command_serves_captures_and_ends_cleanly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with card(tmp_path, monkeypatch) as plugs:
        plugs.plug_microphone()
        plugs.plug("call_out")
        plugs.play("headset", tone(440, 30))
        data = tmp_path / "kept"
        words = ["run", "--no-browser", "--port", "0", "--model", "none", "--data", str(data)]
        program = subprocess.Popen(
            [sys.executable, "-m", "assist", *words],
            env=os.environ | {"XDG_CONFIG_HOME": "/none"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert program.stderr is not None
        said = next(line for line in program.stderr if line.startswith("Overlay: "))
        found = re.search(r"http://[\d.]+:\d+", said)
        assert found is not None
        until(lambda: "assist_calls_open 1.0" in metrics(found[0]), seconds=30)
        begun = time.monotonic()
        program.send_signal(signal.SIGINT)
        _, rest = program.communicate(timeout=30)
        took = time.monotonic() - begun

    assert program.returncode == 0, rest
    assert "Traceback" not in rest
    assert took < 8


def metrics(base: str) -> str:
    try:
        with urllib.request.urlopen(f"{base}/metrics", timeout=5) as answer:
            text: str = answer.read().decode()
            return text
    except OSError:
        return ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SERVE__HOST", "0.0.0.0"),
        ("ACCESS__USERS_FILE", "users.json"),
        ("ACCESS__OIDC__ISSUER", "https://login.example.org"),
    ],
)
def test_a_service_for_many_is_another_command(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"ASSIST_{name}", value)

    found = CliRunner().invoke(run, ["--no-browser"])

    assert isinstance(found.exception, SettingsError)
    assert "use `assist serve`" in str(found.exception)


def test_a_service_that_fails_ends_the_desk_and_says_why(tmp_path: Path) -> None:
    chosen = Settings(playbook=str(tmp_path / "missing.toml"), serve=Serve(data=str(tmp_path)))
    ended = threading.Event()

    with closing(bind(0)) as listening:
        ready = Prepared(chosen, Access(audit=Audit(None)), None, Metrics(), listening)
        with (
            pytest.raises(PlaybookError, match=r"missing\.toml"),
            Backstage(ready, ended=ended.set),
        ):
            assert ended.wait(20)
