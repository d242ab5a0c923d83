import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner, Result

from assist.cli.models import models
from tests.speech.fake_hub import PIECE, FakeHub, pointed_at, running
from tests.speech.random_model import build

UNSTATED = "distil-large-v3.5"
"""A model of whose weights the catalogue states no sha256."""
REPOSITORY = "models--distil-whisper--distil-large-v3.5-ct2"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(models, arguments)


def refusal(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 1
    return str(result.exception)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("models") / "random")


@pytest.fixture
def hub(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with running(folder) as fake:
        pointed_at(fake, tmp_path / "cache", monkeypatch)
        yield fake


# ---- list ----------------------------------------------------------------------------------------


def test_the_list_names_every_model() -> None:
    output = run("list").output

    assert all(name in output for name in ("demo", "tiny.en", "small", "large-v3-turbo"))


def test_the_list_marks_what_suits_language_calls_and_machine() -> None:
    output = run("list", "--language", "en", "--calls", "1000").output

    assert "→ tiny.en is recommended: the lightest; " in output
    assert next(line for line in output.splitlines() if "→" in line).split()[1] == "tiny.en"


# ---- pull ----------------------------------------------------------------------------------------


def test_a_model_is_pulled_and_then_verified(hub: FakeHub, tmp_path: Path) -> None:
    pulled = run("pull", UNSTATED)

    there = tmp_path / "cache" / REPOSITORY / "snapshots"
    assert pulled.output.endswith(f"{UNSTATED} is at {next(there.iterdir())}.\n")
    assert "no published checksum is known, but it loads" in run("verify", UNSTATED).output


def test_a_pull_that_broke_off_goes_on_where_it_was(hub: FakeHub) -> None:
    hub.trouble = ["cut", "refuse"]
    first = refusal("pull", UNSTATED)

    second = run("pull", UNSTATED)

    assert first.startswith(f"The model {UNSTATED} cannot be downloaded from {hub.endpoint}: run ")
    assert second.exit_code == 0
    half = len(hub.files["model.bin"]) // 2
    assert hub.ranges[-1] == f"bytes={half - half % PIECE}-"


def test_weights_that_were_damaged_on_the_way_are_refused(hub: FakeHub) -> None:
    hub.damage = True

    assert "/model.bin is damaged: delete " in refusal("pull", UNSTATED)


def test_other_weights_than_those_that_were_published_are_refused(hub: FakeHub) -> None:
    assert "/model.bin is not what was published: " in refusal("pull", "tiny")


def test_without_a_hub_the_sentence_says_what_to_do(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = FakeHub({}, port=9)  # the port of a service that nobody runs any more
    pointed_at(nowhere, Path("nowhere"), monkeypatch)

    assert refusal("pull", "tiny") == (
        "The model tiny cannot be downloaded from http://127.0.0.1:9: run the same command again to"
        " go on where it broke off, set HF_ENDPOINT to a mirror, or pull it on a machine that"
        " reaches the hub, copy its directory here and pass --model DIR."
    )


def test_what_comes_with_the_project_is_not_fetched(hub: FakeHub) -> None:
    assert run("pull", "demo").stdout.startswith("demo is at ")
    assert hub.ranges == []


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let programs started here hear Ctrl-C: one in the background of a shell inherits deafness."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(os.name == "nt", reason="there Ctrl-C cannot be sent to one program alone")
@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_ends_a_pull_with_a_sentence(folder: Path, tmp_path: Path) -> None:
    with running(folder) as fake:
        fake.held = Event()
        environment = {**os.environ, "HF_ENDPOINT": fake.endpoint, "HF_HOME": str(tmp_path)}
        command = [sys.executable, "-m", "assist", "models", "pull", UNSTATED]
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as pulling:
            assert fake.asked.wait(60)
            pulling.send_signal(signal.SIGINT)
            _, told = pulling.communicate(timeout=60)
        fake.held.set()

    assert pulling.returncode == 130
    assert told.decode().endswith("Stopped: the same command goes on where this one was.\n")
    assert b"Traceback" not in told


# ---- verify --------------------------------------------------------------------------------------


def test_a_directory_is_verified(folder: Path) -> None:
    assert run("verify", str(folder)).output == (
        f"{folder} is sound: no published checksum is known, but it loads ({folder}).\n"
    )


def test_a_directory_that_is_not_the_model_it_should_be_is_refused(folder: Path) -> None:
    told = refusal("verify", str(folder), "--as", "tiny")

    assert told.startswith(f"{folder}/model.bin is not what was published: ")


def test_a_directory_cannot_be_compared_with_an_unknown_checksum(folder: Path) -> None:
    told = refusal("verify", str(folder), "--as", UNSTATED)

    assert told == f"No checksum of {UNSTATED} is known to compare {folder} with."


@pytest.mark.parametrize("command", ["pull", "verify"])
def test_an_unknown_name_is_refused(command: str) -> None:
    assert refusal(command, "tinny").startswith("tinny is neither a model directory nor ")
