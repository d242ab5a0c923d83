import subprocess
import sys

import pytest

from assist.__main__ import main


def test_a_mistake_ends_with_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["models", "pull", "tinny"])

    assert caught.value.code == 1
    assert capsys.readouterr().err.startswith("assist: tinny is neither a model directory nor ")


def test_the_package_runs_as_a_program() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "assist", "--version"], capture_output=True, text=True, check=False
    )

    assert result.stdout.startswith("assist, version ")
