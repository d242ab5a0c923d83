"""assist replay --store: recordings and folders of them become stored calls."""

import asyncio
import re
from pathlib import Path

import pytest

from assist.cli.replay import replay
from assist.server.importing import name
from assist.server.review_asks import BASIS
from assist.store.opening import open_store
from assist.store.reading import StoredCall
from tests.audio.sound import tones, write
from tests.cli.keeping import directory, kept, run
from tests.speech.random_model import build


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return directory(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(build(tmp_path_factory.mktemp("models") / "random"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two recordings, one of them deeper, and a file that is none."""
    place = tmp_path / "calls"
    (place / "may").mkdir(parents=True)
    write(place / "a.wav", tones(1, 16_000, 2), codec="pcm_s16le", rate=16_000)
    write(place / "may" / "b.wav", tones(0.5, 16_000, 2), codec="pcm_s16le", rate=16_000)
    (place / "bad.wav").write_bytes(b"no sound at all")
    return place


def opened(data: Path, call: str) -> StoredCall:
    async def read() -> StoredCall:
        store = await open_store("", data)
        try:
            return await store.open(call)
        finally:
            await store.close()

    return asyncio.run(read())


def test_a_folder_of_recordings_is_stored_and_the_bad_one_is_told(
    data: Path, folder: Path, model: str
) -> None:
    asked = (str(folder), "--store", "--basis", "contract", "--model", model, "--language", "en")

    first = run(replay, *asked, "--agent", "desk-1", "--team", "north", "--jobs", "2")
    second = run(replay, *asked)

    assert first.exit_code == second.exit_code == 1
    assert f"{folder / 'bad.wav'} is no recording that can be read." in first.stderr
    assert "2 stored, 0 there before, 1 failed." in first.stdout
    assert "0 stored, 2 there before, 1 failed." in second.stdout
    assert kept(data) == sorted([name(folder / "a.wav"), name(folder / "may" / "b.wav")])
    call = opened(data, name(folder / "a.wav")).call
    assert [call[key] for key in ("agent", "team", "source")] == ["desk-1", "north", "import"]


def test_who_states_no_reason_in_the_settings_is_told_what_follows(
    data: Path, folder: Path, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = (str(folder / "a.wav"), "--store", "--model", model, "--language", "en")

    first = run(replay, *asked, "--basis", "contract")
    monkeypatch.setenv("ASSIST_CONSENT__BASIS", "works agreement")
    second = run(replay, *asked[1:], str(folder / "may"))

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "1 stored" in first.stdout


def test_no_reason_is_refused_before_anything_is_made(data: Path, folder: Path) -> None:
    error = run(replay, str(folder), "--store").exception

    assert "--basis" in str(error)
    assert not data.exists()


def test_recordings_are_not_stored_without_their_words(data: Path, folder: Path) -> None:
    error = run(replay, str(folder), "--store", "--basis", "contract").exception

    assert "there is no speech model" in str(error)
    assert not data.exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--store", "--json"], "--store does not go with --speed 1, --transcript"),
        (["--store", "--speed", "1"], "--store does not go with --speed 1, --transcript"),
        (["--basis", "contract"], "--basis, --agent, --team and --jobs go with --store"),
        (["--store", "--basis", "x" * 61], "a word or two, 60 letters at most"),
        (["--store", "--jobs", "0"], "Invalid value for '--jobs'"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    data: Path, folder: Path, words: list[str], sentence: str
) -> None:
    result = run(replay, str(folder), *words)

    assert result.exit_code == 2
    assert sentence in result.stderr


def test_a_reason_holds_no_line_break_and_begins_with_a_letter() -> None:
    assert re.search(BASIS, "Betriebsvereinbarung 2026/4")
    assert not [one for one in ("=cmd", "a\nb", "a\n", "\na") if re.search(BASIS, one)]
