"""A recording on the disk: its two files, and what is left of it after a crash."""

import hashlib
import random
import signal
import stat
import subprocess
import sys
from contextlib import suppress
from io import FileIO
from pathlib import Path

import numpy as np
import pytest

from assist.audio.files import Recording
from assist.audio.peaks import duration
from assist.audio.recorded import Recorded, beside
from assist.audio.sealed import Sealed
from assist.core.audio import RATE
from tests.audio.sound import tones


def length(path: Path) -> int:
    """Return how long a recording plays, in milliseconds."""
    return 20 * sum(1 for _ in Recording(path).steps())


def test_it_is_two_files_that_only_their_owner_can_read(tmp_path: Path) -> None:
    path = tmp_path / "a.ogg"
    recorded = Recorded(path)
    recorded.add(tones(3.0, RATE, 2))

    digest = recorded.close()

    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert length(path) == pytest.approx(3_000, abs=40)
    assert duration(beside(path).stat().st_size) == 3_000
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


def test_what_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    recorded = Recorded(tmp_path / "a.ogg")
    recorded.add(tones(3.0, RATE, 2))

    recorded.remove()

    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.ogg"
    path.write_text("there")

    with pytest.raises(FileExistsError):
        Recorded(path)

    assert path.read_text() == "there"


def test_where_there_is_no_place_for_the_peaks_there_is_no_recording(tmp_path: Path) -> None:
    path = tmp_path / "a.ogg"
    beside(path).write_text("there")

    with pytest.raises(FileExistsError):
        Recorded(path)

    assert not path.exists()


def test_where_a_sealed_file_cannot_begin_nothing_is_left(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            Recorded(tmp_path / "a.sealed", key=bytes(32))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seed", range(2))
def test_after_a_kill_all_but_the_last_second_can_be_played(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "a.ogg"
    last = 100 * random.Random(seed).randrange(25, 120)
    command = [sys.executable, "-m", "tests.audio.recording", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        while int(process.stdout.readline()) < last:
            process.stdin.write(b"\n")
            process.stdin.flush()

        process.kill()

    assert process.returncode == -signal.SIGKILL
    played = length(path)
    assert last - 1_020 <= played <= last
    assert duration(beside(path).stat().st_size) == last
    assert np.abs(next(Recording(path).steps())["agent"]).max() > 0


def test_behind_a_sealed_record_that_found_no_room_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.sealed"
    recorded = Recorded(path, key=bytes(32))
    recorded.write(b"first")
    recorded._sound.close()
    recorded._sound = Narrow(path)
    with pytest.raises(OSError, match="no room"):
        recorded.write(b"second")

    with pytest.raises(OSError, match="was cut off"):
        recorded.write(b"third")

    assert b"".join(Sealed(path, bytes(32)).read()) == b"first"
    with suppress(OSError):  # its last page finds no room either
        recorded.close()


class Narrow(FileIO):
    """A file into which ten bytes go, and no more."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "ab")
        self._room = 10

    def write(self, content: object) -> int:
        if not self._room:
            raise OSError("no room")
        self._room -= 10
        return super().write(bytes(content)[:10])  # type: ignore[call-overload]  # always bytes
