import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from assist.cli.run import run
from assist.errors import SettingsError
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


def test_a_service_for_many_is_another_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSIST_SERVE__HOST", "0.0.0.0")

    found = CliRunner().invoke(run, ["--no-browser"])

    assert isinstance(found.exception, SettingsError)
    assert "use `assist serve`" in str(found.exception)
