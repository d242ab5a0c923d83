from pathlib import Path

import numpy as np
import pytest

from assist.audio.files import Recording
from assist.errors import AudioError
from assist.events import Channel
from tests.audio.sound import cut, pitch, tones, write

KINDS = [
    ("pcm_s16le", "a.wav", 44_100),
    ("pcm_mulaw", "a.wav", 8_000),
    ("flac", "a.flac", 44_100),
    ("libmp3lame", "a.mp3", 44_100),
    ("libopus", "a.ogg", 48_000),
    ("aac", "a.m4a", 44_100),
]


def heard(recording: Recording) -> dict[Channel, np.ndarray]:
    steps = list(recording.steps())
    return {
        channel: np.concatenate([step[channel] for step in steps]) for channel in recording.channels
    }


@pytest.mark.parametrize(("codec", "name", "rate"), KINDS)
def test_the_first_channel_is_the_agent(tmp_path: Path, codec: str, name: str, rate: int) -> None:
    path = write(tmp_path / name, tones(2, rate, 2), codec=codec, rate=rate)

    sound = heard(Recording(path))

    assert [round(pitch(side[8000:16000])) for side in sound.values()] == [440, 880]
    assert list(sound) == ["agent", "customer"]


@pytest.mark.parametrize(("codec", "name", "rate"), KINDS)
def test_no_sound_is_lost(tmp_path: Path, codec: str, name: str, rate: int) -> None:
    recording = Recording(write(tmp_path / name, tones(2, rate, 2), codec=codec, rate=rate))

    assert 100 <= len(list(recording.steps())) <= 102
    assert recording.broken == ""


def test_the_customer_may_be_first(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tones(1, 16_000, 2), codec="pcm_s16le", rate=16_000)

    sound = heard(Recording(path, first="customer"))

    assert pitch(sound["agent"]) == 880
    assert list(sound) == ["agent", "customer"]


def test_one_channel_is_the_customer(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tones(1, 16_000, 1), codec="pcm_s16le", rate=16_000)

    assert Recording(path).channels == ("customer",)


def test_the_last_step_is_filled_up_with_silence(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tones(0.01, 16_000, 1), codec="pcm_s16le", rate=16_000)

    (step,) = Recording(path).steps()

    assert len(step["customer"]) == 320
    assert not step["customer"][160:].any()


@pytest.mark.parametrize(("codec", "name", "rate"), KINDS[:-1])
def test_a_recording_that_breaks_off_is_read_as_far_as_it_goes(
    tmp_path: Path, codec: str, name: str, rate: int
) -> None:
    path = cut(write(tmp_path / name, tones(5, rate, 2), codec=codec, rate=rate), 0.6)
    recording = Recording(path)

    steps = len(list(recording.steps()))

    assert 120 <= steps <= 160
    assert recording.broken.startswith(f"{path}: the recording ")


def refusal(path: Path) -> str:
    with pytest.raises(AudioError) as caught:
        Recording(path)
    return str(caught.value)


def test_six_channels_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tones(0.1, 16_000, 6), codec="pcm_s16le", rate=16_000)

    assert refusal(path) == f"{path} has six channels; need one or two."


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.wav") == f"{tmp_path}/no.wav: there is no such file."


def test_a_directory_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path} is a directory; a recording is a file."


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.touch()

    assert refusal(path) == f"{path}: the file is empty."


def test_a_text_named_wav_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_text("Dear customer, " * 99)

    assert refusal(path) == f"{path} is no recording that can be read."


def test_a_recording_without_samples_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tones(0.1, 16_000, 1), codec="pcm_s16le", rate=16_000)
    content = path.read_bytes()
    at = content.index(b"data") + 4
    path.write_bytes(content[:at] + b"\0\0\0\0")

    assert refusal(path) == f"{path}: the recording holds no sound."


def test_pictures_without_sound_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")

    assert refusal(path) == f"{path} holds no audio stream."
