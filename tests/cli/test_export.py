"""assist export: a finished call as a file."""

import json
from pathlib import Path

import pytest

from assist.cli.export import export
from assist.errors import AssistError
from assist.evaluate.stable import stable
from assist.events import encode
from tests.cli.keeping import directory, fill, on_store, refusal, run
from tests.evaluate.reviewed import rough
from tests.store.told import put, started


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return directory(tmp_path, monkeypatch)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "call.jsonl"
    path.write_bytes(b"".join(encode(event) + b"\n" for event in rough()))
    return path


def test_a_stored_call_is_written_to_the_terminal(data: Path) -> None:
    fill(data, "c1", "c2")

    result = run(export, "c1")

    assert result.exit_code == 0
    assert json.loads(result.output)["lines"][0]["text"] == "hello c1"


def test_the_name_of_the_file_says_the_format(data: Path, tmp_path: Path) -> None:
    fill(data, "c1")

    run(export, "c1", "--out", str(tmp_path / "c1.vtt"))
    run(export, "c1", "--out", str(tmp_path / "c1.calls.jsonl"))
    run(export, "c1", "--format", "csv", "--out", str(tmp_path / "c1.txt"))

    assert (tmp_path / "c1.vtt").read_text().startswith("WEBVTT")
    assert json.loads((tmp_path / "c1.calls.jsonl").read_text())["call"]["id"] == "c1"
    assert (tmp_path / "c1.txt").read_text().startswith("start_ms,")


def test_words_of_a_labelled_call_come_when_they_were_stable(log: Path) -> None:
    written = json.loads(run(export, str(log), "--format", "labels").output)

    expected = [(word.text, word.at) for word in stable(rough())]
    assert [(word["text"], word["at"]) for word in written["words"]] == expected


def test_a_log_is_exported_without_a_store(log: Path) -> None:
    result = run(export, str(log), "--format", "html")

    assert "Say what you can do instead." in result.output


def test_an_export_of_a_stored_call_stands_in_the_audit(data: Path) -> None:
    fill(data, "c1")

    run(export, "c1", "--format", "csv")

    found = b"".join(file.read_bytes() for file in data.iterdir() if file.is_file())
    assert b"exportc1csv" in found


def test_a_call_that_is_not_there_or_still_runs_is_one_sentence(data: Path) -> None:
    fill(data, "c1")
    on_store(data, lambda store: put(store, [started("c5")]))

    assert refusal(export, "c9") == "there is no call c9"
    assert refusal(export, "c5") == "call c5 still runs"


def test_a_log_of_several_calls_is_refused(log: Path) -> None:
    log.write_bytes(log.read_bytes() * 2)

    assert "several calls" in str(run(export, str(log)).exception)


def test_a_place_that_cannot_be_written_is_one_sentence(log: Path, tmp_path: Path) -> None:
    error = run(export, str(log), "--out", str(tmp_path / "none" / "x.csv")).exception

    assert isinstance(error, AssistError)
