from pathlib import Path

import pytest

from assist.errors import StoreError
from assist.store.erasures import digest, remember, remembered


def test_what_is_remembered_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "erased.txt"
    assert remembered(file) == set()

    remember(file, [digest("a"), digest("b")])
    remember(file, [digest("c")])

    assert remembered(file) == {digest("a"), digest("b"), digest("c")}
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_torn_last_line_hides_no_other(tmp_path: Path) -> None:
    file = tmp_path / "erased.txt"
    remember(file, [digest("a")])
    file.write_text(file.read_text() + digest("b")[:20])

    assert remembered(file) == {digest("a")}


def test_a_list_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="list of erased calls cannot be written"):
        remember(tmp_path / "nowhere" / "erased.txt", [digest("a")])
    with pytest.raises(StoreError, match="list of erased calls cannot be read"):
        remembered(tmp_path)
