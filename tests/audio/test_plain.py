"""Recordings from outside are read in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from assist.audio.files import Recording
from assist.audio.plain import MEMORY, SECONDS, plain, write
from assist.errors import AudioError
from tests.audio.sound import cut, tones
from tests.audio.sound import write as encode


def sound(path: Path, width: int = 2) -> Path:
    return encode(path, tones(1, 8_000, width), codec="flac", rate=8_000)


@pytest.mark.parametrize(("width", "channels"), [(1, ("customer",)), (2, ("agent", "customer"))])
def test_any_recording_becomes_plain_sound(
    tmp_path: Path, width: int, channels: tuple[str, ...]
) -> None:
    plain(sound(tmp_path / "a.flac", width), tmp_path / "a.wav")

    found = Recording(tmp_path / "a.wav")
    assert (found.channels, found.rate, found.duration) == (channels, 16_000, 1_000)


def test_the_agent_is_always_first(tmp_path: Path) -> None:
    source = sound(tmp_path / "a.flac")
    write(source, tmp_path / "a.wav", first="agent")
    write(source, tmp_path / "c.wav", first="customer")

    one, other = (list(Recording(tmp_path / name).steps())[10] for name in ("a.wav", "c.wav"))

    assert (one["agent"] == other["customer"]).all()
    assert not (one["agent"] == one["customer"]).all()


def test_how_a_recording_breaks_off_is_told(tmp_path: Path) -> None:
    source = cut(encode(tmp_path / "a.wav", tones(3, 8_000, 2), codec="pcm_s16le", rate=8_000), 0.5)

    said = plain(source, tmp_path / "plain.wav")

    assert said == "the recording breaks off at 0:01."
    assert plain(sound(tmp_path / "b.flac"), tmp_path / "b.wav") == ""


def test_what_is_no_recording_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"no sound at all")

    with pytest.raises(AudioError, match=r"^the recording is no recording that can be read\.$"):
        plain(tmp_path / "a.mp3", tmp_path / "a.wav")


def test_a_process_that_breaks_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="cannot be read"):
        plain(sound(tmp_path / "a.flac"), tmp_path / "nowhere" / "a.wav")


def test_the_process_confines_itself_before_it_reads(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    told = """
import resource, sys
from assist.audio.plain import main
code = main(sys.argv[1:])
print(code, resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0])
"""
    asked = [str(sound(tmp_path / "a.flac")), str(tmp_path / "a.wav"), "agent"]

    done = subprocess.run(
        [sys.executable, "-c", told, *asked], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["0", str(MEMORY), str(SECONDS)]
