from collections.abc import Iterator
from pathlib import Path

import pytest

from assist.errors import RecogniserError
from assist.speech.catalogue import catalogue, find
from assist.speech.locate import fetch, locate
from tests.speech.fake_hub import FakeHub, pointed_at, running
from tests.speech.random_model import build


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("models") / "random")


@pytest.fixture
def hub(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with running(folder) as fake:
        pointed_at(fake, tmp_path / "cache", monkeypatch)
        yield fake


def refusal(name: str) -> str:
    with pytest.raises(RecogniserError) as caught:
        locate(name)
    return str(caught.value)


def test_a_directory_is_its_own_place(folder: Path) -> None:
    place, entry = locate(str(folder))

    assert (place, entry.languages, entry.general) == (folder, ("*",), True)


def test_the_directory_of_the_demo_model_is_known_for_it() -> None:
    place, _ = locate("demo")

    assert locate(str(place)) == (place, catalogue()["demo"])


def test_a_fetched_model_has_all_files_and_is_found_again(hub: FakeHub, folder: Path) -> None:
    fetched = fetch(find("base"), download=True)

    assert {path.name for path in fetched.iterdir()} == {path.name for path in folder.iterdir()}
    assert locate("base") == (fetched, find("base"))


def test_a_model_that_is_not_here_is_named_with_what_to_do(hub: FakeHub) -> None:
    assert refusal("small") == (
        "The model small is not on this machine: run `assist models pull small` where there is a"
        " network, or copy its directory here and pass --model DIR."
    )
    assert hub.ranges == []


def test_a_download_that_never_ended_is_not_taken_for_the_model(hub: FakeHub) -> None:
    hub.trouble = ["cut", "refuse"]
    with pytest.raises(RecogniserError, match="cannot be downloaded"):
        fetch(find("base"), download=True)

    assert refusal("base").startswith("The model base is not on this machine: ")
    assert find("base").path() is None


def test_a_directory_without_a_model_is_refused(tmp_path: Path) -> None:
    assert refusal(str(tmp_path)) == (
        f"{tmp_path} is no faster-whisper model: config.json, model.bin, tokenizer.json missing."
    )


def test_a_missing_directory_is_refused(tmp_path: Path) -> None:
    assert refusal(f"{tmp_path}/no") == f"{tmp_path}/no: there is no such model directory."


def test_an_unknown_name_is_refused() -> None:
    assert refusal("tinny").startswith("tinny is neither a model directory nor ")
