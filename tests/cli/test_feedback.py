"""assist feedback: what was voted on this machine, and how to forget it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assist.cli import assist, feedback
from assist.feedback import Votes, read, write


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "feedback.json"
    monkeypatch.setattr(feedback, "default_file", lambda: place)
    return place


def run(*words: str) -> Result:
    return CliRunner().invoke(assist, ["feedback", *words])


def test_without_verdicts_it_says_so(file: Path) -> None:
    assert run("show").output == "No verdict was given on this machine.\n"


def test_verdicts_are_shown_by_cue(file: Path) -> None:
    write(file, {"why_missing": Votes(helpful=2, against=1), "venting": Votes(level=2)})

    output = run("show").output

    assert "why_missing" in output
    assert "not during calls" in output


def test_one_cue_can_be_forgotten(file: Path) -> None:
    write(file, {"why_missing": Votes(level=1), "venting": Votes(level=2)})

    assert "shown as usual again" in run("reset", "--cue", "venting").output
    assert read(file) == {"why_missing": Votes(level=1)}


def test_everything_can_be_forgotten_even_a_broken_file(file: Path) -> None:
    file.write_text("nonsense")

    assert run("reset").exit_code == 0
    assert read(file) == {}


def test_an_unknown_cue_is_one_clear_sentence(file: Path) -> None:
    result = run("reset", "--cue", "nonsense")

    assert result.exit_code == 2
    assert "no verdict on 'nonsense'" in result.output
