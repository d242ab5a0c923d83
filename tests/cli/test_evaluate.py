import json
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from assist.cli.evaluate import evaluate, table
from assist.errors import ProtocolError
from assist.evaluate.score import CueScore, Score

FACTS = {"id": "x", "language": "en", "source": "authored", "licence": "CC0-1.0"}


def bundle(path: Path) -> Path:
    """Write two calls in which nothing happens."""
    line = json.dumps({"call": FACTS | {"duration": 60_000}, "speech": [], "words": []})
    path.write_text(f"{line}\n{line}\n")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(evaluate, [str(argument) for argument in arguments])


def test_json_has_the_keys_that_others_read(tmp_path: Path) -> None:
    result = run(bundle(tmp_path / "a.calls.jsonl"), "--json")

    figures = json.loads(result.stdout)

    assert list(figures) == ["calls", "hours", "cues", "nudges"]
    assert (figures["calls"], figures["hours"]) == (2, 0.0333)
    assert figures["nudges"] == {"shown": 0, "per_minute": 0.0}


def test_the_table_says_how_much_was_run(tmp_path: Path) -> None:
    result = run(bundle(tmp_path / "a.calls.jsonl"))

    assert "2 calls, 0.03 h, 0 nudges" in " ".join(result.stdout.split())


def test_the_table_fits_a_narrow_terminal() -> None:
    score = Score()
    score.cues["alternative_missing"] = CueScore(
        fires=9999, hits=8000, latencies=[12_345] * 9, false_alarms=999, silent=999, unlabelled=999
    )
    console = Console(width=80, record=True, file=StringIO())
    console.print(table(score))

    assert "…" not in console.export_text()


def test_a_missing_path_ends_with_one_sentence(tmp_path: Path) -> None:
    result = run(tmp_path / "none")

    assert isinstance(result.exception, ProtocolError)


def test_at_least_one_path_is_asked_for() -> None:
    result = run()

    assert result.exit_code == 2
    assert "PATHS" in result.output


@pytest.mark.model
def test_the_sound_of_a_call_is_evaluated_like_its_words() -> None:
    result = run("demo/calls/en-rough", "--audio", "--json")

    assert json.loads(result.stdout)["cues"]["venting"]["recall"] == 1
