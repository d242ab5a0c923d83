import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from assist.cli.capture import capture, overlay
from assist.cli.run import run
from assist.cli.window import opened, show
from assist.errors import SettingsError
from assist.settings import Settings
from assist.settings.desk import Capture
from assist.settings.serving import Serve
from tests.capture.card import until

URL = "http://127.0.0.1:8765/overlay?surface=window#token=secret"
STAND_IN = """
import json, os, threading

def create_window(*words, **named):
    with open(os.environ["TOLD"] + ".part", "w") as file:
        json.dump([os.getpid(), words, named], file)

def start():
    os.rename(os.environ["TOLD"] + ".part", os.environ["TOLD"])
    threading.Event().wait()
"""
"""In place of pywebview, which wants a screen: it says what it is asked for, and stays open."""


class Library:
    def __init__(self) -> None:
        self.asked: list[Any] = []

    def create_window(self, *words: str, **named: object) -> None:
        self.asked += [words, named]

    def start(self) -> None:
        self.asked.append("start")


def test_the_window_is_small_has_no_frame_and_stays_above() -> None:
    library = Library()

    show(library, URL)

    words, named, started = library.asked
    assert words == ("Call Assist", URL)
    assert (named["width"], named["height"], named["on_top"]) == (360, 180, True)
    assert named["frameless"]
    assert started == "start"


def test_it_is_open_as_long_as_the_call_and_no_list_of_processes_shows_its_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "webview.py").write_text(STAND_IN)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("TOLD", str(tmp_path / "told"))

    with opened(URL):
        until((tmp_path / "told").exists, seconds=30)
        process, words, _ = json.loads((tmp_path / "told").read_text())
        line = Path(f"/proc/{process}/cmdline").read_text() if os.path.isdir("/proc/self") else ""

    assert words[1] == URL
    assert "secret" not in line
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


@pytest.mark.parametrize("command", [capture, run])
def test_without_the_library_it_is_one_sentence(command: Any) -> None:
    found = CliRunner().invoke(command, ["--window"])

    assert isinstance(found.exception, SettingsError)
    assert 'pip install "call-assist[desktop]"' in str(found.exception)


def test_on_this_machine_the_overlay_is_opened_with_the_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("secret")

    assert overlay(Settings(serve=Serve(data=str(tmp_path)))) == URL


def test_elsewhere_it_asks_who_it_is() -> None:
    chosen = Settings(capture=Capture(server="wss://assist.example.org/calls/ingest/audio"))

    assert overlay(chosen) == "https://assist.example.org/calls/overlay?surface=window"
