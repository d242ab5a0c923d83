from pathlib import Path

import pytest

from assist.audio.truncation import is_cut
from tests.audio.sound import cut, tones, write

KINDS = [("pcm_s16le", "a.wav", 16_000), ("libopus", "a.ogg", 48_000)]


@pytest.mark.parametrize(("codec", "name", "rate"), KINDS)
def test_a_whole_file_is_not_cut(tmp_path: Path, codec: str, name: str, rate: int) -> None:
    assert not is_cut(write(tmp_path / name, tones(1, rate, 2), codec=codec, rate=rate))


@pytest.mark.parametrize(("codec", "name", "rate"), KINDS)
def test_a_shortened_file_is_cut(tmp_path: Path, codec: str, name: str, rate: int) -> None:
    path = write(tmp_path / name, tones(1, rate, 2), codec=codec, rate=rate)

    assert is_cut(cut(path, 0.6))


def test_a_wav_of_a_streaming_writer_is_not_cut(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tones(1, 16_000, 1), codec="pcm_s16le", rate=16_000)
    content = path.read_bytes()
    at = content.index(b"data") + 4
    path.write_bytes(content[:at] + b"\xff\xff\xff\xff" + content[at + 4 :])

    assert not is_cut(path)
