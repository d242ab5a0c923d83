import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assist.cli.models import models
from tests.speech.random_model import build


def run(*arguments: str) -> Result:
    return CliRunner().invoke(models, arguments)


def test_the_list_names_every_model() -> None:
    output = run("list").output

    assert all(name in output for name in ("demo", "tiny", "small", "large-v3-turbo"))


def test_a_sound_directory_is_verified(tmp_path: Path) -> None:
    folder = build(tmp_path / "random")

    assert run("verify", str(folder)).output == f"{folder} is sound: {folder}.\n"


@pytest.fixture
def downloaded(tmp_path: Path) -> Path:
    """A file as the download's cache keeps it: a link to one that is named by its sha256."""
    blob = tmp_path / hashlib.sha256(b"weights").hexdigest()
    blob.write_bytes(b"weights")
    folder = tmp_path / "snapshot"
    folder.mkdir()
    (folder / "model.bin").symlink_to(blob)
    return folder


def test_a_damaged_download_is_noticed(downloaded: Path) -> None:
    (downloaded / "model.bin").resolve().write_bytes(b"wights")

    result = run("verify", str(downloaded))

    assert str(result.exception).startswith(f"{downloaded}/model.bin is damaged: ")


@pytest.mark.parametrize("command", ["pull", "verify"])
def test_an_unknown_name_is_refused(command: str) -> None:
    result = run(command, "tinny")

    assert result.exit_code == 1
    assert str(result.exception).startswith("tinny is neither a model directory nor ")
