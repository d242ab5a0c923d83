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


def scenario(folder: Path) -> Path:
    """Write a call with a plain refusal."""
    path = folder / "a.txt"
    talk = "C Can you send it to me today?\nA {refusal_spoken: No, we can't deliver it today.}"
    path.write_text(f"== a\nlanguage en\n\n{talk}\n... 8000\n")
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


@pytest.mark.parametrize("intervals", [False, True])
def test_the_table_fits_a_narrow_terminal(intervals: bool) -> None:
    score = Score()
    score.cues["solution_before_feelings"] = CueScore(
        fires=9999,
        hits=8000,
        latencies=[7999] * 9,
        false_alarms=999,
        silent=999,
        silent_violations=99,
        unlabelled=999,
        calls=[(1, 9, 9), (7, 9, 9)],
    )
    console = Console(width=80, record=True, file=StringIO())
    console.print(table(score, intervals=intervals))

    text = console.export_text()

    assert "…" not in text
    assert ("R 95 %" in text) is intervals


def test_scenarios_are_calls(tmp_path: Path) -> None:
    figures = json.loads(run(scenario(tmp_path), "--json").stdout)

    assert (figures["calls"], figures["cues"]["refusal_spoken"]["recall"]) == (1, 1.0)


def test_words_may_come_later(tmp_path: Path) -> None:
    def delay(*options: object) -> int:
        figures = json.loads(run(scenario(tmp_path), "--json", *options).stdout)
        found: int = figures["cues"]["refusal_spoken"]["latency_ms"]["p50"]
        return found

    assert delay("--delay", 3000) > delay()


def test_words_may_be_wrong_and_a_seed_says_which(tmp_path: Path) -> None:
    def printed(*options: object) -> str:
        return run(scenario(tmp_path), "--json", *options).stdout

    assert printed("--errors", 50, "--seed", 3) == printed("--errors", 50, "--seed", 3)
    assert json.loads(printed("--errors", 100))["cues"]["refusal_spoken"]["recall"] == 0


@pytest.mark.parametrize("option", ["--delay", "--errors"])
def test_sound_is_not_made_worse(tmp_path: Path, option: str) -> None:
    result = run(scenario(tmp_path), "--audio", option, 20)

    assert result.exit_code == 2
    assert "--audio takes none" in result.output


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
