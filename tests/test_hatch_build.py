import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("hatchling", reason="hatchling is not installed")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Screen:
    def display_info(self, text: str) -> None:
        pass


@pytest.fixture
def tree(tmp_path: Path, build: ModuleType) -> Path:
    """A project whose pages are built."""
    for name in (
        "client/src/state.ts",
        "models/catalogue.toml",
        "models/demo/model.bin",
        "models/demo/train/train.py",
        "demo/calls/en-good/call.json",
        "assist/server/static/overlay.html",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    stamp = tmp_path / "assist/server/static" / build.STAMP
    stamp.write_text(build.digest(tmp_path / "client"))
    return tmp_path


def hook(build: ModuleType, tree: Path) -> Any:
    return build.ClientBuildHook(str(tree), {}, None, None, "", "wheel", app=Screen())


def test_node_is_asked_for_only_when_a_source_changed(build: ModuleType, tree: Path) -> None:
    before = hook(build, tree).dependencies()
    (tree / "client/src/state.ts").write_text("changed")

    assert before == []
    assert hook(build, tree).dependencies() == [build.NODE]


def test_a_wheel_holds_models_and_calls_but_not_the_training(build: ModuleType, tree: Path) -> None:
    data: dict[str, Any] = {"force_include": {}}

    hook(build, tree).initialize("standard", data)

    assert sorted(data["force_include"].values()) == [
        "assist/bundled/demo/calls/en-good/call.json",
        "assist/bundled/models/catalogue.toml",
        "assist/bundled/models/demo/model.bin",
    ]


def test_an_editable_installation_takes_them_from_the_checkout(
    build: ModuleType, tree: Path
) -> None:
    data: dict[str, Any] = {"force_include": {}}

    hook(build, tree).initialize("editable", data)

    assert data["force_include"] == {}


def test_a_build_that_fails_is_one_sentence(
    build: ModuleType, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def npm(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 1, "no space left", "")

    with pytest.raises(SystemExit, match="could not be built: npm ci failed"):
        hook(build, tree)._run(npm, "ci")

    assert "no space left" in capsys.readouterr().err
