import io
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from rich.console import Console
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from assist.cli.demo import Show, awaited, choose, demo
from assist.errors import AssistError, ProtocolError, RecogniserError
from assist.events import CallStarted, Tick, TranscriptFinal, decode
from assist.server.local import bind
from assist.speech.bundled import bundled
from assist.speech.recogniser import Recogniser, Request
from assist.speech.scheduler import Scheduler
from assist.speech.scripted import ScriptedRecogniser
from tests.cli.written import compose

CALLS = bundled("demo", "calls")


def show(name: str, out: io.StringIO, *, once: bool = True) -> Show:
    console = Console(file=out, width=140)
    return Show(
        choose(CALLS, name=name, language=None),
        compose,
        bind(0),
        live=False,
        once=once,
        console=console,
    )


def test_english_calls_come_first_and_the_rough_before_the_good() -> None:
    names = [call.call.id for call, _ in choose(CALLS, name=None, language=None)]

    assert names == ["en-rough", "en-good", "de-rough", "de-good"]


def test_calls_can_be_chosen() -> None:
    german = choose(CALLS, name=None, language="de")

    assert {call.call.language for call, _ in german} == {"de"}
    assert len(choose(CALLS, name="en-good", language=None)) == 1


def test_an_unknown_call_is_answered_with_those_that_are_known() -> None:
    with pytest.raises(ProtocolError, match="de-good"):
        choose(CALLS, name="fr-good", language=None)


def test_a_call_runs_to_its_summary() -> None:
    out = io.StringIO()

    show("en-rough", out).run()

    assert "refusal_spoken" in out.getvalue()
    assert re.search(r"en-rough .* \d+ of \d+", out.getvalue())


def test_a_page_follows_the_call() -> None:
    here = show("en-good", io.StringIO(), once=False)
    port, token = re.findall(r":(\d+)/overlay#token=(.+)", here.address)[0]
    kinds = set()

    def follow() -> None:
        protocols = [Subprotocol("assist"), Subprotocol(token)]
        with connect(f"ws://127.0.0.1:{port}/feed/agent", subprotocols=protocols) as page:
            for text in page:
                kinds.add(type(decode(text)))
                if TranscriptFinal in kinds:
                    break
        here.stop()

    reader = threading.Thread(target=follow)
    reader.start()
    here.run()
    reader.join(10)

    assert {CallStarted, Tick, TranscriptFinal} <= kinds


def test_a_recording_that_cannot_be_read_ends_it_with_its_sentence(tmp_path: Path) -> None:
    noise = tmp_path / "audio.wav"
    noise.write_text("no sound")
    [(call, _)] = choose(CALLS, name="en-good", language=None)
    broken = Show(
        [(call, noise)], compose, bind(0), live=False, once=True, console=Console(quiet=True)
    )

    with pytest.raises(AssistError, match="no recording"):
        broken.run()


def test_a_taken_port_is_said() -> None:
    out = io.StringIO()
    calls = choose(CALLS, name="en-good", language=None)
    with bind(0) as port:
        here = Show(
            calls, compose, port, live=False, once=True, console=Console(file=out, width=140)
        )
        here.announce(asked=1)

    assert "Port 1 is taken" in out.getvalue()
    assert "/overlay#token=" in out.getvalue()


class TestWhatIsAwaited:
    def test_nothing_once_the_model_is_there(self) -> None:
        with Scheduler(ScriptedRecogniser([])) as scheduler:
            assert awaited(scheduler) == ""

    def test_the_model_while_it_loads(self) -> None:
        reported, enough = threading.Event(), threading.Event()

        def load(report: Callable[[float], None]) -> Recogniser:
            report(0.43)
            reported.set()
            enough.wait(10)
            return ScriptedRecogniser([])

        with Scheduler(load=load) as scheduler:
            assert reported.wait(10)
            told = awaited(scheduler)
            enough.set()

        assert told == "loading 43 %"

    def test_the_reason_when_it_cannot_be_loaded(self) -> None:
        def load(report: Callable[[float], None]) -> Recogniser:
            raise RecogniserError("The model is damaged.")

        with Scheduler(load=load) as scheduler:
            waiting = scheduler.submit(Request(np.zeros(1, np.float32)))
            assert waiting.exception(10)
            told = awaited(scheduler)

        assert told == "The model is damaged."


class TestTheCommand:
    pytestmark = pytest.mark.model

    def test_it_runs_headless_to_a_summary(self) -> None:
        arguments = ["--no-browser", "--speed", "max", "--once", "--call", "en-rough"]

        result = CliRunner().invoke(demo, [*arguments, "--port", "0"])

        assert result.exit_code == 0, result.output
        assert "found" in result.output

    def test_ctrl_c_ends_it_cleanly(self) -> None:
        command = [sys.executable, "-u", "-m", "assist", "demo", "--no-browser", "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            assert running.stdout is not None
            for line in running.stdout:
                if b"en-rough" in line:
                    break
            os.kill(running.pid, signal.SIGINT)
            _, trouble = running.communicate(timeout=20)

        assert (running.returncode, trouble) == (0, b"")
