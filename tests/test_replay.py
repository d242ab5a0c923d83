from pathlib import Path

import numpy as np
import pytest

from assist.audio.files import Recording
from assist.errors import ProtocolError
from assist.events import (
    CallEnded,
    CallStarted,
    Event,
    Fault,
    MetricsUpdated,
    TranscriptFinal,
    encode,
)
from assist.replay import check, detect_language, paced, read_log, run
from assist.speech.pool import Inline, SpeechPool
from assist.speech.scheduler import Scheduler
from assist.speech.scripted import ScriptedRecogniser, ScriptedVad, coded, say, spans
from tests.audio.sound import cut, write

WORDS = say("no we can not do that", start=1000)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A call of four seconds whose sound carries its time."""
    pcm = np.stack([coded(0, 4000)] * 2, axis=1)
    return write(tmp_path / "call.wav", pcm, codec="pcm_s16le", rate=16_000)


def replayed(path: Path, *, words: bool = True, pool: SpeechPool | None = None) -> list[Event]:
    pool = pool or (Inline(ScriptedRecogniser(WORDS)) if words else None)
    return list(run(Recording(path), vad=ScriptedVad(spans(WORDS), ()), pool=pool))


@pytest.fixture
def log(path: Path) -> Path:
    file = path.with_suffix(".jsonl")
    file.write_bytes(b"".join(encode(event) + b"\n" for event in replayed(path)))
    return file


def test_a_recording_is_a_call(path: Path) -> None:
    events = replayed(path)

    assert isinstance(events[0], CallStarted)
    assert events[0].call_id == "call"
    assert isinstance(events[-1], CallEnded)
    assert events[-1].at == 4000


def test_the_words_of_a_recording_are_heard(path: Path) -> None:
    (final,) = (event for event in replayed(path) if isinstance(event, TranscriptFinal))

    assert " ".join(word.text for word in final.words) == "no we can not do that"


def test_the_log_names_its_playbook(path: Path) -> None:
    (started, *_) = replayed(path)

    assert isinstance(started, CallStarted)
    assert started.settings.playbook == "en/support@1"


def test_a_recording_that_breaks_off_says_so(path: Path) -> None:
    events = replayed(cut(path, 0.5), words=False)

    assert [event.code for event in events if isinstance(event, Fault)] == [
        "timing_only",
        "audio_broken",
    ]
    assert isinstance(events[-1], CallEnded)


def test_the_language_is_told_from_the_first_speech(path: Path) -> None:
    recogniser = ScriptedRecogniser((), language="de")

    assert detect_language(Recording(path), ScriptedVad((), spans(WORDS)), recogniser) == "de"


def test_without_speech_the_language_is_english(path: Path) -> None:
    recogniser = ScriptedRecogniser((), language="de")

    assert detect_language(Recording(path), ScriptedVad((), ()), recogniser) == "en"


def test_an_unknown_language_is_taken_for_english(path: Path) -> None:
    recogniser = ScriptedRecogniser((), language="fi")

    assert detect_language(Recording(path), ScriptedVad((), spans(WORDS)), recogniser) == "en"


def test_paced_steps_lose_nothing(path: Path) -> None:
    steps = list(Recording(path).steps())[:3]

    assert list(paced(steps)) == steps


def test_a_log_replays_without_drift(log: Path) -> None:
    assert check(log) is None


def test_two_calls_in_one_log_replay_without_drift(log: Path) -> None:
    log.write_bytes(log.read_bytes() * 2)

    assert check(log) is None


def test_a_changed_line_is_drift(log: Path) -> None:
    lines = log.read_text().splitlines()
    changed = next(i for i, line in enumerate(lines) if '"stage.changed"' in line)
    lines[changed] = lines[changed].replace('"opening"', '"close"')
    log.write_text("\n".join(lines))

    drift = check(log)

    assert drift is not None
    assert drift.line == changed + 1
    assert '"close"' in drift.logged
    assert '"opening"' in drift.replayed


def test_a_missing_output_is_drift(log: Path) -> None:
    lines = log.read_text().splitlines()
    gone = next(i for i, line in enumerate(lines) if '"stage.changed"' in line)
    log.write_text("\n".join(lines[:gone] + lines[gone + 1 :]))

    drift = check(log)

    assert drift is not None
    assert drift.line == gone + 1


def refusal(log: Path) -> str:
    with pytest.raises(ProtocolError) as caught:
        check(log)
    return str(caught.value)


def test_a_corrupt_line_is_named(log: Path) -> None:
    log.write_bytes(log.read_bytes() + b'{"type":"tick","seq":9')

    last = len(log.read_bytes().splitlines())

    assert refusal(log).startswith(f"{log}, line {last}: this is no event: ")


def test_bytes_that_are_no_text_are_named(log: Path) -> None:
    log.write_bytes(log.read_bytes() + b"\xff\xfe\n")

    assert "this is no event" in refusal(log)


def test_time_that_runs_backwards_is_named(log: Path) -> None:
    lines = log.read_text().splitlines()
    log.write_text("\n".join([*lines, '{"type":"tick","at":0}']))

    assert refusal(log).startswith(f"{log}, line {len(lines) + 1}: ")


def test_a_log_begins_with_the_call(log: Path) -> None:
    log.write_text('{"type":"tick","at":0}\n')

    assert refusal(log) == f"{log}, line 1: a log begins with call.started."


def test_an_empty_log_is_refused(log: Path) -> None:
    log.write_bytes(b"")

    assert refusal(log) == f"{log}: the log is empty."


def test_a_missing_log_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.jsonl") == f"{tmp_path}/no.jsonl: the log cannot be read."


def test_a_log_is_read_line_by_line(log: Path) -> None:
    numbers = [number for number, _, _ in read_log(log)]

    assert numbers == list(range(1, len(numbers) + 1))


def test_a_live_log_with_figures_does_not_drift(tmp_path: Path) -> None:
    pcm = np.stack([coded(0, 12_000)] * 2, axis=1)
    long = write(tmp_path / "live.wav", pcm, codec="pcm_s16le", rate=16_000)
    with Scheduler(ScriptedRecogniser(WORDS)) as pool:
        events = replayed(long, pool=pool)
    log = long.with_suffix(".jsonl")
    log.write_bytes(b"".join(encode(event) + b"\n" for event in events))

    told = [event for event in events if isinstance(event, MetricsUpdated)]

    assert [event.at for event in told] == [5000, 10_000]
    assert {"queue_age_ms", "hop_ms", "cores", "rtf", "batch"} <= told[0].values.keys()
    assert check(log) is None


def test_a_cue_of_the_playbooks_own_is_found_again_by_a_replay(path: Path) -> None:
    book = path.with_name("own.toml")
    head = 'name = "own"\nlanguage = "en"\nversion = 1\n[[cues]]\nid = "own_no"\ntext = "Wait."\n'
    book.write_text(head + '[cues.said]\nmatch = ["not do that"]\n')
    pool = Inline(ScriptedRecogniser(WORDS))
    events = run(Recording(path), vad=ScriptedVad(spans(WORDS), ()), pool=pool, playbook=str(book))
    file = path.with_suffix(".jsonl")
    file.write_bytes(b"".join(encode(event) + b"\n" for event in events))

    assert b'"own_no.SAID"' in file.read_bytes()
    assert check(file) is None
