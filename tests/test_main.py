import subprocess
import sys


def test_a_mistake_ends_with_one_sentence() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "assist", "models", "pull", "demo"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Traceback" not in result.stderr
    assert result.returncode == 0 or result.stderr.startswith("assist: ")


def test_the_version_is_printed() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "assist", "--version"], capture_output=True, text=True, check=False
    )

    assert result.stdout.startswith("assist, version ")
