import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assist.__main__ import main
from assist.cli.replay import replay
from tests.audio.sound import tones, write

VTT = "WEBVTT\n\n00:00.500 --> 00:01.500\n<v Customer>This is not what I ordered\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "call.wav", tones(2, 16_000, 2), codec="pcm_s16le", rate=16_000)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(replay, [str(argument) for argument in arguments])


def types(text: str) -> list[str]:
    return [json.loads(line)["type"] for line in text.splitlines()]


def test_json_writes_one_event_a_line(path: Path) -> None:
    result = run(path, "--json")

    assert result.exit_code == 0
    assert types(result.stdout)[0] == "call.started"
    assert types(result.stdout)[-1] == "call.ended"


def test_several_recordings_run_in_turn(path: Path) -> None:
    result = run(path, path, "--json")

    assert types(result.stdout).count("call.ended") == 2


def test_events_are_written_to_a_file_that_replays_without_drift(path: Path) -> None:
    log = path.with_suffix(".jsonl")
    run(path, "--events", log)

    result = run(log, "--check")

    assert (result.exit_code, result.output) == (0, f"{log}: no drift.\n")


def test_drift_ends_with_1_and_the_line(path: Path) -> None:
    log = path.with_suffix(".jsonl")
    run(path, "--events", log)
    log.write_text(log.read_text().replace('"seq":4', '"seq":5'))

    result = run(log, "--check")

    assert result.exit_code == 1
    assert f"{log}, line 4 differs." in result.output


def test_a_log_prints_its_timeline(path: Path) -> None:
    log = path.with_suffix(".jsonl")
    printed = run(path, "--events", log).output

    assert run(log).output.splitlines()[:-1] == printed.splitlines()[:-1]


def test_a_transcript_gives_the_words(path: Path) -> None:
    transcript = path.with_suffix(".vtt")
    transcript.write_text(VTT)

    result = run(path, "--transcript", transcript)

    assert "0:00  customer This is not what I ordered" in result.output


def test_without_a_model_the_notice_is_clear(path: Path) -> None:
    assert "No speech model: words are off, timing cues run." in run(path).output


def test_the_summary_says_what_came_of_it(path: Path) -> None:
    last = run(path).output.splitlines()[-1]

    assert last.startswith("0:02 of call in ")
    assert last.endswith("nobody spoke; 0 utterances; 0 nudges.")


def test_real_time_gives_the_same_events(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tones(0.2, 16_000, 2), codec="pcm_s16le", rate=16_000)

    assert run(path, "--json", "--speed", "1").stdout == run(path, "--json").stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["no.wav"], "assist: no.wav: there is no such file.\n"),
        (["no.jsonl", "--check"], "assist: no.jsonl: the log cannot be read.\n"),
        (
            ["no.wav", "--language", "tlh"],
            "assist: unknown language 'tlh'; known are auto, en, de\n",
        ),
        (["no.wav", "--speed", "2"], "Invalid value for '--speed'"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["replay", *arguments])

    assert caught.value.code != 0
    assert sentence in capsys.readouterr().err


def test_an_unknown_model_is_refused_before_anything_is_printed(path: Path) -> None:
    result = run(path, "--model", "tinny", "--json")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert str(result.exception).startswith("tinny is neither a model directory nor ")


def test_events_that_cannot_be_written_are_refused(path: Path) -> None:
    result = run(path, "--events", path.parent / "no" / "log.jsonl")

    assert "the events cannot be written there" in str(result.exception)
