"""What is generated for the client is current, and the client's own tests pass."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

CLIENT = Path(__file__).parent.parent / "client"

needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not (CLIENT / "node_modules" / "vitest").is_dir(),
    reason="the client's tools are not installed (npm ci in client/)",
)


def generated() -> dict[Path, str]:
    spec = importlib.util.spec_from_file_location("generate", CLIENT / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    files: dict[Path, str] = module.files()
    return files


@pytest.mark.parametrize(
    "name", ["schema.json", "src/events.ts", "src/table.ts", "src/review-answers.ts"]
)
def test_it_is_current(name: str) -> None:
    path = CLIENT / name

    assert path.read_text(encoding="utf-8") == generated()[path], "run python client/generate.py"


def test_the_lock_names_no_registry() -> None:
    assert '"resolved"' not in (CLIENT / "package-lock.json").read_text(encoding="utf-8")


def test_pages_hold_no_inline_script_or_style() -> None:
    for page in CLIENT.glob("*.html"):
        text = page.read_text(encoding="utf-8")

        assert "<style" not in text
        assert "style=" not in text
        assert text.count("<script") == text.count('<script type="module" src=')
        assert "//" not in text.replace("http://www.w3.org", "")


@needs_node
@pytest.mark.parametrize(
    "command",
    [
        ["typescript/bin/tsc", "--noEmit"],
        ["eslint/bin/eslint.js", "."],
        ["vitest/vitest.mjs", "run"],
    ],
    ids=["types", "lint", "tests"],
)
def test_the_clients_own_checks_pass(command: list[str]) -> None:
    done = subprocess.run(
        ["node", f"node_modules/{command[0]}", *command[1:]],
        cwd=CLIENT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
