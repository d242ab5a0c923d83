import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from assist.__main__ import main
from assist.audio.files import Recording
from assist.cli.replay import replay
from assist.speech.bundled import bundled
from tests.audio.sound import tones, write
from tests.speech.random_model import build

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


def test_the_settings_say_what_is_masked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    transcript = path.with_suffix(".vtt")
    transcript.write_text(VTT.replace("This is not what I ordered", "4111 1111 1111 1111"))

    masked = run(path, "--transcript", transcript).output
    monkeypatch.setenv("ASSIST_REDACTION__ENABLED", "false")
    plain = run(path, "--transcript", transcript).output

    assert "1111" not in masked
    assert "4111 1111 1111 1111" in plain


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


# ---- models and devices --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("models") / "random")


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = build(tmp_path_factory.mktemp("models") / "damaged")
    (folder / "model.bin").write_bytes(b"nonsense")
    return folder


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("DEVICE", "cuda", "device = cuda is asked for, but there is no CUDA graphics card here: "),
        ("DEVICE", "tpu", "a setting has an impossible value: Invalid enum value 'tpu'"),
        ("COMPUTE_TYPE", "float16", "compute_type = float16 is beyond the processor here; known: "),
        ("COMPUTE_TYPE", "int4", "a setting has an impossible value: Invalid enum value 'int4'"),
    ],
)
@pytest.mark.parametrize("speed", ["1", "max"])
def test_an_impossible_device_is_refused_in_one_sentence(
    path: Path,
    model: Path,
    setting: str,
    value: str,
    sentence: str,
    speed: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(f"ASSIST_{setting}", value)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")  # on a machine with a card, too

    with pytest.raises(SystemExit) as caught:
        main(["replay", str(path), "--model", str(model), "--speed", speed, "--language", "en"])

    assert caught.value.code == 1
    assert capsys.readouterr().err.startswith(f"assist: {sentence}")


@pytest.mark.parametrize("speed", ["1", "max"])
def test_a_model_that_does_not_know_the_language_is_refused(path: Path, speed: str) -> None:
    result = run(path, "--model", "distil-small.en", "--language", "de", "--speed", speed)

    assert result.exit_code == 1
    assert str(result.exception) == "The model distil-small.en does not know the language de."


def test_a_damaged_model_is_refused_in_one_sentence(path: Path, damaged: Path) -> None:
    result = run(path, "--model", damaged, "--json")

    assert (result.exit_code, result.stdout) == (1, "")
    assert str(result.exception) == f"{damaged}: the model is damaged and does not load."


def test_a_model_loads_in_the_background_of_a_live_call(tmp_path: Path, model: Path) -> None:
    path = write(tmp_path / "a.wav", tones(0.2, 16_000, 2), codec="pcm_s16le", rate=16_000)

    result = run(path, "--model", model, "--language", "en", "--speed", "1", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout.splitlines()[0])["words"] is True
    assert types(result.stdout)[-1] == "call.ended"


def test_a_live_call_goes_on_without_words_when_its_model_is_damaged(
    tmp_path: Path, damaged: Path
) -> None:
    greeting = list(Recording(bundled("demo", "calls", "en-good", "audio.ogg")).steps())[50:130]
    pcm = np.concatenate([np.stack(list(step.values()), axis=1) for step in greeting])
    path = write(tmp_path / "a.wav", pcm, codec="pcm_s16le", rate=16_000)

    result = run(path, "--model", damaged, "--language", "en", "--speed", "1", "--json")

    assert result.exit_code == 0
    faults = [json.loads(line) for line in result.stdout.splitlines() if '"fault"' in line]
    assert [fault["code"] for fault in faults] == ["recogniser_failed"]
    assert "the model is damaged and does not load" in faults[0]["text"]


@pytest.mark.parametrize("speed", ["1", "max"])
def test_a_second_model_that_is_not_there_is_refused_in_one_sentence(
    path: Path, model: Path, speed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = tmp_path / "none"
    monkeypatch.setenv("ASSIST_SECOND_MODEL", str(missing))

    result = run(path, "--model", model, "--language", "en", "--speed", speed)

    assert result.exit_code == 1
    assert str(missing) in str(result.exception)


def test_a_call_is_replayed_with_a_second_model(
    path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSIST_SECOND_MODEL", str(model))

    result = run(path, "--model", model, "--language", "en", "--json")

    assert result.exit_code == 0
    assert types(result.stdout)[-1] == "call.ended"
