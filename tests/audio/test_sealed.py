"""A sealed recording: opened with its key alone, in any part, also when it was cut off."""

import os
from pathlib import Path

import pytest

from assist.audio.files import Recording
from assist.audio.recorded import Recorded
from assist.audio.sealed import HEAD, LARGEST, TAG, Sealed, Sealer
from assist.core.audio import RATE
from assist.errors import AudioError
from tests.audio.sound import tones

KEY = bytes(range(32))
CONTENT = bytes(n % 251 for n in range(3 * LARGEST + 7))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file whose records hold 10 bytes, 7 bytes, and what fills several."""
    sealer = Sealer(KEY)
    file = tmp_path / "a.sealed"
    parts = (CONTENT[:10], CONTENT[10:17], CONTENT[17:])
    file.write_bytes(sealer.head + b"".join(map(sealer.seal, parts)))
    return file


def opened(path: Path, start: int = 0, end: int | None = None) -> bytes:
    return b"".join(Sealed(path, KEY).read(start, end))


def test_what_is_sealed_can_be_opened(path: Path) -> None:
    assert Sealed(path, KEY).size == len(CONTENT)
    assert opened(path) == CONTENT


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 1), (9, 11), (10, 17), (5, 40_000), (LARGEST, None), (len(CONTENT) - 1, None), (3, 3)],
)
def test_any_part_can_be_opened_without_the_rest(path: Path, start: int, end: int | None) -> None:
    assert opened(path, start, end) == CONTENT[start:end]


def test_beyond_the_end_there_is_nothing(path: Path) -> None:
    assert opened(path, len(CONTENT), len(CONTENT) + 9) == b""


def test_a_file_that_was_cut_off_anywhere_opens_up_to_its_last_whole_record(path: Path) -> None:
    whole = path.read_bytes()
    second = HEAD + 4 + 10 + TAG
    for size, expected in ((second, 10), (second + 3, 10), (second + 4 + 7 + TAG - 1, 10)):
        path.write_bytes(whole[:size])

        assert opened(path) == CONTENT[:expected]

    path.write_bytes(whole[: second + 4 + 7 + TAG])
    assert opened(path) == CONTENT[:17]


def test_zeros_behind_the_last_record_are_none(path: Path) -> None:
    path.write_bytes(path.read_bytes() + bytes(4096))

    assert opened(path) == CONTENT


def test_another_key_opens_nothing(path: Path) -> None:
    with pytest.raises(AudioError, match="cannot be opened with this key"):
        list(Sealed(path, os.urandom(32)).read())


def test_a_byte_that_was_changed_is_noticed(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[HEAD + 6] ^= 1
    path.write_bytes(content)

    with pytest.raises(AudioError, match="cannot be opened"):
        opened(path)


def test_two_files_of_one_call_have_nothing_in_common() -> None:
    one, two = Sealer(KEY), Sealer(KEY)

    assert one.seal(b"the same") != two.seal(b"the same")


def test_what_is_no_sealed_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.sealed"
    path.write_bytes(b"OggS and so on, which is no head of ours")

    with pytest.raises(AudioError, match="no sealed recording"):
        Sealed(path, KEY)


def test_a_recording_is_sealed_as_it_comes_and_plays_up_to_its_last_page(tmp_path: Path) -> None:
    path = tmp_path / "a.sealed"
    recorded = Recorded(path, key=KEY)
    for _ in range(80):
        recorded.add(tones(0.1, RATE, 2))  # and no close: the process was killed

    assert b"OggS" not in path.read_bytes()
    assert b"Opus" not in path.read_bytes()
    plain = tmp_path / "a.ogg"
    plain.write_bytes(opened(path))
    played = 20 * sum(1 for _ in Recording(plain).steps())
    assert 8_000 - 1_020 <= played <= 8_000
    recorded.close()
    plain.write_bytes(opened(path))
    assert 20 * sum(1 for _ in Recording(plain).steps()) == pytest.approx(8_000, abs=40)
